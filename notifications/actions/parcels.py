"""Which mails news of parcels call for.

Each change of a parcel is told once: a row of MessageParcel stands for it, for ever. Parcels of
one order that move at the same time share a message. What is planned here is looked at again the
moment before it goes (`notifications.parcels.untrue`): the newest news win.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from notifications import parcel_policy, policy
from notifications.actions.planning import draft_on
from notifications.models import Message, MessageParcel
from notifications.parcel_policy import KINDS, MERGE_WINDOW, OLD_NEWS, SHOPS_WORD_AFTER
from notifications.parcels import outward, standing, wanted_kinds
from notifications.statuses import ABOUT_PARCELS, MessageKind, MessageState, Withheld
from orders.models import Event, Order
from postpurchase.lib.nudge import nudge
from tracking.models import Shipment
from tracking.statuses import STEP, Milestone, ParcelEvent

ON_THE_ROAD = frozenset({MessageKind.SHIPPED, MessageKind.IN_TRANSIT})
SHOPS_WORD = ":shop"
"""How the key of a message ends that rests on the shop's word alone."""


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told of a parcel: the kind of message, the change, and when at the earliest."""

    parcel: Shipment
    kind: MessageKind
    change: str
    send_at: datetime


def plan_parcel(event: Event, *, now: datetime) -> None:
    """Plan the mail that an event of a parcel calls for, if any; twice is harmless."""
    order = event.order
    if order is None or order.erased_at is not None:
        return
    parcels = list(outward().filter(order=order))
    named = event.data.get("shipment")
    parcel = next((one for one in parcels if str(one.public_id) == named), None)
    if parcel is None or parcel.is_history:
        return
    parcel.order = order
    wanted = wanted_kinds(order.merchant_id)
    kind = _kind(event, parcel, wanted=wanted)
    news = _news(event, parcel, kind=kind, now=now) if kind and kind in wanted else None
    if news is not None:
        soon = now if len(parcels) == 1 else now + MERGE_WINDOW
        _place(news if news.send_at > soon else replace(news, send_at=soon), now=now)
    _set_aside(order, parcels, now=now)


def _kind(event: Event, parcel: Shipment, *, wanted: frozenset[str]) -> MessageKind | None:
    """Tell which kind an event calls for: whoever heard that it left hears that it goes on."""
    if event.kind != ParcelEvent.IN_TRANSIT:
        return KINDS.get(event.kind)
    row = _row_of(parcel, MessageKind.SHIPPED, "") if MessageKind.SHIPPED in wanted else None
    is_told = row is not None and not _is_waiting(row.message)
    if is_told or MessageKind.SHIPPED not in wanted:
        return MessageKind.IN_TRANSIT
    return MessageKind.SHIPPED


def _news(event: Event, parcel: Shipment, *, kind: MessageKind, now: datetime) -> News | None:
    """Work out what an event has to say; None: nothing that anybody needs to hear."""
    state = standing(parcel, parcel.order.merchant, now=now)
    change = parcel_policy.change_of(kind, state)
    if event.kind == ParcelEvent.CREATED:
        # Of a parcel without a number no carrier ever tells more than the shop.
        wait = SHOPS_WORD_AFTER if parcel.number_key else timedelta(0)
        is_news = event.at >= now - OLD_NEWS
        return News(parcel, kind, change, now + wait) if is_news else None
    if not parcel_policy.concerns_the_shopper(kind, state):
        return None
    if kind in ON_THE_ROAD and parcel.step > STEP[Milestone.IN_TRANSIT]:
        return None  # It was at the door before: "on its way" would be a step back.
    return News(parcel, kind, change, now)


def _place(news: News, *, now: datetime) -> None:
    """Let a message tell it: one that tells the like of the order's other parcels, or a new one."""
    row = _row_of(news.parcel, news.kind, news.change)
    is_shops_word = news.send_at > now + MERGE_WINDOW
    if row is not None and (is_shops_word or not _is_waiting(row.message)):
        return
    message = _joinable(news, now=now)
    if message is None and row is not None and _tells_this_alone(row):
        _bring_forward(row.message, news)
    elif row is not None:
        _move(row, to=message or _fresh(news, now=now))
    else:
        MessageParcel.every.create(
            merchant_id=news.parcel.merchant_id,
            message=message or _fresh(news, now=now),
            shipment=news.parcel,
            kind=news.kind,
            change=news.change,
        )
    transaction.on_commit(lambda: nudge("messages"))


def _row_of(parcel: Shipment, kind: str, change: str) -> MessageParcel | None:
    """Find what tells of a change, and hold its message: no sender takes it meanwhile."""
    rows = MessageParcel.every.filter(shipment=parcel, kind=kind, change=change)
    return rows.select_related("message").select_for_update(of=("message",)).first()


def _is_waiting(message: Message) -> bool:
    """Tell whether a message waits for its carrier, or was put aside because none had it yet."""
    if message.state == MessageState.WITHHELD:
        return message.reason == Withheld.NOT_MOVING
    return message.state == MessageState.PLANNED and message.dedupe_key.endswith(SHOPS_WORD)


def _joinable(news: News, *, now: datetime) -> Message | None:
    """Find, and hold, a message of the kind that has not begun its way.

    Not one that was tried: its first try may have arrived with what it said then.
    """
    rows = Message.every.of(news.parcel.merchant_id).filter(
        order_id=news.parcel.order_id,
        kind=news.kind,
        state=MessageState.PLANNED,
        attempts=0,
        expires_at__gt=now,
    )
    soon = now + MERGE_WINDOW
    near = rows.filter(send_at__gt=soon) if news.send_at > soon else rows.filter(send_at__lte=soon)
    return near.order_by("send_at", "pk").select_for_update(of=("self",)).first()


def _tells_this_alone(row: MessageParcel) -> bool:
    return not MessageParcel.every.filter(message=row.message).exclude(pk=row.pk).exists()


def _bring_forward(message: Message, news: News) -> None:
    """Let a message that waited for the carrier go now that the carrier has spoken."""
    message.dedupe_key = _key(news)
    message.state, message.reason, message.settled_at = MessageState.PLANNED, "", None
    message.send_at = news.send_at
    message.expires_at = policy.expiry(news.kind, placed_at=None, now=news.send_at)
    message.save(
        update_fields=["dedupe_key", "state", "reason", "settled_at", "send_at", "expires_at"]
    )


def _move(row: MessageParcel, *, to: Message) -> None:
    """Let another message tell it; one that is left with nothing to tell was never meant to go."""
    before = row.message
    row.message = to
    row.save(update_fields=["message"])
    if not MessageParcel.every.filter(message=before).exists():
        before.delete()


def _fresh(news: News, *, now: datetime) -> Message:
    message = draft_on(news.parcel.order, kind=news.kind, now=now)
    message.send_at = news.send_at
    message.expires_at = policy.expiry(news.kind, placed_at=None, now=news.send_at)
    message.dedupe_key = _key(news)
    if news.send_at > now + MERGE_WINDOW:
        message.dedupe_key += SHOPS_WORD
    message.save()
    return message


def _key(news: News) -> str:
    return f"parcel:{news.parcel.pk}:{news.kind}:{news.change}"


def _set_aside(order: Order, parcels: list[Shipment], *, now: datetime) -> None:
    """Withhold planned messages of an order that have become untrue of all their parcels."""
    planned = Message.every.of(order.merchant_id).filter(
        order=order, kind__in=ABOUT_PARCELS, state=MessageState.PLANNED
    )
    states = {one.pk: standing(one, order.merchant, now=now) for one in parcels}
    for message in planned.prefetch_related("parcels").order_by("pk"):
        reasons = [
            parcel_policy.untrue_because(row.kind, row.change, states[row.shipment_id])
            for row in message.parcels.all()
            if row.shipment_id in states
        ]
        if Withheld.NOT_MOVING in reasons or None in reasons:
            continue
        # By its state too: a sender may have taken it this moment.
        Message.every.filter(pk=message.pk, state=MessageState.PLANNED).update(
            state=MessageState.WITHHELD, reason=Withheld.SUPERSEDED, settled_at=now
        )
