"""What is kept for a time only goes after it, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.actions.retention import remove_outdated
from orders.models import InboxEntry
from tests.factories import (
    IdempotencyKeyFactory,
    InboxEntryFactory,
    OneTimeCodeFactory,
    OrderFactory,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def test_old_rows_go_and_young_ones_stay():
    for days, state in [
        (31, "done"),
        (29, "done"),
        (31, "failed"),
        (91, "failed"),
        (31, "planned"),
    ]:
        InboxEntryFactory(received_at=NOW - timedelta(days=days), state=state)
    for hours in (25, 23):
        IdempotencyKeyFactory(created_at=NOW - timedelta(hours=hours))
    OneTimeCodeFactory(created_at=NOW - timedelta(days=8))
    OrderFactory(placed_at=NOW - timedelta(days=4000))

    removed = remove_outdated(now=NOW)

    assert removed == {"inbox": 2, "idempotency_keys": 1, "files": 0, "codes": 1}
    left = InboxEntry.every.order_by("pk").values_list("state", flat=True)
    assert list(left) == ["done", "failed", "planned"]
