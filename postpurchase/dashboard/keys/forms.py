"""What people say about an API key."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.statuses import Scope

MEANS = {
    Scope.ORDERS_READ: _("See all orders, with names, addresses and their story."),
    Scope.ORDERS_WRITE: _("Create and change orders, refunds and parcels. Mails follow from it."),
}


class NameForm(forms.Form):
    """A key's name."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("The program that uses it, such as “Warehouse”."),
        max_length=200,
        error_messages={"required": _("Enter a name.")},
    )


class KeyForm(NameForm):
    """A key to be made."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    scopes = forms.TypedMultipleChoiceField(
        label=_("What the program may do"),
        choices=[(scope.value, scope.label) for scope in Scope],
        coerce=Scope,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that the program may do.")},
    )
