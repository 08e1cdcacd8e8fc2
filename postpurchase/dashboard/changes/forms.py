"""What the lists of changes and looks can be narrowed by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.models import User
from merchants.queries import Wanted
from merchants.statuses import SettingsPage
from postpurchase.lib.crypto import keyed_digest

UNREADABLE = {"invalid": _("Enter a day such as 2026-11-24")}


class DayInput(forms.DateInput):
    """A day, picked in the browser's own way."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class WhoForm(forms.Form):
    """A person and days."""

    use_required_attribute = False

    person = forms.ChoiceField(label=_("Person"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=DayInput, error_messages=UNREADABLE
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=DayInput, error_messages=UNREADABLE
    )

    def __init__(self, data: Any, *, staff: Sequence[User]) -> None:
        super().__init__(data)
        # The address names nobody and no number of ours.
        self._staff = {_name_of(user): user for user in staff}
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        people = [(name, str(user)) for name, user in self._staff.items()]
        field.choices = [("", _("Anybody")), *people]

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """Give what is looked for; days are those of the shop."""
        said = self.cleaned_data if self.is_valid() else {}
        user = self._staff.get(said.get("person", ""))
        return Wanted(
            user_id=user.pk if user else None,
            page=said.get("page", ""),
            since=_midnight(said.get("since"), zone),
            until=_midnight(said.get("until"), zone, days=1),
        )

    def address(self, **more: str) -> str:
        """Give the address of the narrowed list."""
        said = self.cleaned_data if self.is_valid() else {}
        parts = {name: str(value) for name, value in said.items() if value}
        return f"?{urlencode(parts | more)}"


class ChangesForm(WhoForm):
    """A person, days and a page of settings."""

    page = forms.ChoiceField(
        label=_("Page"), choices=[("", _("Any page")), *SettingsPage.choices], required=False
    )
    field_order = ("page", "person", "since", "until")


class LooksForm(WhoForm):
    """A person, days and an order."""

    order = forms.CharField(
        label=_("Order number"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("order", "person", "since", "until")


def _name_of(user: User) -> str:
    return keyed_digest(str(user.pk), purpose="name of a member of staff")[:12]


def _midnight(day: Any, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(day + timedelta(days=days), time.min, tzinfo=zone)
    except OverflowError:
        return None
