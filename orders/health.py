"""How the connections of a merchant fare: bounded reads, whatever the number of orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection as database

from merchants.models import StoreConnection
from orders.models import InboxEntry
from orders.rhythm import LOOKED_BACK, Silence, silence_of
from orders.statuses import InboxState

DAY = timedelta(days=1)
MOST_COUNTED = 1000

# One look into the index per day and connection; LIMIT keeps the planner from reading days whole.
ACTIVE_DAYS = """
    SELECT connection.id, day.back
    FROM unnest(%s::bigint[]) AS connection (id)
    CROSS JOIN generate_series(0, %s) AS day (back)
    CROSS JOIN LATERAL (
        SELECT 1 FROM orders_order
        WHERE merchant_id = %s AND connection_id = connection.id AND NOT is_history
          AND placed_at > %s - make_interval(days => day.back + 1)
          AND placed_at <= %s - make_interval(days => day.back)
        ORDER BY merchant_id, placed_at DESC, id DESC LIMIT 1
    ) AS found
"""


@dataclass(frozen=True, slots=True)
class Health:
    """What can be said of a connection now."""

    connection: StoreConnection
    failed: int
    """Deliveries of the last 24 hours that could not be used; MOST_COUNTED stands for more."""
    silence: Silence | None

    @property
    def is_uninstalled(self) -> bool:
        """Tell whether the shop cut the connection, and nothing came since."""
        gone, seen = self.connection.uninstalled_at, self.connection.last_seen_at
        return gone is not None and (seen is None or seen <= gone + timedelta(seconds=1))

    @property
    def was_refused(self) -> bool:
        """Tell whether the last thing heard of was a delivery that was not accepted."""
        at, seen = self.connection.last_error_at, self.connection.last_seen_at
        return at is not None and (seen is None or at > seen)

    def is_rotating(self, *, now: datetime) -> bool:
        """Tell whether an older secret still works."""
        until = self.connection.previous_secret_until
        return bool(self.connection.previous_secret and until and now < until)


def health_of(
    merchant_id: int, connections: Sequence[StoreConnection], *, now: datetime
) -> list[Health]:
    """Judge a merchant's connections, in two queries."""
    failed = _failed(merchant_id, now=now)
    watched = [each.pk for each in connections if _is_watched(each, now=now)]
    active = _active_days(merchant_id, watched, now=now) if watched else {}
    return [
        Health(each, failed[each.pk], silence_of(active.get(each.pk, ()))) for each in connections
    ]


def silences(
    merchant_id: int, connections: Sequence[StoreConnection], *, now: datetime
) -> list[tuple[StoreConnection, Silence]]:
    """Name the connections that are silent for longer than usual, in one query at most."""
    watched = {each.pk: each for each in connections if _is_watched(each, now=now)}
    active = _active_days(merchant_id, watched, now=now) if watched else {}
    return [
        (connection, silence)
        for pk, connection in watched.items()
        if (silence := silence_of(active.get(pk, ()))) is not None
    ]


def _is_watched(connection: StoreConnection, *, now: datetime) -> bool:
    """Leave out those of which nothing was heard for long: they have no rhythm."""
    seen = connection.last_seen_at
    return connection.is_active and seen is not None and now - seen < LOOKED_BACK * DAY


def _failed(merchant_id: int, *, now: datetime) -> Counter[int]:
    failed = InboxEntry.every.of(merchant_id).filter(
        state=InboxState.FAILED, received_at__gte=now - DAY
    )
    newest = failed.order_by("-received_at", "-pk").values_list("connection_id", flat=True)
    return Counter(newest[:MOST_COUNTED])


def _active_days(merchant_id: int, pks: Collection[int], *, now: datetime) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    with database.cursor() as cursor:
        cursor.execute(ACTIVE_DAYS, [list(pks), LOOKED_BACK - 1, merchant_id, now, now])
        for pk, back in cursor.fetchall():
            found.setdefault(pk, []).append(back)
    return found
