"""Keep the table of scans cut by month, some months ahead.

There is no default partition: rows that fit none are refused, and a part that was made in time
never has to be split. So whoever looks after the installation has to hear of it when the months
run out.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connection

log = logging.getLogger(__name__)

AHEAD = 4
ENOUGH = 2
"""Months; fewer ahead are an alarm."""
TABLE = "tracking_trackingevent"


def make_ahead(*, now: datetime) -> list[str]:
    """Make the partitions of this month and the next ones that are missing; give their names."""
    here = _names()
    made = []
    for month in range(_month(now), _month(now) + AHEAD + 1):
        name = f"{TABLE}_{_text(month)}"
        if name not in here:
            _make(name, month)
            made.append(name)
    return made


def months_ahead(*, now: datetime) -> int:
    """Tell for how many months after this one there is a place."""
    here, month = _names(), _month(now)
    count = 0
    while f"{TABLE}_{_text(month + count + 1)}" in here:
        count += 1
    return count


def keep_ahead(*, now: datetime) -> None:
    """Make what is missing, and raise an alarm where that fails and the months run out."""
    try:
        make_ahead(now=now)
    except Exception:
        log.exception("The next months of tracking events could not be prepared.")
    if months_ahead(now=now) < ENOUGH:
        log.critical("There is no place for tracking events in %d months.", ENOUGH)


def _make(name: str, month: int) -> None:
    with connection.cursor() as cursor:
        # A scan that is being stored must not wait behind us: try for a moment, again tomorrow.
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {TABLE} FOR VALUES "
            f"FROM ('{_first_day(month)}') TO ('{_first_day(month + 1)}')"
        )


def _names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
            "WHERE inhparent = %s::regclass",
            [TABLE],
        )
        return {name for (name,) in cursor.fetchall()}


def _month(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1


def _text(month: int) -> str:
    return f"{month // 12}_{month % 12 + 1:02d}"


def _first_day(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}-01 00:00+00"
