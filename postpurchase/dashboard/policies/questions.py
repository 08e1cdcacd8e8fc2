"""What merchants are asked about each of their policies."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.hours import DAYS
from merchants.models import SupportHours
from orders.models import OrderPolicy
from postpurchase.dashboard.policies.forms import PolicyForm
from postpurchase.lib.locales import weekday_text
from returns.models import ReturnPolicy
from tracking.models import ShippingPromise

LONGEST_WINDOW = 14 * 1440
"""Minutes: nobody packs later than that, and a window beyond it would promise too much."""
UNITS = (
    (1, gettext_lazy("minutes")),
    (60, gettext_lazy("hours")),
    (1440, gettext_lazy("days")),
)


def clock(text: str) -> time:
    """Read a stored time of day."""
    return time.fromisoformat(text)


def _whole(label: Any, *, most: int, help_text: Any = "") -> forms.IntegerField:
    field = forms.IntegerField(label=label, min_value=0, max_value=most, help_text=help_text)
    field.widget.attrs["inputmode"] = "numeric"
    words = {"most": most}
    wrong = gettext_lazy("Enter a whole number from 0 to %(most)d.") % words
    field.error_messages["required"] = field.error_messages["invalid"] = wrong
    for validator in field.validators:
        validator.message = wrong  # type: ignore[attr-defined]
    return field


class ChangesForm(PolicyForm):
    """How long orders may be cancelled and changed."""

    cancel = _whole(gettext_lazy("Shoppers may cancel for"), most=LONGEST_WINDOW)
    cancel_unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit of the time to cancel"), choices=UNITS, coerce=int
    )
    edit = _whole(gettext_lazy("Shoppers may change details for"), most=LONGEST_WINDOW)
    edit_unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit of the time to change"), choices=UNITS, coerce=int
    )

    def clean(self) -> dict[str, Any]:
        """Bound both windows."""
        cleaned = super().clean()
        for name in ("cancel", "edit"):
            minutes = cleaned.get(name, 0) * cleaned.get(f"{name}_unit", 1)
            if name not in self.errors and minutes > LONGEST_WINDOW:
                self.add_error(name, _("Enter at most 14 days. 0 means: not at all."))
        return cleaned

    def answers(self, row: OrderPolicy) -> dict[str, Any]:
        """Show each window in its largest whole unit."""
        given: dict[str, Any] = {}
        for name, minutes in (("cancel", row.cancel_minutes), ("edit", row.edit_minutes)):
            unit = next((unit for unit in (1440, 60) if minutes and not minutes % unit), 1)
            given |= {name: minutes // unit, f"{name}_unit": unit}
        return given

    def values(self) -> dict[str, Any]:
        """Give both windows in minutes."""
        answers = self.cleaned_data
        return {
            f"{name}_minutes": answers[name] * answers[f"{name}_unit"]
            for name in ("cancel", "edit")
        }


class ShippingForm(PolicyForm):
    """When orders to a country leave and arrive."""

    cut_off = forms.TimeField(
        label=gettext_lazy("Orders count from the same day until"),
        help_text=gettext_lazy("Later ones count from the next working day."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Enter a time such as 14:00."),
            "invalid": gettext_lazy("Enter a time such as 14:00."),
        },
    )
    processing_days = _whole(
        gettext_lazy("Working days to pack"),
        most=60,
        help_text=gettext_lazy("0: it leaves on the day it counts from."),
    )
    transit_min_days = _whole(gettext_lazy("Working days under way, at least"), most=120)
    transit_max_days = _whole(gettext_lazy("Working days under way, at most"), most=120)

    def clean(self) -> dict[str, Any]:
        """Want the days in order."""
        cleaned = super().clean()
        least, most = cleaned.get("transit_min_days"), cleaned.get("transit_max_days")
        if least is not None and most is not None and least > most:
            self.add_error("transit_max_days", _("Enter as many days as “at least” says, or more."))
        return cleaned

    def answers(self, row: ShippingPromise) -> dict[str, Any]:
        """Give the columns as they are."""
        return {name: getattr(row, name) for name in SHIPPING}

    def values(self) -> dict[str, Any]:
        """Give the columns as they are."""
        return {name: self.cleaned_data[name] for name in SHIPPING}


SHIPPING = ("cut_off", "processing_days", "transit_min_days", "transit_max_days")


class ReturnsForm(PolicyForm):
    """How long and on which terms goods are taken back."""

    days = _whole(gettext_lazy("Days after delivery"), most=365)
    is_free = forms.BooleanField(label=gettext_lazy("The return label is free"), required=False)
    text = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("Shown below the summary. Not translated."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    url = forms.CharField(
        label=gettext_lazy("Full text at"),
        required=False,
        max_length=200,
        widget=forms.URLInput(),
        validators=[
            URLValidator(
                schemes=["https", "http"],
                message=gettext_lazy("Enter a web address such as https://example.com."),
            )
        ],
    )

    def answers(self, row: ReturnPolicy) -> dict[str, Any]:
        """Give the columns as they are."""
        return {name: getattr(row, name) for name in ("days", "is_free", "text", "url")}

    def values(self) -> dict[str, Any]:
        """Give the columns as they are; line ends as they are stored everywhere."""
        names = ("days", "is_free", "text", "url")
        given = {name: self.cleaned_data[name] for name in names}
        return given | {"text": given["text"].replace("\r\n", "\n")}


def _clock_field() -> forms.TimeField:
    return forms.TimeField(
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Enter a time such as 09:00.")},
    )


class HoursForm(PolicyForm):
    """When somebody answers, day by day; a day without times is closed."""

    closed_on_holidays = forms.BooleanField(
        label=gettext_lazy("Closed on public holidays"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, day in enumerate(DAYS):
            name = {"day": weekday_text(place, width="wide")}
            for end, label in (("from", _("%(day)s from")), ("until", _("%(day)s until"))):
                field = self.fields[f"{day}_{end}"] = _clock_field()
                field.label = label % name

    @property
    def week(self) -> list[tuple[str, BoundField, BoundField]]:
        """Give the days with their two questions."""
        return [
            (weekday_text(place, width="wide"), self[f"{day}_from"], self[f"{day}_until"])
            for place, day in enumerate(DAYS)
        ]

    def clean(self) -> dict[str, Any]:
        """Want both times or none, in order."""
        cleaned = super().clean()
        for day in DAYS:
            opens, closes = cleaned.get(f"{day}_from"), cleaned.get(f"{day}_until")
            if self.errors.keys() & {f"{day}_from", f"{day}_until"}:
                continue
            if (opens is None) != (closes is None):
                missing = f"{day}_until" if closes is None else f"{day}_from"
                self.add_error(missing, _("Enter both times, or none where you are closed."))
            elif opens is not None and closes is not None and opens >= closes:
                self.add_error(f"{day}_until", _("Enter a time after the day’s opening."))
        return cleaned

    def answers(self, row: SupportHours) -> dict[str, Any]:
        """Give each day's two times."""
        given: dict[str, Any] = {"closed_on_holidays": row.closed_on_holidays}
        for day, span in row.days.items():
            given |= {f"{day}_from": clock(span[0]), f"{day}_until": clock(span[1])}
        return given

    def values(self) -> dict[str, Any]:
        """Give the open days."""
        answers = self.cleaned_data
        return {
            "closed_on_holidays": answers["closed_on_holidays"],
            "days": {
                day: [f"{answers[f'{day}_{end}']:%H:%M}" for end in ("from", "until")]
                for day in DAYS
                if answers.get(f"{day}_from")
            },
        }
