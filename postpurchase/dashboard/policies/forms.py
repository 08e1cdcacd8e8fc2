"""What the forms of policies share: since when a version holds, and orders to try them on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postpurchase.lib import places
from postpurchase.lib.versions import Rule

NOW, LATER = "now", "later"


class MomentField(forms.Field):
    """A day and time in the active zone; one that the clocks skip there is refused."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def prepare_value(self, value: Any) -> Any:
        """Show a moment as the shop's clocks show it."""
        return timezone.localtime(value) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        """Give the moment; of an hour that the clocks repeat, the first."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            read = parse_datetime(text)
        except ValueError:
            read = None
        if read is None or not 2000 <= read.year <= 2100:
            raise ValidationError(_("Enter a day and a time, such as 24/11/2026 18:00."))
        local = read.replace(tzinfo=timezone.get_current_timezone())
        moment = local.astimezone(UTC)
        if timezone.localtime(moment).replace(tzinfo=None) != read.replace(tzinfo=None):
            raise ValidationError(
                _("There is no such time on that day: the clocks go forward. Choose another.")
            )
        return moment


class PolicyForm(forms.Form):
    """What all policies are asked: since when. `was` is what holds now."""

    starts = forms.ChoiceField(
        label=gettext_lazy("Holds from"),
        choices=((NOW, gettext_lazy("Now")), (LATER, gettext_lazy("A later moment"))),
        widget=forms.RadioSelect,
        initial=NOW,
    )
    starts_at = MomentField(label=gettext_lazy("From when on"), required=False)

    def __init__(self, data: Any = None, *, was: Rule | None, can_wait: bool) -> None:
        super().__init__(data, initial=self.answers(was) if was else None)
        if not can_wait:
            del self.fields["starts"], self.fields["starts_at"]

    @property
    def questions(self) -> list[BoundField]:
        """Give the policy's own questions."""
        return [field for field in self if field.name not in ("starts", "starts_at")]

    def clean(self) -> dict[str, Any]:
        """Want a moment where it is to be a later one."""
        cleaned = super().clean() or {}
        if cleaned.get("starts") == LATER and "starts_at" not in self.errors:
            moment = cleaned.get("starts_at")
            if moment is None:
                self.add_error("starts_at", _("Enter the day and time it holds from."))
            elif moment <= timezone.now():
                self.add_error(
                    "starts_at", _("This moment is over. Choose one that is still to come.")
                )
        return cleaned

    def moment(self, *, now: datetime) -> datetime:
        """Give the moment from which the answers are to hold."""
        later = self.cleaned_data.get("starts") == LATER
        return cast(datetime, self.cleaned_data["starts_at"]) if later else now

    def answers(self, row: Any) -> dict[str, Any]:
        """Give what a version answers to the questions."""
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """Give what the answers make of the columns."""
        raise NotImplementedError


class TryForm(forms.Form):
    """An order to try the policies on: when it is placed, and where it goes."""

    at = MomentField(label=gettext_lazy("Placed"), required=False)
    to = forms.ChoiceField(label=gettext_lazy("Goes to"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = places.countries()


class CountryForm(forms.Form):
    """A country that is to have terms of its own."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a country")), *places.countries()]
