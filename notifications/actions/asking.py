"""Messages that staff ask for: the confirmation once more, how parcels stand, a failed one again.

Whoever asked stands in the order's story. `key` names the wish: the same wish twice is one mail.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications import policy
from notifications.actions.planning import is_address
from notifications.actions.settling import NotSendable, send_again
from notifications.models import Message, MessageParcel, Suppression
from notifications.parcel_policy import ASKED, kind_for
from notifications.parcels import outward, standing
from notifications.statuses import OPEN, MessageKind, MessageState, Withheld
from orders.models import Order
from orders.statuses import FulfilmentStatus, MessageEvent, Status
from orders.timeline import Actor, Draft, record_all
from postpurchase.lib.nudge import nudge
from tracking.models import Shipment

NO_NEWS = _("There is no package of which there is anything to tell yet.")


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
    if _is_asked(order, dedupe_key):
        return
    if reason := obstacle(order, kind=kind):
        raise NotSendable(reason)
    _ask(order, kind, dedupe_key=dedupe_key, actor=actor, now=now)


def obstacle_to_news(order: Order, *, now: datetime, ways: Ways | None = None) -> str | Promise:
    """Say why the shopper cannot be told now how the parcels stand; nothing where they can.

    With `ways` no parcel is read: a page that offers it goes by what the order itself says.
    """
    if ways is not None:
        is_unsent = order.fulfilment_status == FulfilmentStatus.UNFULFILLED
        return NO_NEWS if is_unsent else obstacle(order, kind=MessageKind.SHIPPED, ways=ways)
    states = _states(order, now=now)
    ways = Ways.of(order)
    reasons = [obstacle(order, kind=kind, ways=ways) for kind in states]
    return next((reason for reason in reasons if reason), "") if states else NO_NEWS


@transaction.atomic
def ask_for_news(order: Order, *, key: str, actor: Actor, now: datetime) -> None:
    """Tell the shopper how each parcel stands now, whatever was told before and what is off.

    One message for each kind of news. Raises NotSendable with the reason. The same key twice is
    the same messages.
    """
    Order.every.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    if _is_asked(order, f"order:{order.pk}:{ASKED}{key}"[:200]):
        return
    if reason := obstacle_to_news(order, now=now):
        raise NotSendable(reason)
    for place, (kind, parcels) in enumerate(_states(order, now=now).items()):
        suffix = f":{kind}" if place else ""
        dedupe_key = f"order:{order.pk}:{ASKED}{key}{suffix}"[:200]
        message = _ask(order, kind, dedupe_key=dedupe_key, actor=actor, now=now)
        for parcel in parcels:
            MessageParcel.every.create(
                merchant_id=order.merchant_id,
                message=message,
                shipment=parcel,
                kind=kind,
                change=f"{ASKED}{key}"[:100],
            )


def _states(order: Order, *, now: datetime) -> dict[MessageKind, list[Shipment]]:
    """Sort an order's parcels by what is to be said of them."""
    found: dict[MessageKind, list[Shipment]] = defaultdict(list)
    for parcel in outward().filter(order=order).prefetch_related(None):
        kind = kind_for(standing(parcel, order.merchant, now=now))
        if kind is not None:
            found[kind].append(parcel)
    return found


def _is_asked(order: Order, dedupe_key: str) -> bool:
    return Message.every.of(order.merchant_id).filter(dedupe_key=dedupe_key).exists()


def _ask(
    order: Order, kind: MessageKind, *, dedupe_key: str, actor: Actor, now: datetime
) -> Message:
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
    return message


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
