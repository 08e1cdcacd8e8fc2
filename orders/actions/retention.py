"""Remove what is kept for a time only. In batches, so that nothing is locked for long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from merchants.models import IdempotencyKey
from orders.actions.uploads import remove_file
from orders.models import ImportUpload, InboxEntry, OneTimeCode
from orders.statuses import InboxState

BATCH = 2000
RAW_KEPT = timedelta(days=30)
FAILED_KEPT = timedelta(days=90)
KEYS_KEPT = timedelta(days=1)
CODES_KEPT = timedelta(days=7)


def remove_outdated(*, now: datetime) -> dict[str, int]:
    """Remove old raw deliveries, keys, files and codes; give how many of each."""
    unread = [InboxState.FAILED, InboxState.WAITING]
    return {
        "inbox": _remove(
            lambda: InboxEntry.every.filter(
                Q(received_at__lt=now - RAW_KEPT, state=InboxState.DONE)
                | Q(received_at__lt=now - FAILED_KEPT, state__in=unread)
            )
        ),
        "idempotency_keys": _remove(
            lambda: IdempotencyKey.every.filter(created_at__lt=now - KEYS_KEPT)
        ),
        "files": _remove_files(now=now),
        "codes": _remove(lambda: OneTimeCode.every.filter(created_at__lt=now - CODES_KEPT)),
    }


def _remove_files(*, now: datetime) -> int:
    """Remove uploaded files that were kept long enough; their rows stay as history."""
    outdated = ImportUpload.every.filter(remove_at__lt=now).exclude(stored_as="")
    uploads = list(outdated.order_by("remove_at")[:BATCH])
    for upload in uploads:
        remove_file(upload, now=now)
    return len(uploads)


def _remove(rows: Callable[[], QuerySet]) -> int:  # type: ignore[type-arg]  # rows of any table
    removed = 0
    while pks := list(rows().values_list("pk", flat=True)[:BATCH]):
        removed += rows().model._base_manager.filter(pk__in=pks).delete()[0]
    return removed
