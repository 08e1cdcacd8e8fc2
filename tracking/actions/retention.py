"""Remove what is kept for a time only. In batches, so that nothing is locked for long."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracking.models import CarrierDelivery

BATCH = 2000
RAW_KEPT = timedelta(days=90)


def remove_outdated(*, now: datetime) -> int:
    """Remove raw deliveries that are older than 90 days; give how many."""
    outdated = CarrierDelivery.every.filter(received_at__lt=now - RAW_KEPT)
    removed = 0
    while pks := list(outdated.values_list("pk", flat=True)[:BATCH]):
        removed += CarrierDelivery.every.filter(pk__in=pks).delete()[0]
    return removed
