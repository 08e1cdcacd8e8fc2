"""Reads for messages about parcels: what they tell of, whether it is still so, who wants it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from merchants.models import Merchant
from notifications.models import Message, MessageChoice, MessageParcel
from notifications.parcel_policy import Parcel, untrue_because
from notifications.statuses import ABOUT_PARCELS, OFF_UNASKED, MessageKind, Withheld
from tracking.models import Shipment, ShipmentLine
from tracking.statuses import Direction


def wanted_kinds(merchant_id: int) -> frozenset[str]:
    """Give the kinds of messages about parcels that a merchant lets go out."""
    rows = MessageChoice.every.of(merchant_id).values_list("kind", "is_on")
    choices = {**{kind.value: kind not in OFF_UNASKED for kind in ABOUT_PARCELS}, **dict(rows)}
    return frozenset(kind for kind, is_on in choices.items() if is_on)


def load(messages: Collection[Message]) -> None:
    """Read along what messages tell of and all parcels of their orders, in four queries."""
    about = [each for each in messages if each.kind in ABOUT_PARCELS and each.order is not None]
    if about:
        told = Prefetch("parcels", queryset=MessageParcel.every.order_by("pk"))
        prefetch_related_objects(about, told)
        orders = [message.order for message in about if message.order is not None]
        prefetch_related_objects(orders, Prefetch("shipments", queryset=outward()))


def outward() -> QuerySet[Shipment]:
    """Give parcels on their way out that their shops stand by, with what is in them."""
    lines = Prefetch("lines", queryset=ShipmentLine.every.order_by("pk"))
    rows = Shipment.every.filter(direction=Direction.OUT, withdrawn_at=None)
    return rows.prefetch_related(lines).order_by("pk")


def is_loaded(message: Message) -> bool:
    """Tell whether what a message tells of was read along with it."""
    order = message.order
    return order is not None and "shipments" in getattr(order, "_prefetched_objects_cache", {})


def true_parcels(message: Message, *, now: datetime) -> list[Shipment]:
    """Give the parcels of which a loaded message is true this moment."""
    return [parcel for parcel, because in _verdicts(message, now=now) if because is None]


def untrue(message: Message, *, now: datetime) -> Withheld | None:
    """Tell why a loaded message is no longer true of any of its parcels; None: of some it is."""
    reasons = [because for _parcel, because in _verdicts(message, now=now)]
    if not reasons or None not in reasons:
        return reasons[0] if reasons else Withheld.SUPERSEDED
    return None


def told_parcels(message: Message) -> list[Shipment]:
    """Give all parcels that a loaded message was meant to tell of, true or no longer."""
    return [parcel for parcel, _change in _told(message)]


def _verdicts(message: Message, *, now: datetime) -> list[tuple[Shipment, Withheld | None]]:
    told = [
        (parcel, untrue_because(message.kind, change, standing(parcel, message.merchant, now=now)))
        for parcel, change in _told(message)
    ]
    return [(parcel, because) for parcel, because in told]


def _told(message: Message) -> list[tuple[Shipment, str]]:
    assert message.order is not None
    here = {parcel.pk: parcel for parcel in message.order.shipments.all()}
    # Of two changes of one parcel the later is told.
    changes = {row.shipment_id: row.change for row in message.parcels.all()}
    return [(here[pk], change) for pk, change in changes.items() if pk in here]


def standing(parcel: Shipment, merchant: Merchant, *, now: datetime) -> Parcel:
    """Give the values by which it is decided what is said of a parcel."""
    zone = merchant.zone
    return Parcel(
        milestone=parcel.milestone,
        cause=parcel.cause,
        must_act=parcel.must_act,
        attempts=parcel.attempts,
        since=parcel.since.astimezone(zone).date() if parcel.since else None,
        today=now.astimezone(zone).date(),
        expected_until=parcel.expected_until,
        promised_until=parcel.promised_until,
        is_withdrawn=parcel.withdrawn_at is not None,
    )


def kinds_in_order(kinds: Collection[str]) -> Sequence[MessageKind]:
    """Sort kinds as they follow one another on a parcel's way."""
    return [kind for kind in ABOUT_PARCELS if kind in kinds]
