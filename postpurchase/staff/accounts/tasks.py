"""Mails of accounts go out in the background: an answer's time tells nothing, nor does it wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import translation

from merchants.models import Invitation, User
from notifications.channels.base import Letter
from notifications.channels.email import Mailer
from notifications.statuses import AttemptOutcome
from postpurchase.staff.accounts import mails


class NotSent(Exception):
    """The mail server would not take a mail now; another try may help."""


FIRST_PAUSE = 5  # seconds, doubled each time: five minutes in all
TRIES = 6


@shared_task(
    name="accounts.send_invitation",
    autoretry_for=(NotSent,),
    retry_backoff=FIRST_PAUSE,
    max_retries=TRIES,
)
def send_invitation(*, invitation_id: int, key: str) -> None:
    """Mail an invitation, unless it was used or taken back meanwhile."""
    rows = Invitation.every.filter(accepted_at=None, revoked_at=None)
    row = rows.select_related("merchant", "invited_by").filter(pk=invitation_id).first()
    if row is not None:
        _send(mails.invitation_letter(row, key=key))


@shared_task(
    name="accounts.send_reset",
    autoretry_for=(NotSent,),
    retry_backoff=FIRST_PAUSE,
    max_retries=TRIES,
)
def send_reset(*, user_id: int, language: str, key: str) -> None:
    """Mail the link for a new password; of somebody unknown (0) do nothing."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        lasts = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        with translation.override(user.language or language):
            _send(mails.reset_letter(user, lasts=lasts, key=key))


@shared_task(
    name="accounts.send_notice",
    autoretry_for=(NotSent,),
    retry_backoff=FIRST_PAUSE,
    max_retries=TRIES,
)
def send_notice(
    *, user_id: int, notice: str, facts: dict[str, str], language: str, key: str
) -> None:
    """Tell a person what happened to their account: `facts` are at, device and network."""
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        shown = {**facts, "at": datetime.fromisoformat(facts["at"])}
        with translation.override(user.language or language):
            _send(mails.notice_letter(user, mails.Notice(notice), facts=shown, key=key))


def _send(letter: Letter) -> None:
    mailer = Mailer()
    try:
        answer = mailer.send(letter)
    finally:
        mailer.close()
    if answer.outcome == AttemptOutcome.RETRY:
        raise NotSent(answer.text)
