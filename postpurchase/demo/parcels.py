"""What the demo shop sends: parcels of the past with all their scans, and new ones by webhook."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from merchants.models import Merchant, StoreConnection
from merchants.statuses import ConnectionKind
from orders.models import Fulfilment, Order
from orders.statuses import TO_SHIP
from postpurchase.demo.orders import deliver
from postpurchase.demo.past import LAST, a_number
from tracking.actions import simulation
from tracking.models import Shipment
from tracking.statuses import Fate

SLUG = "alma-fern"
PACKED_AFTER = timedelta(seconds=40)
FORGOTTEN_AFTER = timedelta(hours=6)
WATCHED_FOR = timedelta(days=24)
"""Parcels that left since then are no history: somebody looks after them."""
TOLD_FOR = timedelta(days=150)

# How parcels of the last weeks fare, whatever the dice say: each state is there to be seen.
FATES = {
    LAST - 9: Fate.LOST,
    LAST - 11: Fate.MISSED,
    LAST - 13: Fate.PICKUP,
    LAST - 14: Fate.DELAYED,
    LAST - 16: Fate.REFUSED,
    LAST - 18: Fate.CUSTOMS,
    LAST - 21: Fate.DAMAGED,
    LAST - 25: Fate.LOST,
    LAST - 33: Fate.REFUSED,
}
SELDOM = (Fate.MISSED, Fate.PICKUP, Fate.DELAYED, Fate.DELAYED, Fate.REFUSED)


def give_parcels_a_past(merchant: Merchant, *, now: datetime) -> None:
    """Tell all that happened to the parcels of the last months."""
    random = Random(11)  # noqa: S311  # a story, not a secret
    rows = Shipment.every.of(merchant.pk).filter(shipped_at__gte=now - TOLD_FOR)
    rows.filter(shipped_at__gte=now - WATCHED_FOR).update(is_history=False)
    shipments = list(
        rows.select_related("order").prefetch_related("order__addresses").order_by("shipped_at")
    )
    fates = {shipment.pk: _fate(random, shipment) for shipment in shipments}
    simulation.tell_past(shipments, fates=fates, now=now)


def _fate(random: Random, shipment: Shipment) -> Fate:
    luck, number = random.random(), int(shipment.order.number.strip("#"))
    return FATES.get(number) or (random.choice(SELDOM) if luck < 0.08 else Fate.FINE)


def hand_over(*, now: datetime) -> None:
    """Send what is packed, and give new parcels to the demo carrier."""
    merchant = Merchant.objects.filter(slug=SLUG).first()
    if merchant is None:
        return
    waiting = Order.every.of(merchant.pk).filter(
        status__in=TO_SHIP,
        is_history=False,
        created_at__range=(now - FORGOTTEN_AFTER, now - PACKED_AFTER),
        fulfilments=None,
    )
    for order in waiting.order_by("pk")[:5]:
        send(order, now=now)
    fresh = Shipment.every.of(merchant.pk).filter(
        simulation=None, is_history=False, withdrawn_at=None, created_at__gte=now - FORGOTTEN_AFTER
    )
    rows = fresh.exclude(number_key="").filter(first_scan_at=None, direction="out")
    shipments = rows.select_related("order").prefetch_related("order__addresses")[:50]
    simulation.take(list(shipments), now=now)


def send(order: Order, *, now: datetime, numbers: Sequence[str] = ()) -> None:
    """Have the shop state that all of an order left, by a signed webhook."""
    connection = StoreConnection.every.get(
        merchant_id=order.merchant_id, kind=ConnectionKind.SHOPIFY
    )
    random = Random(order.external_id)  # noqa: S311  # a story, not a secret
    told = list(numbers) or [a_number(random, "DHL")]
    body = json.dumps(_fulfilment(order, told, now=now)).encode()
    deliver(connection, body, now=now, topic="fulfillments/update")


def split(shipment: Shipment, *, now: datetime) -> None:
    """Have the shop state that a parcel became two."""
    row = Fulfilment.every.filter(pk=shipment.fulfilment_id or 0).get()
    random = Random(f"{shipment.number} {len(row.tracking_numbers)}")  # noqa: S311  # a story
    send(shipment.order, now=now, numbers=[*row.tracking_numbers, a_number(random, "DHL")])


def _fulfilment(order: Order, numbers: Sequence[str], *, now: datetime) -> dict[str, Any]:
    name = f"gid://shopify/Fulfillment/{order.pk}01"
    here = Fulfilment.every.filter(order=order).order_by("pk").first()
    return {
        "id": f"{order.pk}01",
        "admin_graphql_api_id": here.external_id if here else name,
        "order_id": order.external_id.rpartition("/")[2],
        "admin_graphql_api_order_id": order.external_id,
        "status": "success",
        "created_at": now.isoformat(),
        "updated_at": now.isoformat(),
        "tracking_company": "DHL",
        "tracking_numbers": list(numbers),
        "line_items": [
            {"admin_graphql_api_id": line.external_id, "id": line.pk, "quantity": line.ordered}
            for line in order.lines.all()
        ],
    }
