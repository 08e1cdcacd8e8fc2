"""Reads of what was learnt from a merchant's parcels, for many parcels at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tracking.doors import SUNDAY
from tracking.estimate import Calibration, Histogram, Way, levels_of
from tracking.models import RangeCalibration, Shipment, TransitDays
from tracking.remembered import Remembered
from tracking.statuses import DateSource

SUNDAYS_LEARNT = 0.03
"""Where so many of a country's parcels came on Sundays, Sundays are days like any other."""
ENOUGH_PARCELS = 20
MEASURED = timedelta(days=60)
MEASURED_AT_MOST = 5000


def way_of(shipment: Shipment) -> Way:
    """Describe a parcel's way as the estimator knows ways."""
    return Way(
        from_country=shipment.from_country,
        from_postcode=_key(shipment.from_postcode),
        to_country=shipment.to_country,
        to_region=_key(shipment.to_region),
        to_postcode=_key(shipment.to_postcode),
        carrier=shipment.carrier,
        service=_key(shipment.service),
    )


def _key(text: str) -> str:
    return " ".join(text.casefold().split())[:40]


def weekdays_to(country: str) -> str:
    """Name the histogram of the weekdays (Monday 0) on which parcels to a country arrive."""
    return f"weekday {country}"


@dataclass(slots=True)
class _Known:
    """One histogram: weight by day, and how many parcels it was made of."""

    days: dict[int, float] = field(default_factory=dict)
    parcels: int = 0


class Histories:
    """The histograms and quantiles that the parcels of one batch need; two statements."""

    def __init__(self, shipments: Sequence[Shipment], *, parts: Iterable[str]) -> None:
        wanted: dict[int, set[str]] = defaultdict(set)
        for shipment in shipments:
            names = wanted[shipment.merchant_id]
            names.add(weekdays_to(shipment.to_country))
            for part in parts:
                names.update(levels_of(part, way_of(shipment)))
        self._known: dict[tuple[int, str], _Known] = defaultdict(_Known)
        self._quantiles: dict[int, Calibration] = {}
        if wanted:
            self._read(wanted)

    def _read(self, wanted: dict[int, set[str]]) -> None:
        names = {name for theirs in wanted.values() for name in theirs}
        rows = TransitDays.every.filter(merchant_id__in=list(wanted), name__in=names)
        for merchant_id, name, days, weight, parcels in rows.values_list(
            "merchant_id", "name", "days", "weight", "parcels"
        ):
            known = self._known[merchant_id, name]
            known.days[days] = weight
            known.parcels += parcels
        quantiles = RangeCalibration.every.filter(merchant_id__in=list(wanted))
        for merchant_id, low, high in quantiles.values_list("merchant_id", "low", "high"):
            self._quantiles[merchant_id] = Calibration(low, high)

    def levels(self, merchant_id: int, part: str, way: Way) -> list[tuple[str, Histogram]]:
        """Give the histograms of a part of a way that there are, the widest first."""
        names = levels_of(part, way)
        return [
            (name, self._known[merchant_id, name].days)
            for name in names
            if (merchant_id, name) in self._known
        ]

    def parcels(self, merchant_id: int, name: str) -> int:
        """Give how many parcels a histogram was made of."""
        return self._known[merchant_id, name].parcels

    def calibration(self, merchant_id: int) -> Calibration:
        """Give the quantiles that a merchant's ranges need."""
        return self._quantiles.get(merchant_id, Calibration())

    def has_sundays(self, merchant_id: int, country: str) -> bool:
        """Tell whether parcels to a country were seen to arrive on Sundays, too."""
        known = self._known.get((merchant_id, weekdays_to(country)))
        if known is None or known.parcels < ENOUGH_PARCELS:
            return False
        return known.days.get(SUNDAY, 0.0) >= SUNDAYS_LEARNT * sum(known.days.values())


MEASURE = """
    WITH parcel AS (
        SELECT id, carrier, delivered_at::date AS day FROM tracking_shipment
        WHERE merchant_id = %(merchant)s AND delivered_at >= %(since)s
        ORDER BY delivered_at DESC LIMIT %(most)s
    ), first_named AS (
        SELECT DISTINCT ON (named.shipment_id, named.source)
               parcel.carrier, named.source, parcel.day,
               coalesce(named.middle_day, named.until_day) AS said
        FROM parcel JOIN tracking_nameddate AS named ON named.shipment_id = parcel.id
        ORDER BY named.shipment_id, named.source, named.at, named.id
    )
    SELECT carrier, source, avg(abs(said - day)) FROM first_named
    GROUP BY carrier, source HAVING count(*) >= %(enough)s
"""

Errors = dict[tuple[str, str], float]
"""Mean error in days of the first day named, by carrier and by who named it."""


def measure_errors(merchant_id: int, now: datetime) -> Errors:
    """Compare what was named first with when parcels came, of the newest in two months."""
    values: dict[str, Any] = {
        "merchant": merchant_id, "since": now - MEASURED, "most": MEASURED_AT_MOST,
        "enough": ENOUGH_PARCELS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MEASURE, values)
        return {(carrier, source): float(error) for carrier, source, error in cursor.fetchall()}


def trusts_carrier(errors: Errors, carrier: str) -> bool:
    """Tell whether a carrier's own days were no worse than ours; until both are known, they are."""
    theirs = errors.get((carrier, DateSource.CARRIER))
    ours = errors.get((carrier, DateSource.ESTIMATE))
    return theirs is None or ours is None or theirs <= ours


errors: Remembered[Errors] = Remembered(measure_errors, lasts=timedelta(hours=1))
