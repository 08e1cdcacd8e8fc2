"""The mails of accounts: an invitation, a link for a new password, news about one's own account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.http import int_to_base36
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from merchants.appearance import font_of, shape_of, tokens_of
from merchants.models import Brand, Invitation, Membership, User
from merchants.statuses import Role
from notifications.channels.base import Letter
from notifications.rendering import compose
from notifications.rendering.frame import Frame, Style, absolute, frame_of
from notifications.rendering.text import one_line
from postpurchase.lib import links

INVITATION = "staff-invitation"
"""The purpose of an invitation's signed link."""


class Notice(StrEnum):
    """What is told about an account."""

    PASSWORD = "password"  # noqa: S105  # a word
    STEP_ON = "step_on"
    STEP_OFF = "step_off"
    CODES = "codes"
    DEVICE = "device"


TOLD: dict[Notice, tuple[Promise, Promise]] = {
    Notice.PASSWORD: (
        _("Your password was changed"),
        _("The password of your account was changed. All other devices are logged out."),
    ),
    Notice.STEP_ON: (
        _("Your second step is on"),
        _("From now on you log in with your password and a code from your app."),
    ),
    Notice.STEP_OFF: (
        _("Your second step is off"),
        _("From now on your password alone is enough to log in."),
    ),
    Notice.CODES: (
        _("You have new recovery codes"),
        _("New recovery codes were made for your account. The former ones work no more."),
    ),
    Notice.DEVICE: (
        _("New log-in to your account"),
        _("Somebody logged in to your account on a device you had not used before."),
    ),
}

DUTIES: dict[str, Promise] = {
    Role.OWNER: _("Owners may do everything, also name other owners."),
    Role.MANAGER: _("Managers change settings, invite agents and answer privacy requests."),
    Role.AGENT: _("Agents see orders, write notes and send mails again."),
    Role.READER: _("Read-only members see orders, figures and settings and change nothing."),
}
"""What each role may do, in one sentence."""


def invitation_path(invitation: Invitation) -> str:
    """Give the path that opens an invitation until it runs out."""
    token = links.sign(
        purpose=INVITATION,
        subject=invitation.public_id,
        epoch=0,
        expires_at=invitation.expires_at,
    )
    return reverse("account_invitation", args=[token])


def invitation_letter(invitation: Invitation, *, key: str) -> Letter:
    """Write the mail that asks somebody to join, in the shop's look, language and zone."""
    merchant = invitation.merchant
    host = invitation.invited_by
    with translation.override(merchant.language), timezone.override(merchant.zone):
        # Colleagues have no use for the shoppers' hotline.
        frame = replace(frame_of(merchant), support_email="", support_phone="")
        context = {
            "host": one_line(str(host), at_most=80) if host else "",
            "role": invitation.get_role_display(),
            "duties": DUTIES[invitation.role],
            "until": invitation.expires_at,
            "url": absolute(invitation_path(invitation)),
        }
        return _letter("invitation", context, frame=frame, to=invitation.email, key=key)


def reset_letter(user: User, *, lasts: timedelta, key: str) -> Letter:
    """Write the mail with the link for a new password, in the active language."""
    token = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[int_to_base36(user.pk), token])
    context = {"url": absolute(path), "hours": int(lasts.total_seconds() // 3600)}
    return _letter("reset", context, frame=own_frame(), to=user.email, key=key)


def notice_letter(user: User, notice: Notice, *, facts: dict[str, Any], key: str) -> Letter:
    """Write the mail that tells a person about their account, in the active language."""
    title, text = TOLD[notice]
    url = absolute(reverse("account_reset_password"))
    context = {"title": title, "text": text, "url": url, **facts}
    with timezone.override(_zone(user)):
        return _letter("notice", context, frame=own_frame(), to=user.email, key=key)


def own_frame() -> Frame:
    """Give the frame of mails that come from the installation itself and from no shop."""
    brand = Brand()
    return Frame(
        shop="Postpurchase",
        confirmation_style=brand.confirmation_style,
        shop_url=settings.PUBLIC_URL,
        logo=None,
        style=Style(tokens_of(brand), shape_of(brand), font_of(brand)),
        links=(),
        support_email="",
        support_phone="",
        support_hours="",
        imprint=urlsplit(settings.PUBLIC_URL).netloc,
        footer="",
        shows_credit=False,
        language=get_language() or settings.LANGUAGE_CODE,
        direction="rtl" if get_language_bidi() else "ltr",
    )


def _letter(kind: str, context: dict[str, Any], *, frame: Frame, to: str, key: str) -> Letter:
    mail = compose(f"staff_{kind}", context, frame=frame)
    return Letter(
        key=key,
        sender_name=frame.shop,
        sender_address="",
        reply_to="",
        recipient=to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
    )


def _zone(user: User) -> tzinfo:
    rows = Membership.every.filter(user=user, merchant__is_active=True)
    first = rows.select_related("merchant").order_by("pk").first()
    return first.merchant.zone if first else UTC
