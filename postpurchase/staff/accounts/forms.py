"""What members of staff type about themselves: log-in, passwords, codes, name and language."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from merchants.models import User
from postpurchase.staff.accounts import limits, post, totp_codes, words
from postpurchase.staff.accounts.adapters import SecondStepAdapter

LONGEST_PASSWORD = 500
PASSWORD_HINT = _("At least 12 characters. A few words in a row make a good one.")


def email_field(**options: Any) -> forms.EmailField:
    """Ask for an e-mail address."""
    return forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Enter your e-mail address"),
            "invalid": _("Enter an e-mail address such as name@example.com"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
        **options,
    )


def password_field(*, label: Any, autocomplete: str, hint: Any = "") -> forms.CharField:
    """Ask for a password as it is: spaces count, and pasting works."""
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        max_length=LONGEST_PASSWORD,
        error_messages={"required": _("Enter a password")},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def code_field(*, hint: Any) -> forms.CharField:
    """Ask for a code, however it is spaced."""
    return forms.CharField(
        label=_("Code"),
        help_text=hint,
        max_length=40,
        error_messages={"required": _("Enter the code")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class LoginForm(account.LoginForm):  # type: ignore[misc]  # allauth has no types
    """Address and password."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = email_field()
        self.fields["password"] = password_field(
            label=_("Password"), autocomplete="current-password"
        )


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc]  # as above
    """The password once more; tries are counted where it is checked."""

    use_required_attribute = False
    password = password_field(label=_("Password"), autocomplete="current-password")


class ResetForm(forms.Form):
    """The address to which a link for a new password may go."""

    use_required_attribute = False
    email = email_field()

    def save(self, request: HttpRequest) -> None:
        """Mail the link, if the address is one of staff."""
        email = self.cleaned_data["email"].lower()
        limits.count_reset(request, email=email)
        post.mail_reset(User.objects.filter(email=email, is_active=True).first())


class NewPasswordForm(forms.Form):
    """A new password, behind the link that was mailed."""

    use_required_attribute = False
    password1 = password_field(
        label=_("New password"), autocomplete="new-password", hint=PASSWORD_HINT
    )

    def __init__(self, *args: Any, user: User, temp_key: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password1(self) -> str:
        """Refuse what is guessed easily."""
        password: str = self.cleaned_data["password1"]
        password_validation.validate_password(password, self.user)
        return password

    def save(self) -> None:
        """Set it; other sessions end."""
        from allauth.account.adapter import get_adapter

        get_adapter().set_password(self.user, self.cleaned_data["password1"])


class ChangePasswordForm(NewPasswordForm):
    """A new password by somebody who knows the present one."""

    field_order = ("oldpassword", "password1")
    oldpassword = password_field(label=_("Present password"), autocomplete="current-password")

    def clean_oldpassword(self) -> str:
        """Check the present password; tries are counted as those of log-ins are."""
        limits.count_password(self.user)
        password: str = self.cleaned_data["oldpassword"]
        if not self.user.check_password(password):
            raise ValidationError(words.ERRORS["enter_current_password"])
        return password


class CodeForm(codes.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second step of a log-in: a code of one's app or a recovery code, each good once."""

    use_required_attribute = False
    code = code_field(hint=_("Six digits from your app, or one of your recovery codes."))

    def clean_code(self) -> str:
        """Find what the code belongs to, and use it up."""
        limits.count_code(self.user)
        code: str = self.cleaned_data["code"]
        with transaction.atomic():
            rows = Authenticator.objects.select_for_update().filter(user=self.user)
            for row in rows.order_by("type"):
                if totp_codes.use(row, code):
                    row.user = self.user
                    self.authenticator = row
                    return code
        raise SecondStepAdapter().validation_error("incorrect_code")


class CodeAgainForm(CodeForm, codes.ReauthenticateForm):  # type: ignore[misc]  # as above
    """A code once more, before something delicate."""

    def save(self) -> None:
        """Note that the person proved who they are."""
        codes.ReauthenticateForm.save(self)


class SwitchOnForm(totp.ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """The first code of an app that was just set up."""

    use_required_attribute = False
    code = code_field(hint=_("The six digits that your app shows now."))

    def clean_code(self) -> str:
        """Check that the app shows what we expect."""
        limits.count_code(self.user)
        return str(super().clean_code())


class ProfileForm(forms.Form):
    """A person's name and the language of their pages."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Name"),
        help_text=_("Colleagues see it beside what you do."),
        max_length=200,
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language of these pages"),
        required=False,
        choices=[("", _("As my browser asks")), *settings.LANGUAGES],
    )


class JoinForm(NewPasswordForm):
    """Name and first password of somebody who was invited."""

    field_order = ("name", "password1")
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Colleagues see it beside what you do."),
        max_length=200,
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
