"""Messages that staff ask for: the confirmation once more, a fresh link, a failed one again.

Whoever asked stands in the order's story. `key` names the wish: the same wish twice is one mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications import policy
from notifications.actions.planning import is_address
from notifications.actions.settling import NotSendable, send_again
from notifications.models import Message, Suppression
from notifications.statuses import OPEN, MessageKind, MessageState, Withheld
from orders.models import Order
from orders.statuses import MessageEvent, Status
from orders.timeline import Actor, Draft, record_all
from postpurchase.lib.nudge import nudge


@dataclass(frozen=True, slots=True)
class Ways:
    """Whether an order's address takes mail, and which kinds are under way to it."""

    is_suppressed: bool
    under_way: frozenset[str]

    @classmethod
    def of(cls, order: Order) -> Ways:
        """Read how things stand."""
        mine = Suppression.every.of(order.merchant_id).filter(address=order.email.strip().lower())
        messages = Message.every.of(order.merchant_id).filter(order=order, state__in=OPEN)
        return cls(mine.exists(), frozenset(messages.values_list("kind", flat=True)))


def obstacle(order: Order, *, kind: MessageKind, ways: Ways | None = None) -> str | Promise:
    """Say why a message of a kind cannot be asked for now; nothing where it can."""
    address = order.email.strip()
    if not is_address(address):
        return Withheld.NO_ADDRESS.label
    stops = policy.stops_of(kind) or {Status.DRAFT: Withheld.NOT_PLACED}
    if order.status in stops:
        return stops[order.status].label
    ways = ways or Ways.of(order)
    if ways.is_suppressed:
        return _("This address does not take mail: an earlier one came back.")
    return _("One is on its way already.") if kind in ways.under_way else ""


@transaction.atomic
def ask_for(order: Order, *, kind: MessageKind, key: str, actor: Actor, now: datetime) -> None:
    """Send a message of a kind to the order's address, however often one went before.

    Raises NotSendable with the reason. The same key twice is one message.
    """
    Order.every.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    dedupe_key = f"order:{order.pk}:{kind}:{key}"[:200]
    if Message.every.of(order.merchant_id).filter(dedupe_key=dedupe_key).exists():
        return
    if reason := obstacle(order, kind=kind):
        raise NotSendable(reason)
    message = Message.every.create(
        merchant_id=order.merchant_id,
        order=order,
        kind=kind,
        dedupe_key=dedupe_key,
        recipient=order.email.strip(),
        language=order.language or order.merchant.language,
        send_at=now,
        expires_at=policy.expiry(kind, placed_at=None, now=now),
    )
    _tell(message, actor=actor, now=now)
    transaction.on_commit(lambda: nudge("messages"))


@transaction.atomic
def ask_again(message: Message, *, actor: Actor, now: datetime) -> None:
    """Send a failed, uncertain or withheld message again, and say who wanted it.

    Raises NotSendable.
    """
    send_again(message, now=now)
    _tell(message, actor=actor, now=now)


def is_repeatable(*, state: str, kind: str, expires_at: datetime, now: datetime) -> bool:
    """Tell whether `ask_again` would take a message up."""
    ended = {MessageState.FAILED, MessageState.UNCERTAIN, MessageState.WITHHELD}
    return state in ended and kind != MessageKind.CODE and now < expires_at


def _tell(message: Message, *, actor: Actor, now: datetime) -> None:
    if message.order is None:
        return
    data = {"kind": message.kind, "public_id": str(message.public_id)}
    draft = Draft(order=message.order, kind=MessageEvent.ASKED, at=now, actor=actor, data=data)
    record_all([draft], now=now)
