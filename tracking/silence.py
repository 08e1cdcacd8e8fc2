"""How long a carrier's parcels usually go without a scan."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from tracking.estimate import weight_at
from tracking.remembered import Remembered

ENOUGH = 30.0
"""Gaps of today from which on they speak for a carrier."""

USUAL = """
    SELECT carrier, milestone, min(hours) FROM (
        SELECT carrier, milestone, hours,
               sum(weight) OVER (PARTITION BY carrier, milestone ORDER BY hours) AS so_far,
               sum(weight) OVER (PARTITION BY carrier, milestone) AS total
        FROM tracking_scangap WHERE merchant_id = %s
    ) AS gap
    WHERE so_far >= 0.95 * total AND total >= %s
    GROUP BY carrier, milestone
"""

Silences = dict[tuple[str, str], timedelta]
"""By carrier and milestone, what 19 of 20 silences did not exceed."""


def _read(merchant_id: int, now: datetime) -> Silences:
    with connection.cursor() as cursor:
        cursor.execute(USUAL, [merchant_id, ENOUGH * weight_at(now)])
        rows = cursor.fetchall()
    return {(carrier, milestone): timedelta(hours=hours) for carrier, milestone, hours in rows}


silences: Remembered[Silences] = Remembered(_read, lasts=timedelta(minutes=10))
