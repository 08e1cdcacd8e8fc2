"""How confirmations fare: a bounded sample, whatever the number of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from notifications.statuses import MessageKind, MessageState
from postpurchase.lib.tenancy import current_merchant_id

MOST = 2_000
"""So many confirmations of a period are looked at: enough for a share to a tenth of a percent."""

# Each part is the beginning of one stretch of the index by kind, state and moment.
SAMPLE = """
    SELECT sent.count, sent.median, bad.count
    FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[])
        WITH ORDINALITY AS span (since, until, place)
    CROSS JOIN LATERAL (
        SELECT COUNT(*) AS count, MIN(created_at) AS oldest,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS median
        FROM (
            SELECT message.created_at, message.settled_at - orders_order.placed_at AS took
            FROM notifications_message AS message
            LEFT JOIN orders_order ON orders_order.merchant_id = message.merchant_id
                AND orders_order.id = message.order_id
            WHERE message.merchant_id = %(merchant)s AND message.kind = %(kind)s
                AND message.state = %(sent)s
                AND message.created_at >= span.since AND message.created_at < span.until
            ORDER BY message.created_at DESC, message.id DESC LIMIT %(most)s
        ) AS newest
    ) AS sent
    CROSS JOIN LATERAL (
        SELECT COUNT(*) AS count FROM (
            SELECT 1 FROM notifications_message
            WHERE merchant_id = %(merchant)s AND kind = %(kind)s AND state = ANY(%(bad)s)
                AND created_at < span.until AND created_at >=
                    CASE WHEN sent.count = %(most)s THEN sent.oldest ELSE span.since END
            LIMIT %(most)s
        ) AS newest
    ) AS bad
    ORDER BY span.place
"""


@dataclass(frozen=True, slots=True)
class Mails:
    """How many confirmations got through, how many did not, and how long half of them took."""

    sent: int
    bad: int
    median: timedelta | None

    @property
    def all(self) -> int:
        """Give how many were looked at."""
        return self.sent + self.bad

    @property
    def share(self) -> float | None:
        """Give the share that got through; of nothing there is none."""
        return self.sent / self.all if self.all else None

    @property
    def is_sample(self) -> bool:
        """Tell whether there were more than were looked at."""
        return self.sent >= MOST


def confirmations(spans: Sequence[tuple[datetime, datetime]]) -> list[Mails]:
    """Look at the confirmations of some spans of time, in one query."""
    values: dict[str, Any] = {
        "since": [since for since, _until in spans],
        "until": [until for _since, until in spans],
        "merchant": current_merchant_id(),
        "kind": MessageKind.CONFIRMATION,
        "sent": MessageState.SENT,
        "bad": [MessageState.FAILED, MessageState.UNCERTAIN],
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE, values)
        rows = cursor.fetchall()
    return [
        Mails(sent, bad, max(median, timedelta(0)) if median else None)
        for sent, median, bad in rows
    ]
