"""Which messages are meant to go out. One intention is one row, however often it is stated."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from merchants.models import Merchant
from notifications import policy
from notifications.models import Message
from notifications.statuses import PASSING, MessageKind, MessageState, Withheld
from orders.models import Order
from orders.statuses import Status
from postpurchase.lib.crypto import keyed_digest, seal
from postpurchase.lib.nudge import nudge

LINKS_ONCE_IN = timedelta(minutes=10)


def plan_confirmation(order: Order, *, now: datetime) -> None:
    """Mean to confirm an order, once for ever; one that is not placed yet is not confirmed.

    An order that came in too late gets a row too: it says why nothing was sent.
    """
    if order.status == Status.DRAFT:
        return
    message = draft_on(order, kind=MessageKind.CONFIRMATION, now=now)
    message.dedupe_key = f"order:{order.pk}:confirmation"
    message.expires_at = policy.expiry(MessageKind.CONFIRMATION, placed_at=order.placed_at, now=now)
    if message.expires_at <= now:
        came_in_time = order.created_at < message.expires_at
        _withhold(message, because=Withheld.EXPIRED if came_in_time else Withheld.HISTORY, now=now)
    _plan(message)


def take_up_confirmation(order: Order, *, now: datetime) -> None:
    """Confirm an order whose confirmation was withheld for a reason that has passed."""
    plan_confirmation(order, now=now)
    outgrown = Message.every.of(order.merchant_id).filter(
        dedupe_key=f"order:{order.pk}:confirmation",
        state=MessageState.WITHHELD,
        reason__in=PASSING,
        expires_at__gt=now,
    )
    if outgrown.update(state=MessageState.PLANNED, reason="", settled_at=None, send_at=now):
        transaction.on_commit(lambda: nudge("messages"))


def plan_code(*, order: Order, code: str, now: datetime) -> None:
    """Send a one-time code to the order's address. An earlier code still waiting is not sent."""
    message = draft_on(order, kind=MessageKind.CODE, now=now)
    message.dedupe_key = f"order:{order.pk}:code:{message.public_id}"
    message.expires_at = policy.expiry(MessageKind.CODE, placed_at=None, now=now)
    if message.state == MessageState.PLANNED:
        message.sealed = seal(code)
    with transaction.atomic():
        waiting = Message.every.of(order.merchant_id).filter(
            order=order, kind=MessageKind.CODE, state=MessageState.PLANNED
        )
        waiting.update(
            state=MessageState.WITHHELD,
            reason=Withheld.SUPERSEDED,
            settled_at=now,
            sealed="",
        )
        _plan(message)


def plan_links(*, merchant: Merchant, email: str, now: datetime) -> None:
    """Send the links to all orders of an address there, at most once in ten minutes.

    Does the same work whether there are such orders or not: that is found out when the message
    is sent, so that nobody can tell by the time it takes.
    """
    address = email.strip().lower()
    if not is_address(address):
        return
    window = int(now.timestamp() // LINKS_ONCE_IN.total_seconds())
    _plan(
        Message(
            merchant=merchant,
            kind=MessageKind.LINKS,
            dedupe_key=f"links:{keyed_digest(address, purpose='links')[:40]}:{window}",
            recipient=address,
            language=merchant.language,
            send_at=now,
            expires_at=policy.expiry(MessageKind.LINKS, placed_at=None, now=now),
        )
    )


def is_address(text: str) -> bool:
    """Tell whether mail can be sent to this at all."""
    try:
        validate_email(text)
        text.rpartition("@")[2].encode("idna")  # else no mail server can be asked
    except (ValidationError, UnicodeError):
        return False
    return len(text) <= 320  # RFC 5321: 64 + @ + 255


def draft_on(order: Order, *, kind: MessageKind, now: datetime) -> Message:
    """Begin a message to the order's address; one that has no usable address is withheld."""
    message = Message(
        merchant_id=order.merchant_id,
        order=order,
        kind=kind,
        recipient=order.email.strip(),
        language=order.language or order.merchant.language,
        send_at=now,
    )
    if not is_address(message.recipient):
        _withhold(message, because=Withheld.NO_ADDRESS, now=now)
    return message


def _withhold(message: Message, *, because: Withheld, now: datetime) -> None:
    message.state = MessageState.WITHHELD
    message.reason = because
    message.settled_at = now


def _plan(message: Message) -> None:
    Message.every.bulk_create([message], ignore_conflicts=True)
    if message.state == MessageState.PLANNED:
        transaction.on_commit(lambda: nudge("messages"))
