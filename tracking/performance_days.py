"""How carriers did, day by day: what a chart of `tracking.performance` is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from tracking.doors import zones
from tracking.performance import DELIVERED_ROWS, DOOR_DAY, Period

DAYS = f"""
    SELECT (delivered_at AT TIME ZONE %(zone)s)::date,
           count(*) FILTER (WHERE {DOOR_DAY} <= promised_until),
           count(*) FILTER (WHERE {DOOR_DAY} > promised_until),
           count(*) FILTER (WHERE promised_until IS NULL)
    FROM {DELIVERED_ROWS}
    LEFT JOIN unnest(%(countries)s::text[], %(zones)s::text[]) AS door(country, zone)
        ON door.country = parcel.to_country
    GROUP BY 1
"""  # noqa: S608  # texts of ours


@dataclass(frozen=True, slots=True)
class Delivered:
    """Parcels delivered: in time, late, and without a date named before."""

    kept: int = 0
    late: int = 0
    undated: int = 0

    @property
    def all(self) -> int:
        """Give all of them."""
        return self.kept + self.late + self.undated

    def __add__(self, other: Delivered) -> Delivered:
        """Put two days together."""
        return Delivered(
            self.kept + other.kept, self.late + other.late, self.undated + other.undated
        )


def days(merchant_id: int, period: Period, *, zone: ZoneInfo) -> dict[date, Delivered]:
    """Count a merchant's delivered parcels by the shop's day; in time is as at the door."""
    table = zones()
    values: dict[str, Any] = {
        "merchant": merchant_id,
        "start": period.start,
        "end": period.end,
        "zone": zone.key,
        "countries": list(table),
        "zones": list(table.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(DAYS, values)
        return {day: Delivered(*counts) for day, *counts in cursor.fetchall()}
