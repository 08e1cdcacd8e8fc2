"""Our own estimate of the days on which parcels come, from what the merchant's parcels took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from tracking.doors import Door
from tracking.estimate import (
    ENOUGH,
    LONGEST_DAYS,
    PROCESSING,
    TRANSIT,
    Part,
    Range,
    part_of,
    range_of,
)
from tracking.expectation import Named
from tracking.histories import Histories, way_of
from tracking.models import Shipment
from tracking.statuses import DateSource

DAY = timedelta(days=1)
LONGEST_GROUND = 200


def handed_at(shipment: Shipment) -> datetime | None:
    """Give when the carrier got a parcel; of one without a number the shop's word is all."""
    return shipment.picked_up_at or (None if shipment.number_key else shipment.shipped_at)


class Estimates:
    """Estimates for some parcels, whose orders are loaded. Two statements."""

    def __init__(self, shipments: Sequence[Shipment], *, now: datetime) -> None:
        self._known = Histories(shipments, parts=(TRANSIT, PROCESSING))
        self._now = now

    def of(self, shipment: Shipment, door: Door) -> Named | None:
        """Give the days; None where too little is known, or nothing ever took this long."""
        handed = handed_at(shipment)
        begun = door.day_of(handed or shipment.order.placed_at)
        elapsed = (door.day_of(self._now) - begun).days
        if not 0 <= elapsed < LONGEST_DAYS:
            return None
        part = self._part(shipment, elapsed, is_handed=handed is not None)
        if part is None or part.weight < ENOUGH or part.is_unheard_of:
            return None
        merchant = shipment.merchant_id
        found = range_of(part, elapsed_days=elapsed, calibration=self._known.calibration(merchant))
        sundays = self._known.has_sundays(merchant, shipment.to_country)
        days = _Days(found, begun, replace(door, has_sundays=sundays))
        return days.named(self._ground(shipment, found, is_ordered=handed is None))

    def _part(self, shipment: Shipment, elapsed: int, *, is_handed: bool) -> Part | None:
        """Give how long it takes: from the hand-over on or, before it, packing and way together."""
        merchant, way = shipment.merchant_id, way_of(shipment)
        transit = self._known.levels(merchant, TRANSIT, way)
        if is_handed:
            return part_of(transit, now=self._now, elapsed_days=elapsed)
        packing = part_of(
            self._known.levels(merchant, PROCESSING, way), now=self._now, elapsed_days=elapsed
        )
        on_the_way = part_of(transit, now=self._now)
        return packing.then(on_the_way) if packing and on_the_way else None

    def _ground(self, shipment: Shipment, found: Range, *, is_ordered: bool) -> dict[str, Any]:
        return {
            "kind": "usual",
            "name": found.ground[:LONGEST_GROUND],
            "low": max(int(found.low), 1),
            "high": max(int(found.high), 1),
            "parcels": self._known.parcels(shipment.merchant_id, found.ground),
            "is_ordered": is_ordered,
            **_told_of(found.ground, shipment),
        }


def _told_of(name: str, shipment: Shipment) -> dict[str, str]:
    """Say what a histogram's name is about: a country, a region, a carrier."""
    kind = name.removeprefix(f"{TRANSIT} ").split(" ")[0]
    told: dict[str, str] = {}
    if kind in {"countries", "carrier", "to", "lane", "from"}:
        told["country"] = shipment.to_country
    if kind in {"to", "lane", "from"}:
        told["region"] = shipment.to_region
    if shipment.carrier and f" {shipment.carrier}/" in name:
        told["carrier"] = shipment.carrier
    return told


class _Days:
    """A range of days as days of the calendar on which something is delivered there."""

    def __init__(self, found: Range, begun: date, door: Door) -> None:
        self._found, self._begun, self._door = found, begun, door

    def named(self, ground: dict[str, Any]) -> Named:
        """Give the days in the calendar."""
        found = self._found
        middle, likely = self._day(found.middle), self._day(found.likely)
        noted = {"middle": middle.isoformat(), "likely": likely.isoformat()}
        return Named(
            source=DateSource.ESTIMATE,
            first=self._day(found.low),
            last=self._day(found.high),
            middle=middle,
            likely=likely,
            weight=found.weight,
            ground=ground | noted,
        )

    def _day(self, days: float) -> date:
        return self._door.next_delivery(self._begun + int(days) * DAY)


def standing(shipment: Shipment, *, today: date) -> Named | None:
    """Give the estimate that is named already, as long as nothing speaks against it.

    It holds until its last day, and until the hand-over makes a better one possible.
    """
    first, last, ground = (
        shipment.expected_from, shipment.expected_until, shipment.expected_ground,
    )  # fmt: skip
    if shipment.expected_by != DateSource.ESTIMATE or first is None or last is None:
        return None
    was_ordered = bool(ground.get("is_ordered"))
    if last < today or was_ordered != (handed_at(shipment) is None):
        return None
    return Named(
        source=DateSource.ESTIMATE,
        first=first,
        last=last,
        middle=_noted(ground, "middle"),
        likely=_noted(ground, "likely"),
        ground={name: value for name, value in ground.items() if name != "said"},
    )


def _noted(ground: dict[str, Any], name: str) -> date | None:
    return date.fromisoformat(ground[name]) if ground.get(name) else None
