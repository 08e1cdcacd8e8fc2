"""What people type about those who tell us of parcels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from postpurchase.dashboard.carriers.guides import guide_of
from postpurchase.staff.carriers import carrier_text
from tracking.carriers import POLLERS
from tracking.models import TroubleRules
from tracking.rendering.carriers import NAMES

LONGEST_LOG_IN = 1_000


class NameForm(forms.Form):
    """An account's name."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As your people know it, such as “DHL, Hamburg store”."),
        max_length=200,
        error_messages={"required": _("Enter a name.")},
    )


class NewForm(NameForm):
    """An account to be added."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)


class SecretForm(forms.Form):
    """The secret that the source chose itself."""

    secret = forms.CharField(
        label=_("Secret"),
        help_text=_("It is stored encrypted and never shown again."),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the secret.")},
    )

    def __init__(self, data: Any = None, *, source: str) -> None:
        super().__init__(data)
        self.fields["secret"].label = str(guide_of(source).secret)


class LogInForm(forms.Form):
    """The log-in for asking a carrier: which fields, its client says. No secret is re-shown."""

    def __init__(self, data: Any = None, *, source: str, known: dict[str, str]) -> None:
        super().__init__(data, prefix="log-in")
        for field in POLLERS[source].fields:
            self.fields[field.name] = _field(field, known)

    def values(self) -> dict[str, str]:
        """Give what was typed."""
        return {name: str(value) for name, value in self.cleaned_data.items()}


def _field(field: Any, known: dict[str, str]) -> forms.CharField:
    is_kept = field.is_secret and bool(known.get(field.name))
    widget = forms.PasswordInput if field.is_secret else forms.TextInput
    return forms.CharField(
        label=field.label,
        help_text=_("Stored. Leave it empty to keep it.") if is_kept else "",
        required=not (is_kept or field.default),
        initial="" if field.is_secret else known.get(field.name) or field.default,
        max_length=LONGEST_LOG_IN,
        widget=widget(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter “%(field)s”.") % {"field": field.label}},
    )


class ServesForm(forms.Form):
    """Whose parcels an account is asked about."""

    carriers = forms.MultipleChoiceField(
        label=_("Asked about parcels of"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("Choose carriers from the list.")},
    )

    def __init__(self, data: Any = None, *, source: str, chosen: list[str]) -> None:
        served = POLLERS[source].serves
        super().__init__(data, initial={"carriers": chosen or list(served)})
        names = served or tuple(NAMES)
        choices = sorted((carrier_text(name), name) for name in names)
        field = self.fields["carriers"]
        field.choices = [(name, label) for label, name in choices]  # type: ignore[attr-defined]
        field.required = True
        field.error_messages["required"] = _("Choose one carrier at least.")


def _number(label: Any, unit: Any, *, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=unit,
        min_value=1,
        max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter a number."),
            "invalid": _("Enter a whole number, such as 3."),
            "min_value": _("Enter 1 or more."),
            "max_value": _("Enter %(limit_value)s or less."),
        },
    )


class RulesForm(forms.Form):
    """From when on silence counts as trouble."""

    label_days = _number(_("Label made, never scanned"), _("working days"), most=60)
    domestic_days = _number(_("No scan inland"), _("working days"), most=60)
    abroad_days = _number(_("No scan on the way abroad"), _("working days"), most=60)
    customs_days = _number(_("No scan at customs"), _("working days"), most=60)
    out_hours = _number(_("With the driver, not delivered"), _("hours"), most=240)
    pickup_days = _number(_("Ready, but not collected"), _("days"), most=60)
    lost_days = _number(_("Silent until it counts as lost"), _("days"), most=180)

    @classmethod
    def of(cls, rules: TroubleRules) -> RulesForm:
        """Show what holds now."""
        return cls(initial={name: getattr(rules, name) for name in cls.base_fields})
