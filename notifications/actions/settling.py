"""How a try ended, written down: by the sender who holds the token, by the reaper, by a person.

Every change names the row by primary key and token alone, so a sender whose lease ran out changes
nothing any more.
"""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notifications import policy
from notifications.channels.base import Answer
from notifications.models import Attempt, Message, Suppression
from notifications.statuses import (
    ESSENTIAL,
    AttemptOutcome,
    MessageKind,
    MessageState,
    Withheld,
)
from orders import timeline
from orders.statuses import MessageEvent
from postpurchase.lib.claims import Queue
from postpurchase.lib.errors import Refused
from postpurchase.lib.nudge import nudge

log = logging.getLogger(__name__)

CLAIMED_FOR = timedelta(seconds=90)
"""Longer than a claimed row waits for a thread (`sending.SHIFT`)."""
DISPATCHED_FOR = timedelta(seconds=180)
"""Longer than the longest try: six answers of a mail server at EMAIL_TIMEOUT each, twice."""
RESEND_AFTER = timedelta(seconds=20)

QUEUE = Queue(
    model=Message,
    due_field="send_at",
    waiting=MessageState.PLANNED,
    taken=MessageState.CLAIMED,
    lease=CLAIMED_FOR,
)

_REPEATABLE = frozenset({MessageState.FAILED, MessageState.UNCERTAIN, MessageState.WITHHELD})
_EVENTS = {
    MessageState.SENT: MessageEvent.SENT,
    MessageState.FAILED: MessageEvent.FAILED,
    MessageState.UNCERTAIN: MessageEvent.UNCERTAIN,
}


class NotSendable(Refused):
    """The message is not one that a person may send again."""

    code = "not_sendable"


def settle(message: Message, answer: Answer, *, token: UUID, subject: str, now: datetime) -> bool:
    """Write down the answer to a try; False: the row was taken from us meanwhile."""
    values: dict[str, object]
    match answer.outcome:
        case AttemptOutcome.SENT:
            values = {"state": MessageState.SENT, "provider_id": answer.provider_id}
        case AttemptOutcome.RETRY:
            values = _retry(message, answer, now=now)
        case AttemptOutcome.REFUSED:
            values = {"state": MessageState.FAILED}
        case _:
            values = _doubt(message, now=now)
    return _write(message, answer, {**values, "subject": subject[:500]}, token=token, now=now)


def withhold(message: Message, *, because: Withheld, token: UUID, now: datetime) -> None:
    """Put a claimed message aside for good; one that was tried before counts as failed."""
    values: dict[str, object] = {"state": MessageState.WITHHELD, "reason": because}
    if because == Withheld.EXPIRED and message.attempts:
        values = {"state": MessageState.FAILED, "reason": message.reason or because}
    if because == Withheld.NOTHING:
        values["recipient"] = ""  # Somebody's address who is no customer is not kept.
    with transaction.atomic():
        if _change(message, values, token=token, now=now):
            _tell(message, values["state"], now=now)


def postpone_unwritten(message: Message, error: Exception, *, token: UUID, now: datetime) -> None:
    """Put a message back that could not be written; after some tries it waits for a person."""
    # Only the kind of error: its text may quote the order.
    text = f"Could not be written: {type(error).__name__}"
    may_retry = message.attempts + 1 < policy.MAX_WRITING_ATTEMPTS
    outcome = AttemptOutcome.RETRY if may_retry else AttemptOutcome.REFUSED
    message.attempts += 1
    values = _retry(message, Answer(outcome, text), now=now)
    if not may_retry:
        values = {"state": MessageState.FAILED}
    values["attempts"] = message.attempts
    _write(message, Answer(outcome, text), values, token=token, now=now)


def reap(*, now: datetime) -> int:
    """Take up what dead senders left: unbegun rows go back, begun ones are in doubt."""
    count = QUEUE.reap(now=now)
    answer = Answer(AttemptOutcome.UNCERTAIN, "The sender did not live to tell.")
    with transaction.atomic():
        for message in QUEUE.lapsed(MessageState.DISPATCHING, now=now).select_related("order"):
            assert message.token is not None
            settle(message, answer, token=message.token, subject=message.subject, now=now)
            count += 1
    return count


def send_again(message: Message, *, now: datetime) -> None:
    """Send a failed, uncertain or withheld message again, because a person wants it so.

    It keeps its Message-ID. Raises NotSendable where it is under way, sent, or of no use any more.
    """
    with transaction.atomic():
        current = Message.every.select_for_update().get(pk=message.pk)
        reason = why_not_again(current, now=now)
        if reason:
            raise NotSendable(reason)
        current.state, current.reason, current.settled_at = MessageState.PLANNED, "", None
        current.send_at, current.attempts = now, 0
        current.save(update_fields=["state", "reason", "settled_at", "send_at", "attempts"])
        transaction.on_commit(lambda: nudge("messages"))


def send_now(message: Message, *, now: datetime) -> None:
    """Send a planned message at once instead of at its time. Raises NotSendable."""
    with transaction.atomic():
        current = Message.every.select_for_update().get(pk=message.pk)
        if current.state != MessageState.PLANNED:
            raise NotSendable(_("This message is not waiting any more."))
        if current.send_at > now:
            current.send_at = now
            current.save(update_fields=["send_at"])
        transaction.on_commit(lambda: nudge("messages"))


def why_not_again(message: Message, *, now: datetime) -> str:
    """Tell in words why a message cannot be sent again; nothing where it can."""
    reason: object = ""
    if message.state not in _REPEATABLE:
        is_sent = message.state == MessageState.SENT
        reason = _("The mail server has accepted it.") if is_sent else _("It is still under way.")
    elif message.kind == MessageKind.CODE:
        reason = _("A one-time code is kept only until it is sent. A new one is asked for.")
    elif not message.recipient:
        reason = _("The address it was for is no longer kept, or there never was one.")
    elif message.expires_at <= now:
        reason = _("It would come too late to be of use.")
    return f"{_('This message cannot be sent again.')} {reason}" if reason else ""


def _retry(message: Message, answer: Answer, *, now: datetime) -> dict[str, object]:
    wait = policy.retry_after(message.attempts, chance=random.random())  # noqa: S311  # scatter only
    if now + wait >= message.expires_at:
        return {"state": MessageState.FAILED}
    return {"state": MessageState.PLANNED, "send_at": now + wait}


def _doubt(message: Message, *, now: datetime) -> dict[str, object]:
    """Send an essential message once more with the same Message-ID: mailboxes fold equal ids."""
    again_at = now + RESEND_AFTER
    if message.kind in ESSENTIAL and not message.resends and again_at < message.expires_at:
        return {"state": MessageState.PLANNED, "send_at": again_at, "resends": 1}
    return {"state": MessageState.UNCERTAIN}


def _write(
    message: Message, answer: Answer, values: dict[str, object], *, token: UUID, now: datetime
) -> bool:
    words = policy.without_addresses(answer.text)
    is_sent = values["state"] == MessageState.SENT
    with transaction.atomic():
        if not _change(
            message, {**values, "reason": "" if is_sent else words}, token=token, now=now
        ):
            log.warning("Message %s was taken from a slow sender.", message.pk)
            return False
        Attempt.every.create(
            merchant_id=message.merchant_id,
            message=message,
            at=now,
            outcome=answer.outcome,
            answer=words,
        )
        in_doubt = answer.outcome == AttemptOutcome.UNCERTAIN
        _tell(message, MessageState.UNCERTAIN if in_doubt else values["state"], now=now)
        if answer.is_bounce:
            _suppress(message, words)
    return True


def _change(message: Message, values: dict[str, object], *, token: UUID, now: datetime) -> bool:
    is_open = values["state"] == MessageState.PLANNED
    ending = {} if is_open else {"settled_at": now, "sealed": ""}
    mine = Message.every.filter(pk=message.pk, token=token)
    return bool(mine.update(token=None, leased_until=None, **ending, **values))


def _tell(message: Message, state: object, *, now: datetime) -> None:
    event = _EVENTS.get(MessageState(str(state)))
    if event is None or message.order is None:
        return
    data = {"kind": message.kind, "public_id": str(message.public_id)}
    draft = timeline.Draft(order=message.order, kind=event, at=now, data=data)
    timeline.record_all([draft], now=now)


def _suppress(message: Message, words: str) -> None:
    Suppression.every.get_or_create(
        merchant_id=message.merchant_id,
        channel=message.channel,
        address=message.recipient.lower(),
        defaults={"reason": words},
    )
