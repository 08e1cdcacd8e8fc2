"""allauth's views with our forms and pages; none stays in a cache, none reads large forms."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from merchants.actions.people import has_second_step
from merchants.models import User
from postpurchase.staff.access import private
from postpurchase.staff.accounts import forms, limits
from postpurchase.staff.accounts.second_step import is_asked_of

LARGEST_FORM = 64 * 1024  # bytes

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """Keep a page of accounts out of caches, and let nobody make us repeat megabytes."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if int(request.headers.get("content-length") or 0) > LARGEST_FORM:
            raise SuspiciousOperation("A form was sent that is larger than any of ours.")
        return private(view(request, *args, **kwargs))

    return answer


class Login(account.LoginView):  # type: ignore[misc]  # allauth has no types
    """Address and password."""

    template_name = "account/login.html"
    form_class = forms.LoginForm

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again, as too many requests if that is why."""
        response: HttpResponse = super().form_invalid(form)
        if form.has_error("__all__", limits.TOO_MANY):
            response.status_code = 429
        return response


class Reset(account.PasswordResetView):  # type: ignore[misc]  # as above
    """Ask for the link that sets a new password. Everybody gets the same answer."""

    template_name = "account/reset.html"
    form_class = forms.ResetForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Have the link mailed, unless there were too many requests."""
        try:
            return super().form_valid(form)  # type: ignore[no-any-return]  # as above
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)  # type: ignore[no-any-return]  # as above


class ChangePassword(account.PasswordChangeView):  # type: ignore[misc]  # as above
    """Change one's own password."""

    template_name = "account/password.html"
    form_class = forms.ChangePasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send somebody who has no password yet to the mail that sets one."""
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]  # as above

    def get_default_success_url(self) -> str:
        """Go back to one's account."""
        return str(account.reverse("account"))


class Code(base.AuthenticateView):  # type: ignore[misc]  # as above
    """The second step of a log-in."""

    template_name = "mfa/code.html"
    form_class = forms.CodeForm

    def _build_forms(self) -> Any:
        """Make the one form there is: security keys are not asked for."""
        data = self.request.POST if self.request.method == "POST" else None
        self.auth_form = forms.CodeForm(user=self.stage.login.user, data=data)
        self.webauthn_form = None
        return self.auth_form if data is not None else None


class SwitchOn(totp.ActivateTOTPView):  # type: ignore[misc]  # as above
    """Set up the second step."""

    template_name = "mfa/switch_on.html"
    form_class = forms.SwitchOnForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what is on where it is on: the second click of two, say."""
        if isinstance(request.user, User) and has_second_step(request.user):
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]  # as above

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether a shop asks for it."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return {**found, "is_asked": is_asked_of(self.request.user)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Switch it on; of two clicks at once the first one counts."""
        try:
            return super().form_valid(form)  # type: ignore[no-any-return]  # as above
        except IntegrityError:
            return redirect("mfa_index")


login = page(Login.as_view())
logout = page(account.LogoutView.as_view(template_name="account/logout.html"))
reauthenticate = page(
    account.ReauthenticateView.as_view(
        template_name="account/again.html", form_class=forms.ReauthenticateForm
    )
)
change_password = page(ChangePassword.as_view())
reset = page(Reset.as_view())
reset_sent = page(account.PasswordResetDoneView.as_view(template_name="account/reset_sent.html"))
new_password = page(
    account.PasswordResetFromKeyView.as_view(
        template_name="account/new_password.html", form_class=forms.NewPasswordForm
    )
)
new_password_set = page(
    account.PasswordResetFromKeyDoneView.as_view(template_name="account/new_password_set.html")
)
code = page(Code.as_view())
code_again = page(
    base.ReauthenticateView.as_view(template_name="mfa/again.html", form_class=forms.CodeAgainForm)
)
second_step = page(base.IndexView.as_view(template_name="mfa/second_step.html"))
switch_on = page(SwitchOn.as_view())
switch_off = page(totp.DeactivateTOTPView.as_view(template_name="mfa/switch_off.html"))
codes = page(recovery.ViewRecoveryCodesView.as_view(template_name="mfa/codes.html"))
new_codes = page(recovery.GenerateRecoveryCodesView.as_view(template_name="mfa/new_codes.html"))
