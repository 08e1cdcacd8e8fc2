"""What the log of messages can be narrowed by."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.queries import UNDER_WAY, Wanted
from notifications.statuses import MessageKind, MessageState
from postpurchase.lib.crypto import seal, unseal

STATES = [
    ("", _("Any state")),
    (MessageState.PLANNED, _("Planned")),
    ("under_way", _("Being sent")),
    (MessageState.SENT, _("Sent")),
    (MessageState.FAILED, _("Failed")),
    (MessageState.UNCERTAIN, _("Uncertain")),
    (MessageState.WITHHELD, _("Not sent")),
]


class DayInput(forms.DateInput):
    """A day, picked in the browser's own way."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FilterForm(forms.Form):
    """State, kind, days, and one of recipient and order number.

    Its data are those of an address, in which the recipient stands encrypted as `to`.
    """

    use_required_attribute = False

    who = forms.CharField(
        label=_("Recipient or order"),
        required=False,
        max_length=320,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": _("ana@… or #1042")}
        ),
    )
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("Any kind")), *MessageKind.choices], required=False
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=DayInput,
        error_messages={"invalid": _("Enter a day such as 2026-11-24")},
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        widget=DayInput,
        error_messages={"invalid": _("Enter a day such as 2026-11-24")},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse days that end before they begin."""
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["until"] < cleaned["since"]:
            raise ValidationError(_("The first day comes after the last one."))
        return cleaned

    def address(self) -> dict[str, str]:
        """Give what the address of the narrowed list says; no personal data stand in it."""
        said = {name: self.cleaned_data.get(name) for name in self.fields}
        who = str(said.pop("who") or "").strip()
        parts = {name: str(value) for name, value in said.items() if value}
        if "@" in who:
            parts["to"] = seal(f"to {who.lower()}")
        elif who:
            parts["order"] = who
        return parts

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """Give what is looked for; days are those of the shop."""
        said = self.cleaned_data
        who = str(said.get("who") or "").strip()
        state = said.get("state") or ""
        return Wanted(
            states=UNDER_WAY if state == "under_way" else (state,) if state else (),
            kind=said.get("kind") or "",
            since=_midnight(said.get("since"), zone),
            until=_midnight(said.get("until"), zone, days=1),
            recipient=who.lower() if "@" in who else "",
            number="" if "@" in who else who,
        )


def asked(address: Any) -> dict[str, str]:
    """Read the form's data from the address of a list; what is unreadable narrows nothing."""
    data = {name: address.get(name, "") for name in ("state", "kind", "since", "until")}
    data["who"] = address.get("order", "")
    try:
        word, _space, recipient = unseal(address.get("to", "")).partition(" ")
        data["who"] = recipient if word == "to" else data["who"]
    except ValueError:
        pass
    return data


def _midnight(day: Any, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(day + timedelta(days=days), time.min, tzinfo=zone)
    except OverflowError:
        return None
