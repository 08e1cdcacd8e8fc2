"""Make the parcels of fulfilments that were there before parcels were kept."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from orders.models import Fulfilment, Order
from tracking.actions.parcels import follow
from tracking.models import Shipment

BATCH = 200


class Command(BaseCommand):
    """`manage.py make_shipments`: once after an upgrade; a second run finds nothing to do."""

    help = "Make the parcels of fulfilments that have none, batch by batch."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Go through all orders that shipped; each batch is a transaction of its own."""
        last = made = 0
        while pks := _next(last):
            with transaction.atomic():
                before = Shipment.every.filter(order_id__in=pks).count()
                rows = Order.every.filter(pk__in=pks).order_by("pk")
                list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))
                follow(pks, now=timezone.now(), as_history=True)
                made += Shipment.every.filter(order_id__in=pks).count() - before
            last = pks[-1]
        self.stdout.write(f"Made {made} shipments.")


def _next(last: int) -> list[int]:
    rows = Fulfilment.every.filter(order_id__gt=last).order_by("order_id")
    return list(dict.fromkeys(rows.values_list("order_id", flat=True)[:BATCH]))
