"""Where allauth asks us: limits, words, mails, what may be done."""

from __future__ import annotations

import time
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from merchants.models import User
from postpurchase.lib.crypto import seal, unseal
from postpurchase.staff.accounts import devices, known, limits, second_step, words
from postpurchase.staff.accounts.mails import Notice
from postpurchase.staff.accounts.post import tell


class PeopleAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Log-in of staff."""

    error_messages = {**DefaultAccountAdapter.error_messages, **words.ERRORS}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: people come by invitation."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Say no: we answer with pages only."""
        return False

    def get_login_stages(self) -> list[str]:
        """Ask for the second step after the password, and for nothing else."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_safe_url(self, url: str | None) -> bool:
        """Lead on to our own pages only, whatever other hosts are answered."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give the network only: what is kept of an address."""
        return devices.network(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try; one too many checks no password."""
        limits.count_login(request, email=str(credentials.get("email", "")))

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:
        """Ask for the password again unless it was given in the last quarter of an hour."""
        request = context.request
        records = get_authentication_records(request, request.user)
        given = [record["at"] for record in records if record["method"] == "password"]
        timeout: int = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not given or time.time() - given[-1] > timeout

    def set_password(self, user: User, password: str) -> None:
        """Set a password and end all other sessions."""
        super().set_password(user, password)
        here = self.request.session.session_key if self.request.user == user else None
        for session in UserSession.objects.filter(user=user).exclude(session_key=here):
            session.end()

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Tell a person about a log-in on a device they never used, and remember it."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not known.is_known(request, user) and not kwargs["signup"]:
            tell(user, Notice.DEVICE, request=request)
        known.remember(request, response, user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Tell somebody who knows the password that the account is switched off."""
        return render(request, "account/inactive.html", status=403)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *_args: Any,
        **_kwargs: Any,
    ) -> None:
        """Say in our words what was done, where a word is needed."""
        if said := words.DONE.get(message_template or ""):
            messages.add_message(request, level, str(said))

    def send_notification_mail(
        self, template_prefix: str, user: User, *_args: Any, **_kwargs: Any
    ) -> None:
        """Tell a person by mail what was changed on their account."""
        notice = {
            "account/email/password_changed": Notice.PASSWORD,
            "account/email/password_reset": Notice.PASSWORD,
            "mfa/email/totp_activated": Notice.STEP_ON,
            "mfa/email/totp_deactivated": Notice.STEP_OFF,
            "mfa/email/recovery_codes_generated": Notice.CODES,
        }.get(template_prefix)
        if notice:
            tell(user, notice, request=self.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: our mails are sent where they arise."""
        raise NotImplementedError(template_prefix)


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """The second step of staff."""

    error_messages = {**DefaultMFAAdapter.error_messages, **words.STEP_ERRORS}

    def get_totp_issuer(self) -> str:
        """Name us in the person's app."""
        return "Postpurchase"

    def encrypt(self, text: str) -> str:
        """Seal keys at rest."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Read a sealed key."""
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Keep the second step on where a shop asks for it."""
        return not second_step.is_asked_of(authenticator.user)

    def build_totp_svg(self, url: str) -> str:
        """Draw the square code as one path, without styles, so that it may stand in the page."""
        code = qrcode.QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        path = "".join(
            f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
        )
        return format_html(
            '<svg class="qr" viewBox="0 0 {} {}" shape-rendering="crispEdges"'
            ' role="img" aria-label="{}">'
            '<rect width="100%" height="100%" fill="#fff"/><path d="{}" fill="#000"/></svg>',
            len(rows),
            len(rows),
            _("Square code for your app"),
            path,
        )
