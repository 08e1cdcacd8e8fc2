"""What a shopper may decide about a parcel that could not be delivered, and what they decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postpurchase.lib.locales import day_text
from postpurchase.portal.forms import PlainForm
from tracking.actions.cases import LONGEST_MESSAGE
from tracking.shown import Shown
from tracking.statuses import CaseAnswer, CaseState, Trouble


@dataclass(frozen=True)
class Question:
    """A failed delivery: its case, and in `told` what the shopper answered, if they did."""

    case_id: str
    told: str

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has answered yet."""
        return not self.told

    @property
    def choices(self) -> list[dict[str, str | bool]]:
        """Give what may be answered, as radio cards."""
        return choices()


def choices() -> list[dict[str, str | bool]]:
    """Give what may be answered, as radio cards; the easiest for all is chosen."""
    return [
        {"value": str(answer), "label": str(answer.label), "checked": answer == CaseAnswer.SLOT}
        for answer in CaseAnswer
    ]


def question_of(row: Shown) -> Question | None:
    """Give the newest question about a parcel, or None."""
    asked = [case for case in row.cases if case["kind"] == Trouble.ATTEMPT]
    if not asked:
        return None
    case = asked[-1]
    is_answered = case["state"] == CaseState.ANSWERED
    told = answer_text(case["answer"], case["answer_data"] or {}) if is_answered else ""
    return Question(str(case["public_id"]), told)


def answer_text(answer: str, data: Mapping[str, Any]) -> str:
    """Say what somebody answered, as they would read it."""
    match answer:
        case CaseAnswer.SLOT:
            return _("You told us: deliver it on %(day)s.") % {"day": _day(data)}
        case CaseAnswer.ADDRESS:
            return _("You told us: deliver it to another address.")
        case CaseAnswer.PICKUP:
            return _("You told us: you collect it yourself.")
    return _("You wrote to us about it.")


def _day(data: Mapping[str, Any]) -> str:
    try:
        return day_text(date.fromisoformat(str(data.get("day"))))
    except ValueError:
        return _("another day")


class SlotForm(PlainForm):
    """Another day, out of those on which carriers come."""

    day = forms.ChoiceField(
        label=gettext_lazy("Day"),
        error_messages={
            "required": gettext_lazy("Choose a day"),
            "invalid_choice": gettext_lazy("Choose one of the days"),
        },
    )


class AddressForm(PlainForm):
    """Another address in the same country."""

    name = forms.CharField(
        label=gettext_lazy("Name (optional)"),
        help_text=gettext_lazy("If somebody else takes it, such as a neighbour."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    street = forms.CharField(
        label=gettext_lazy("Street and house number"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter a street and house number")},
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    street2 = forms.CharField(
        label=gettext_lazy("Flat, floor or company (optional)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    postcode = forms.CharField(
        label=gettext_lazy("Postcode"),
        max_length=20,
        error_messages={"required": gettext_lazy("Enter a postcode")},
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    city = forms.CharField(
        label=gettext_lazy("Town"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter a town")},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )


class PickupForm(PlainForm):
    """Collecting it, at a place of one's own choice if there is one."""

    place = forms.CharField(
        label=gettext_lazy("Where would suit you? (optional)"),
        help_text=gettext_lazy("A shop or locker of the carrier’s, as you call it."),
        max_length=200,
        required=False,
    )


class MessageForm(PlainForm):
    """Anything else, in one's own words."""

    message = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=LONGEST_MESSAGE,
        error_messages={"required": gettext_lazy("Enter a message")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )


def form_for(what: CaseAnswer, typed: QueryDict | None, *, days: Sequence[date]) -> PlainForm:
    """Give the form that asks for what an answer needs."""
    if what == CaseAnswer.SLOT:
        form = SlotForm(typed)
        field = form.fields["day"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(day.isoformat(), day_text(day)) for day in days]
        return form
    kinds: dict[CaseAnswer, type[PlainForm]] = {
        CaseAnswer.ADDRESS: AddressForm,
        CaseAnswer.PICKUP: PickupForm,
        CaseAnswer.MESSAGE: MessageForm,
    }
    return kinds[what](typed)
