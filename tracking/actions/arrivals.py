"""Tell orders how much of them has arrived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from orders.actions.arrivals import note_arrivals
from orders.models import Order, OrderLine
from orders.statuses import FulfilmentStatus
from orders.timeline import Actor, record_all
from tracking.models import Shipment, ShipmentLine
from tracking.statuses import Direction, Milestone


def count(order_ids: Collection[int], *, now: datetime) -> None:
    """Work out anew what has arrived of locked orders, and let their stories tell it."""
    if not order_ids:
        return
    parcels = defaultdict(list)
    rows = Shipment.every.filter(
        order_id__in=order_ids, direction=Direction.OUT, withdrawn_at=None
    ).exclude(milestone=Milestone.CANCELLED)
    for shipment in rows:
        parcels[shipment.order_id].append(shipment)
    inside: dict[int, dict[int, int]] = defaultdict(dict)
    for part in ShipmentLine.every.filter(shipment__order_id__in=order_ids):
        inside[part.shipment_id][part.order_line_id] = part.quantity
    arrived, last = {}, now
    orders = Order.every.filter(pk__in=order_ids).select_related("merchant").order_by("pk")
    for order in orders.select_for_update(of=("self",), no_key=True):
        arrived[order] = _arrived(order, parcels[order.pk], inside)
        came = [each.delivered_at for each in parcels[order.pk] if each.delivered_at]
        last = max(came, default=last)
    record_all(note_arrivals(arrived, at=last, actor=Actor()), now=now)


def _arrived(
    order: Order, parcels: list[Shipment], inside: dict[int, dict[int, int]]
) -> dict[int, int]:
    """Add up what is in delivered parcels; goods of one fulfilment arrive with its last parcel.

    Where the shop did not say what is in which parcel, all has come when all parcels have.
    """
    is_all_sent = order.fulfilment_status == FulfilmentStatus.FULFILLED
    if parcels and is_all_sent and all(each.delivered_at for each in parcels):
        lines = OrderLine.every.filter(order=order).values_list("pk", "ordered", "cancelled")
        return {pk: max(ordered - cancelled, 0) for pk, ordered, cancelled in lines}
    waiting = {each.fulfilment_id for each in parcels if not each.delivered_at}
    units: dict[int, int] = defaultdict(int)
    for each in parcels:
        if each.delivered_at and each.fulfilment_id not in waiting:
            for line, quantity in inside[each.pk].items():
                units[line] += quantity
    return dict(units)
