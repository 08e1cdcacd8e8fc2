"""Hands mails of accounts to the workers; a broker that is away breaks no page."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from merchants.models import Invitation, User
from postpurchase.lib.ids import uuid7
from postpurchase.staff.accounts import devices, tasks
from postpurchase.staff.accounts.mails import Notice

log = logging.getLogger(__name__)


def mail_invitation(invitation: Invitation) -> None:
    """Mail an invitation."""
    _hand_over(tasks.send_invitation, invitation_id=invitation.pk)


def mail_reset(user: User | None) -> None:
    """Mail the link for a new password. Nobody costs as much time as somebody."""
    user_id = user.pk if user else 0
    _hand_over(tasks.send_reset, user_id=user_id, language=get_language() or "")


def tell(user: User, notice: Notice, *, request: HttpRequest) -> None:
    """Tell a person what happened to their account, when, and on which device."""
    facts = {
        "at": timezone.now().isoformat(),
        "device": devices.in_words(request.headers.get("User-Agent", "")),
        "network": devices.network_in_words(devices.network(request)),
    }
    language = get_language() or ""
    _hand_over(
        tasks.send_notice, user_id=user.pk, notice=str(notice), facts=facts, language=language
    )


def _hand_over(task: Any, **arguments: Any) -> None:
    # The key is made here, so that a mail tried twice is the same mail to its reader.
    arguments["key"] = str(uuid7())
    try:
        task.apply_async(kwargs=arguments, queue="default", retry=False)
    except Exception as error:  # each broker raises its own; the person can ask again
        log.warning("A mail of accounts was not handed over (%s).", type(error).__name__)
