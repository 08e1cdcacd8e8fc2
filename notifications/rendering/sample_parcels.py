"""A parcel that nobody sent: to show what the mails about parcels are like. It is never saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from merchants.models import Merchant
from notifications.models import Message, MessageParcel
from notifications.statuses import MessageKind
from orders.models import Order, OrderLine
from orders.rendering.sample import NOBODY, sample_order
from orders.statuses import FulfilmentStatus, Status
from tracking.models import Shipment, ShipmentLine
from tracking.statuses import MUST_ACT, Cause, Milestone


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the sample parcel is, why, and in how many days it is expected."""

    milestone: Milestone
    step: int
    cause: Cause = Cause.NONE
    hours_ago: int = 1
    due_in: tuple[int, int] | None = None
    promised_in: int | None = None


SCENES: Final[dict[str, Scene]] = {
    MessageKind.SHIPPED: Scene(Milestone.PICKED_UP, 2, due_in=(2, 3), promised_in=3),
    MessageKind.IN_TRANSIT: Scene(Milestone.IN_TRANSIT, 3, due_in=(1, 2), promised_in=2),
    MessageKind.OUT_FOR_DELIVERY: Scene(
        Milestone.OUT_FOR_DELIVERY, 4, hours_ago=0, due_in=(0, 0), promised_in=0
    ),
    MessageKind.DELIVERED: Scene(Milestone.DELIVERED, 5, hours_ago=0),
    MessageKind.DELAYED: Scene(
        Milestone.IN_TRANSIT, 3, cause=Cause.WEATHER, due_in=(3, 3), promised_in=0
    ),
    MessageKind.ATTEMPT_FAILED: Scene(
        Milestone.ATTEMPT_FAILED, 4, cause=Cause.RECIPIENT_ABSENT, due_in=(1, 1)
    ),
    MessageKind.READY_FOR_PICKUP: Scene(Milestone.READY_FOR_PICKUP, 4),
    MessageKind.ACTION_NEEDED: Scene(Milestone.EXCEPTION, 3, cause=Cause.ADDRESS),
    MessageKind.RETURNING: Scene(Milestone.RETURNING, 4, cause=Cause.UNCLAIMED),
    MessageKind.LOST: Scene(Milestone.LOST, 3, hours_ago=24 * 12),
}


def sample_message(message: Message, *, now: datetime) -> Message:
    """Give a message of the same kind and language about a made-up order with its parcels."""
    merchant, scene = message.merchant, SCENES[message.kind]
    order = sample_order(merchant, now=now - timedelta(days=3))
    order.status, order.fulfilment_status = Status.SHIPPED, FulfilmentStatus.FULFILLED
    lines = [_with_key(line) for line in order.lines.all()]
    inside = [lines[:2], lines[2:]] if message.kind == MessageKind.SHIPPED else [lines]
    parcels = [
        _parcel(place, order, scene, lines=part, now=now)
        for place, part in enumerate(inside, start=1)
    ]
    _read_along(order, shipments=parcels)
    sample = Message(
        pk=NOBODY,
        merchant=merchant,
        order=order,
        kind=message.kind,
        recipient=message.recipient,
        language=message.language,
    )
    _read_along(sample, parcels=[_row(sample, parcels[0])])
    return sample


def _with_key(line: OrderLine) -> OrderLine:
    line.pk, line.fulfilled = -line.position, line.ordered
    return line


def _parcel(
    place: int, order: Order, scene: Scene, *, lines: list[OrderLine], now: datetime
) -> Shipment:
    merchant, since = order.merchant, now - timedelta(hours=scene.hours_ago)
    first, last = _days(merchant, scene, now=now)
    promised = _day(merchant, now, scene.promised_in) if scene.promised_in is not None else None
    parcel = Shipment(
        pk=-place,
        merchant=merchant,
        order=order,
        external_id=f"sample-{place}",
        number=f"0034043429213510018{5 + place}",
        carrier="dhl_paket",
        milestone=scene.milestone,
        since=since,
        step=scene.step,
        cause=scene.cause,
        must_act=MUST_ACT[scene.cause],
        attempts=1 if scene.milestone == Milestone.ATTEMPT_FAILED else 0,
        delivered_at=since if scene.milestone == Milestone.DELIVERED else None,
        last_scan_at=since,
        expected_from=first,
        expected_until=last,
        promised_from=promised,
        promised_until=promised,
        recent=[_scan(merchant, scene, at=since)],
    )
    rows = [ShipmentLine(shipment=parcel, order_line=line, quantity=line.ordered) for line in lines]
    _read_along(parcel, lines=rows)
    return parcel


def _scan(merchant: Merchant, scene: Scene, *, at: datetime) -> dict[str, Any]:
    return {
        "at": at.isoformat(),
        "milestone": scene.milestone.value,
        "cause": scene.cause.value,
        "place": _("Sampletown"),
        "country": merchant.country,
        "source": "sample",
    }


def _days(merchant: Merchant, scene: Scene, *, now: datetime) -> tuple[Any, Any]:
    if scene.due_in is None:
        return None, None
    first, last = scene.due_in
    return _day(merchant, now, first), _day(merchant, now, last)


def _day(merchant: Merchant, now: datetime, ahead: int) -> Any:
    return now.astimezone(merchant.zone).date() + timedelta(days=ahead)


def _row(message: Message, parcel: Shipment) -> MessageParcel:
    change = {MessageKind.ATTEMPT_FAILED: "1", MessageKind.ACTION_NEEDED: parcel.cause}
    return MessageParcel(
        message=message,
        shipment=parcel,
        kind=message.kind,
        change=change.get(MessageKind(message.kind), ""),
    )


def _read_along(row: Any, **rows: list[Any]) -> None:
    """Put rows where Django looks for those that were read along."""
    row._prefetched_objects_cache = getattr(row, "_prefetched_objects_cache", {}) | rows
