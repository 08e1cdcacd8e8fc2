"""What people type about connections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.actions.connections import SHOP_SYSTEMS
from merchants.statuses import ConnectionKind

NAMED = {"required": _("Enter a name.")}


class NameForm(forms.Form):
    """A connection's name."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As your people know it, such as “Shop Germany”."),
        max_length=200,
        error_messages=NAMED,
    )


class NewForm(NameForm):
    """A connection to be added."""

    field_order = ("kind", "name")

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Shop system"),
        choices=[(kind.value, kind.label) for kind in SHOP_SYSTEMS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a shop system.")},
    )

    def clean_kind(self) -> ConnectionKind:
        """Give the kind as a word of ours."""
        return ConnectionKind(self.cleaned_data["kind"])


class SecretForm(forms.Form):
    """The secret that the shop system chose itself."""

    secret = forms.CharField(
        label=_("The shop system’s secret"),
        help_text=_("It is stored encrypted and never shown again."),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the secret.")},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == ConnectionKind.SHOPIFY:
            self.fields["secret"].label = _("Shopify’s signing secret")
