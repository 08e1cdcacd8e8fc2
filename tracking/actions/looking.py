"""Look after parcels that nobody tells of: a silence that grew long, a day that passed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from orders.models import Order
from orders.timeline import record_all
from tracking.actions import dates, troubles
from tracking.actions.saving import save
from tracking.models import Shipment

log = logging.getLogger(__name__)

BATCH = 200


@transaction.atomic
def look_after_due(*, now: datetime, limit: int = BATCH) -> int:
    """Look after the parcels whose time has come; give how many were taken up.

    Safe to run in many workers, and beside news: what somebody else holds is skipped.
    """
    shipments = _claim(now=now, limit=limit)
    if not shipments:
        return 0
    if not _looked_after(shipments, now=now):
        # One of them is more than we can do: the others must not wait for it.
        for shipment in shipments:
            if not _looked_after([shipment], now=now):
                later = now + timedelta(days=1)
                Shipment.every.filter(pk=shipment.pk).update(next_look_at=later)
    return len(shipments)


def _looked_after(shipments: list[Shipment], *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            drafts = dates.name_dates(shipments, befores={}, now=now)
            drafts += troubles.follow(shipments, befores={}, now=now)
            save(shipments, now=now)
            record_all(drafts, now=now)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception("%d parcels could not be looked after.", len(shipments))
        return False
    return True


def _claim(*, now: datetime, limit: int) -> list[Shipment]:
    """Lock due parcels, and before them their orders, as all do who change parcels."""
    due = Shipment.every.filter(next_look_at__lte=now).order_by("next_look_at", "pk")
    wanted = dict(due.values_list("pk", "order_id")[:limit])
    if not wanted:
        return []
    orders = Order.every.filter(pk__in=set(wanted.values())).select_related("merchant")
    held = {
        order.pk: order
        for order in orders.order_by("pk").select_for_update(
            of=("self",), skip_locked=True, no_key=True
        )
    }
    rows = Shipment.every.filter(pk__in=list(wanted), order_id__in=list(held))
    mine = rows.filter(next_look_at__lte=now).order_by("pk")
    shipments = list(mine.select_for_update(of=("self",), skip_locked=True))
    for shipment in shipments:
        shipment.order = held[shipment.order_id]
    return shipments
