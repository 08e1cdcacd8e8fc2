"""What is asked about colleagues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.policy import may_give
from merchants.statuses import Role


class RoleForm(forms.Form):
    """The role of a member, out of those that one may give."""

    use_required_attribute = False
    role = forms.ChoiceField(
        label=_("Role"),
        error_messages={
            "required": _("Choose a role"),
            "invalid_choice": _("Choose a role that you may give"),
        },
    )

    def __init__(self, *args: Any, giver: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(role.value, role.label) for role in Role if may_give(giver, role)]

    def clean_role(self) -> Role:
        """Give the role as one of ours."""
        return Role(self.cleaned_data["role"])


class InviteForm(RoleForm):
    """Who shall join, and as what."""

    field_order = ("email", "role")
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The invitation goes there, and the person logs in with it."),
        max_length=254,
        error_messages={
            "required": _("Enter an e-mail address"),
            "invalid": _("Enter an e-mail address such as name@example.com"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
