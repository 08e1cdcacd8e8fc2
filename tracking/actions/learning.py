"""Learn from parcels that arrived: how long each part took, how long carriers are silent.

This happens in a tick of its own and not with the news of the arrival: every parcel of a merchant
adds to the same few rows ("any"), and webhooks would queue up behind one another there. A tick
adds hundreds of parcels in one statement; the calibration's row is its lock for the merchant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from tracking.doors import Door, door_of
from tracking.estimate import PROCESSING, TRANSIT, Calibration, bucket, levels_of, weight_at
from tracking.estimates import handed_at
from tracking.histories import way_of, weekdays_to
from tracking.models import NamedDate, RangeCalibration, ScanGap, Shipment, TransitDays
from tracking.silence import silences
from tracking.statuses import DateSource, Direction, Milestone

SETTLED = timedelta(hours=1)
"""Scans from before the arrival may still come in for so long."""
BATCH = 200
DAY = timedelta(days=1)

ADD_DAYS = """
    INSERT INTO tracking_transitdays (merchant_id, name, days, weight, parcels)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::float8[], %s::int[])
    ON CONFLICT (merchant_id, name, days) DO UPDATE
    SET weight = tracking_transitdays.weight + excluded.weight,
        parcels = tracking_transitdays.parcels + excluded.parcels
"""
ADD_GAPS = """
    INSERT INTO tracking_scangap (merchant_id, carrier, milestone, hours, weight)
    SELECT merchant_id, carrier, milestone,
           CASE WHEN hours <= 48 THEN hours ELSE least(ceil(hours / 6) * 6, 720) END::int,
           sum(weight)
    FROM (
        SELECT parcel.merchant_id, parcel.carrier, parcel.weight, scan.milestone,
               ceil(extract(epoch FROM lead(scan.occurred_at) OVER story - scan.occurred_at) / 3600)
               AS hours
        FROM unnest(%(ids)s::bigint[], %(merchants)s::bigint[], %(carriers)s::text[],
                    %(weights)s::float8[], %(ends)s::timestamptz[])
            AS parcel(id, merchant_id, carrier, weight, ended_at)
        JOIN tracking_trackingevent AS scan
            ON scan.shipment_id = parcel.id AND scan.occurred_at <= parcel.ended_at
        WHERE scan.retracted_at IS NULL AND NOT scan.is_override
            AND scan.occurred_at BETWEEN %(first)s AND %(last)s
        WINDOW story AS (PARTITION BY scan.shipment_id ORDER BY scan.occurred_at)
    ) AS gap
    WHERE hours IS NOT NULL AND milestone IS NOT NULL
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (merchant_id, carrier, milestone, hours) DO UPDATE
    SET weight = tracking_scangap.weight + excluded.weight
"""


def learn_due(*, now: datetime, limit: int = BATCH) -> int:
    """Learn from parcels that arrived lately; give how many. Each teaches exactly once."""
    with transaction.atomic():
        rows = (
            Shipment.every.filter(delivered_at__lte=now - SETTLED, learnt_at=None)
            .select_related("order__merchant")
            .order_by("delivered_at", "pk")
            .select_for_update(of=("self",), skip_locked=True)[:limit]
        )
        shipments = list(rows)
        teaching = [shipment for shipment in shipments if _teaches(shipment)]
        if teaching:
            _learn([_Lesson(shipment) for shipment in teaching])
        Shipment.every.filter(pk__in=[each.pk for each in shipments]).update(learnt_at=now)
    return len(shipments)


def relearn(merchant_id: int) -> None:
    """Forget what a merchant's parcels taught, so that all of them teach anew."""
    with transaction.atomic():
        # The lock of those who learn: they wait, and go on with nothing learnt.
        _calibrations([merchant_id])
        for model in (TransitDays, ScanGap):
            model.every.of(merchant_id).delete()
        start = Calibration()
        RangeCalibration.every.of(merchant_id).update(
            low=start.low, high=start.high, parcels=0, early=0, late=0
        )
        Shipment.every.of(merchant_id).filter(learnt_at__isnull=False).update(learnt_at=None)
    silences.forget(merchant_id)


def _teaches(shipment: Shipment) -> bool:
    """Tell whether a parcel's arrival is the carrier's word; what staff say teaches nothing."""
    if shipment.direction != Direction.OUT or shipment.withdrawn_at is not None:
        return False
    arrivals = [scan for scan in shipment.recent if scan["milestone"] == Milestone.DELIVERED]
    return not arrivals or any(not scan.get("override") for scan in arrivals)


@dataclass(slots=True)
class _Lesson:
    """What one parcel teaches."""

    shipment: Shipment
    at: datetime = field(init=False)
    door: Door = field(init=False)

    def __post_init__(self) -> None:
        assert self.shipment.delivered_at is not None
        merchant = self.shipment.order.merchant
        self.at = self.shipment.delivered_at
        self.door = door_of(
            self.shipment.to_country, shop_country=merchant.country, shop_zone=merchant.zone
        )

    @property
    def day(self) -> date:
        """Give the day on which it arrived there."""
        return self.door.day_of(self.at)

    def handed_at(self) -> datetime | None:
        """Give when the carrier got it.

        Of a source that tells of the arrival alone the first scan is no hand-over.
        """
        said, sent = handed_at(self.shipment), self.shipment.shipped_at
        tells_arrival_alone = said is not None and self.door.day_of(said) == self.day
        if sent is not None and tells_arrival_alone and sent < self.at - DAY:
            return sent
        return said if said and said < self.at else None

    def durations(self) -> Iterator[tuple[str, int]]:
        """Give the columns to add one parcel to: (name of the histogram, days)."""
        yield weekdays_to(self.shipment.to_country), self.day.weekday()
        handed, placed = self.handed_at(), self.shipment.order.placed_at
        if handed is None:
            return
        for name in levels_of(TRANSIT, way_of(self.shipment)):
            yield name, bucket(self._days(handed, self.at))
        if placed <= handed:
            for name in levels_of(PROCESSING, way_of(self.shipment)):
                yield name, bucket(self._days(placed, handed))

    def _days(self, first: datetime, last: datetime) -> int:
        """Count the days of the calendar in between, as people at the door do."""
        return (self.door.day_of(last) - self.door.day_of(first)).days


def _learn(lessons: Sequence[_Lesson]) -> None:
    _calibrate(lessons)
    sums: dict[tuple[int, str, int], list[float]] = defaultdict(lambda: [0.0, 0])
    for lesson in lessons:
        weight = weight_at(lesson.at)
        for name, days in lesson.durations():
            row = sums[lesson.shipment.merchant_id, name, days]
            row[0] += weight
            row[1] += 1
    # In one order for all who add, so that none waits for another in a circle.
    columns = list(zip(*((*key, *sums[key]) for key in sorted(sums)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(ADD_DAYS, [list(column) for column in columns])
    _add_gaps([lesson for lesson in lessons if lesson.shipment.carrier])


def _add_gaps(lessons: Sequence[_Lesson]) -> None:
    parcels = [lesson.shipment for lesson in lessons if lesson.shipment.first_scan_at]
    if not parcels:
        return
    ends = [parcel.delivered_at for parcel in parcels if parcel.delivered_at]
    values: dict[str, Any] = {
        "ids": [parcel.pk for parcel in parcels],
        "merchants": [parcel.merchant_id for parcel in parcels],
        "carriers": [parcel.carrier for parcel in parcels],
        "weights": [weight_at(end) for end in ends],
        "ends": ends,
        "first": min(parcel.first_scan_at for parcel in parcels if parcel.first_scan_at),
        "last": max(ends),
    }
    with connection.cursor() as cursor:
        cursor.execute(ADD_GAPS, values)
    for merchant_id in set(values["merchants"]):
        silences.forget(merchant_id)


def _calibrate(lessons: Sequence[_Lesson]) -> None:
    """Move each merchant's quantiles by how its first estimates did, in the order of arrival."""
    rows = _calibrations({lesson.shipment.merchant_id for lesson in lessons})
    first = _first_estimates([lesson.shipment.pk for lesson in lessons])
    for lesson in sorted(lessons, key=lambda each: (each.at, each.shipment.pk)):
        said = first.get(lesson.shipment.pk)
        if said is None:
            continue
        row = rows[lesson.shipment.merchant_id]
        was_early, was_late = lesson.day < said.from_day, lesson.day > said.until_day
        moved = Calibration(row.low, row.high).after(was_early=was_early, was_late=was_late)
        row.low, row.high = moved.low, moved.high
        row.parcels += 1
        row.early += was_early
        row.late += was_late
    RangeCalibration.every.bulk_update(rows.values(), ["low", "high", "parcels", "early", "late"])


def _calibrations(merchant_ids: Iterable[int]) -> dict[int, RangeCalibration]:
    """Give the merchants' calibrations, made where there are none, and locked."""
    wanted = sorted(merchant_ids)
    RangeCalibration.every.bulk_create(
        [RangeCalibration(merchant_id=pk) for pk in wanted], ignore_conflicts=True
    )
    rows = RangeCalibration.every.filter(merchant_id__in=wanted).order_by("merchant_id")
    return {row.merchant_id: row for row in rows.select_for_update(of=("self",))}


def _first_estimates(pks: Sequence[int]) -> dict[int, NamedDate]:
    rows = NamedDate.every.filter(shipment_id__in=pks, source=DateSource.ESTIMATE)
    first = rows.order_by("shipment_id", "at", "pk").distinct("shipment_id")
    return {row.shipment_id: row for row in first}
