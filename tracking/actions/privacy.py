"""Erase a person from parcels: where they were and how long they took stays, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from orders.models import Order
from tracking.models import CarrierDelivery, ParcelCase, Shipment, TrackingEvent
from tracking.statuses import CaseState, InboxState

KEPT_OF_SCANS = ("at", "milestone", "cause", "is_delay", "override", "day_only", "source")

_MENTIONS = """
SELECT id FROM tracking_carrierdelivery
WHERE merchant_id = %(merchant)s AND length(body) > 0
  AND strpos(regexp_replace(upper(encode(body, 'escape')), '[ -]', '', 'g'), %(number)s) > 0
"""
SHORTEST = 6
"""Letters and digits; a shorter number stands in too many texts by chance."""


def erase_parcels(order: Order, *, now: datetime) -> None:
    """Empty what leads from a locked order's parcels to a person: numbers, places, names, answers.

    A tracking number leads to the recipient's name and door.
    """
    shipments = list(Shipment.every.filter(order=order).order_by("pk").select_for_update())
    pks = [shipment.pk for shipment in shipments]
    for shipment in shipments:
        recent = [
            {name: scan[name] for name in KEPT_OF_SCANS if name in scan} for scan in shipment.recent
        ]
        blank: dict[str, Any] = {
            "external_id": f"erased {shipment.pk}",
            "recent": recent,
            "next_poll_at": None,
            "next_look_at": None,
            "updated_at": now,
        }
        Shipment.every.filter(pk=shipment.pk).update(
            **blank | dict.fromkeys(PERSONAL, ""), expected_ground={}
        )
    TrackingEvent.every.of(order.merchant_id).filter(shipment_id__in=pks).update(
        code="", text="", place="", said_by=""
    )
    cases = ParcelCase.every.filter(shipment_id__in=pks)
    cases.update(data={}, answer_data={}, outcome="")
    cases.exclude(state=CaseState.CLOSED).update(state=CaseState.CLOSED, closed_at=now)


PERSONAL = ("number", "number_key", "url", "signed_by", "to_postcode", "to_region", "carrier_said")


def numbers_of(order_id: int) -> list[str]:
    """Give the numbers of an order's parcels, by which deliveries of sources mention it."""
    rows = Shipment.every.filter(order_id=order_id).exclude(number_key="")
    return list(rows.values_list("number_key", flat=True))


def forget_deliveries(merchant_id: int, numbers: Sequence[str], *, now: datetime) -> None:
    """Empty what sources sent of these numbers; what is still to be read is not read any more."""
    pks: set[int] = set()
    with connection.cursor() as cursor:
        for number in numbers:
            if len(number) >= SHORTEST:
                cursor.execute(_MENTIONS, {"merchant": merchant_id, "number": number})
                pks |= {pk for (pk,) in cursor.fetchall()}
    rows = CarrierDelivery.every.filter(pk__in=pks)
    rows.update(body=b"", reason="", waiting_for="", state=InboxState.DONE, done_at=now)
