"""How carriers do: how long parcels took, and whether what was promised first was kept.

A parcel counts on the day on which it ended: when it was delivered, or when it turned back. Days
are those of the parcel's destination. `promised_until` is the first date that was ever named for
a parcel – the shop's own promise wherever it makes one –, and is never changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from postpurchase.lib.keyset import Ordering
from tracking.doors import zones
from tracking.models import Shipment
from tracking.statuses import Direction


@dataclass(frozen=True, slots=True)
class Period:
    """Moments from `start` to just before `end`."""

    start: datetime
    end: datetime

    def before(self) -> Period:
        """Give the period of the same length that ends where this one begins."""
        return Period(self.start - (self.end - self.start), self.start)


@dataclass(frozen=True, slots=True)
class Lane:
    """Whose parcels, from which country to which. What is None is not asked after."""

    carrier: str | None = None
    from_country: str | None = None
    to_country: str | None = None


ALL = Lane()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the parcels of a lane came to. Shares are of 0 to 1; None where none count."""

    lane: Lane = ALL
    delivered: int = 0
    returned: int = 0
    promised: int = 0
    """Delivered parcels for which a date had been named."""
    kept: int = 0
    """Those of them that came by the first date named."""
    late_days: float | None = None
    """How many days late the late ones were, on average."""
    attempts: int = 0
    """Failed attempts at the doors of delivered parcels."""
    needed_more: int = 0
    """Delivered parcels that did not arrive at the first attempt."""
    timed: int = 0
    """Delivered parcels whose hand-over is known."""
    transit_p50: float | None = None
    """Days from hand-over to door that half of all took at most."""
    transit_p90: float | None = None
    first_scan_hours: float | None = None
    """Hours from the shop's word that it left to the first scan, in the middle."""

    @property
    def ended(self) -> int:
        """Give how many parcels came to an end."""
        return self.delivered + self.returned

    @property
    def late(self) -> int:
        """Give how many came after the first date named."""
        return self.promised - self.kept

    @property
    def kept_share(self) -> float | None:
        """Give the share that came by the first date named."""
        return _share(self.kept, self.promised)

    @property
    def returned_share(self) -> float | None:
        """Give the share that turned back on the way."""
        return _share(self.returned, self.ended)

    @property
    def first_attempt_share(self) -> float | None:
        """Give the share of delivered parcels that arrived at the first attempt."""
        return _share(self.delivered - self.needed_more, self.delivered)


@dataclass(frozen=True, slots=True)
class Performance:
    """A period's figures: all together, by carrier, and by carrier and lane; busiest first."""

    total: Figures
    carriers: tuple[Figures, ...]
    lanes: tuple[Figures, ...]


class Which(StrEnum):
    """Which parcels stand behind a figure."""

    DELIVERED = "delivered"
    LATE = "late"
    ATTEMPTED = "attempted"
    RETURNED = "returned"


DELIVERED_NEWEST = Ordering("delivered_at", newest_first=True)
RETURNED_NEWEST = Ordering("returning_since", newest_first=True)

DOOR_DAY = "(delivered_at AT TIME ZONE coalesce(door.zone, 'UTC'))::date"
ENDED = f"""
    SELECT carrier, from_country, to_country, attempts, delivered_at IS NOT NULL AS came,
           CASE WHEN delivered_at IS NOT NULL THEN {DOOR_DAY} - promised_until END AS days_late,
           CASE WHEN picked_up_at < delivered_at
                THEN extract(epoch FROM delivered_at - picked_up_at) / 86400 END AS days,
           CASE WHEN delivered_at IS NOT NULL AND first_scan_at >= shipped_at
                THEN extract(epoch FROM first_scan_at - shipped_at) / 3600 END AS scan_hours
    FROM {{rows}}
    LEFT JOIN unnest(%(countries)s::text[], %(zones)s::text[]) AS door(country, zone)
        ON door.country = parcel.to_country
"""  # noqa: S608  # texts of ours
DELIVERED_ROWS = """(SELECT * FROM tracking_shipment WHERE merchant_id = %(merchant)s
    AND delivered_at >= %(start)s AND delivered_at < %(end)s AND direction = 'out') AS parcel"""
RETURNED_ROWS = """(SELECT * FROM tracking_shipment WHERE merchant_id = %(merchant)s
    AND returning_since >= %(start)s AND returning_since < %(end)s
    AND delivered_at IS NULL AND direction = 'out') AS parcel"""
FIGURES = f"""
    WITH ended AS ({ENDED.format(rows=DELIVERED_ROWS)} UNION ALL
                   {ENDED.format(rows=RETURNED_ROWS)})
    SELECT grouping(carrier, from_country, to_country), carrier, from_country, to_country,
           count(*) FILTER (WHERE came), count(*) FILTER (WHERE NOT came),
           count(days_late), count(*) FILTER (WHERE days_late <= 0),
           avg(days_late) FILTER (WHERE days_late > 0),
           coalesce(sum(attempts) FILTER (WHERE came), 0),
           count(*) FILTER (WHERE came AND attempts > 0), count(days),
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY days),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY scan_hours)
    FROM ended
    GROUP BY GROUPING SETS ((), (carrier), (carrier, from_country, to_country))
"""  # noqa: S608  # texts of ours
_TOTAL, _CARRIER = 0b111, 0b011


def performance(merchant_id: int, period: Period) -> Performance:
    """Count the parcels of a merchant that came to an end in a period, in one statement."""
    values = _values(merchant_id, period)
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, values)
        rows = [(row[0], _figures(row[1:])) for row in cursor.fetchall()]
    found = sorted(rows, key=lambda row: (-row[1].ended, _name(row[1].lane)))
    return Performance(
        total=next((each for kind, each in found if kind == _TOTAL), Figures()),
        carriers=tuple(each for kind, each in found if kind == _CARRIER),
        lanes=tuple(each for kind, each in found if kind not in {_TOTAL, _CARRIER}),
    )


def parcels(
    merchant_id: int, period: Period, *, lane: Lane = ALL, which: Which = Which.DELIVERED
) -> QuerySet[Shipment]:
    """Give the parcels behind a figure, in no order: page them by `ordering_of(which)`."""
    rows = Shipment.every.of(merchant_id).filter(direction=Direction.OUT)
    asked = {"carrier": lane.carrier, "from_country": lane.from_country,
             "to_country": lane.to_country}  # fmt: skip
    rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
    if which == Which.RETURNED:
        return rows.filter(
            returning_since__gte=period.start, returning_since__lt=period.end, delivered_at=None
        )
    rows = rows.filter(delivered_at__gte=period.start, delivered_at__lt=period.end)
    if which == Which.ATTEMPTED:
        rows = rows.filter(attempts__gt=0)
    if which == Which.LATE:
        rows = rows.filter(Q(promised_until__isnull=False), _late())
    return rows


def ordering_of(which: Which) -> Ordering:
    """Give the order in which the parcels behind a figure are paged."""
    return RETURNED_NEWEST if which == Which.RETURNED else DELIVERED_NEWEST


def _late() -> RawSQL:
    sql = (
        "(tracking_shipment.delivered_at AT TIME ZONE"
        " coalesce(%s::jsonb ->> tracking_shipment.to_country, 'UTC'))::date"
        " > tracking_shipment.promised_until"
    )
    return RawSQL(  # noqa: S611  # a text of ours
        sql, [json.dumps(dict(zones()))], output_field=BooleanField()
    )


def _values(merchant_id: int, period: Period) -> dict[str, Any]:
    table = zones()
    return {
        "merchant": merchant_id,
        "start": period.start,
        "end": period.end,
        "countries": list(table),
        "zones": list(table.values()),
    }


def _figures(row: tuple[Any, ...]) -> Figures:
    (carrier, near, far, delivered, returned, promised, kept, late, attempts, more, timed,
     transit, scan) = row  # fmt: skip
    return Figures(
        lane=Lane(carrier, near, far),
        delivered=delivered,
        returned=returned,
        promised=promised,
        kept=kept,
        late_days=float(late) if late is not None else None,
        attempts=attempts,
        needed_more=more,
        timed=timed,
        transit_p50=transit[0] if transit else None,
        transit_p90=transit[1] if transit else None,
        first_scan_hours=scan,
    )


def _name(lane: Lane) -> tuple[str, str, str]:
    return (lane.carrier or "", lane.from_country or "", lane.to_country or "")


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
