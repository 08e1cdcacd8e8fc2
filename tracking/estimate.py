"""How long it will take: a range learnt from what took how long before.

Each way a parcel can be described – from "any" over "to Bavaria with DHL" to "from 10115 to 80331"
– has a histogram of days of the calendar, in which a delivery weighs half as much every 45 days.
A narrow description borrows from the next wider one, as if that had added eight deliveries; so a
new lane starts with what is known of its wider surroundings and leaves it as its own deliveries
come in.

Weights grow with time instead of shrinking: what a delivery adds is fixed when it happens, so
histograms are sums that can be kept in a table and added to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise

HALF_LIFE_DAYS = 45
BORROWED = 8.0
"""So many deliveries of today the wider description counts for."""
LONGEST_DAYS = 120
LONGEST_NAME = 250
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
ENOUGH = 5.0
"""Deliveries of today from which on a description is named as the ground of an estimate."""
LIKELY = 0.8
HARDLY_ANY = 1e-4

Histogram = Mapping[int, float]
"""Days later (the last: that many or more) → weight."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is known of a parcel's way before it is gone. Regions and postcodes may be empty."""

    from_country: str = ""
    from_region: str = ""
    from_postcode: str = ""
    to_country: str = ""
    to_region: str = ""
    to_postcode: str = ""
    carrier: str = ""
    service: str = ""

    def descriptions(self) -> list[str]:
        """Describe the way, the widest first. A description names each part that it uses."""
        near, far = self.from_country, self.to_country
        area_from, area_to = self.from_postcode[:2], self.to_postcode[:2]
        lane = f"{near}-{self.from_region}>{far}-{self.to_region}"
        with_carrier = f"{self.carrier}/{self.service}"
        told = [
            ("any", True),
            (f"countries {near}>{far}", bool(near and far)),
            (f"carrier {near}>{far} {with_carrier}", bool(self.carrier and far)),
            (f"same region {self.from_region == self.to_region}", bool(self.to_region)),
            (f"to {far}-{self.to_region}", bool(self.to_region)),
            (f"to area {far}-{area_to}", bool(far and area_to)),
            (f"lane {lane}", bool(self.from_region and self.to_region)),
            (
                f"from area {near}-{area_from}>{far}-{self.to_region}",
                bool(area_from and self.to_region),
            ),
            (f"lane {lane} {area_to}", bool(self.from_region and self.to_region and area_to)),
            (f"lane {lane} {area_to} {with_carrier}", bool(self.carrier and area_to)),
        ]
        return [text for text, is_known in told if is_known]


TRANSIT, PROCESSING = "transit", "processing"
"""The parts of the way: from the carrier's hand to the door, and before it, from the order on."""


def levels_of(part: str, way: Way) -> list[str]:
    """Name the histograms of a part, the widest first.

    Packing is the shop's and knows of no lanes: finer ones did not better it on the Olist orders.
    """
    told = way.descriptions() if part == TRANSIT else ["any"]
    return [_fitting(f"{part} {text}") for text in told]


def _fitting(name: str) -> str:
    """Keep a name within its column; a long one stays distinct by a digest."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 17]} {sha256(name.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Range:
    """Days it takes: half of all come by `middle`; `weight` is how many deliveries speak."""

    low: float
    middle: float
    high: float
    weight: float
    ground: str
    likely: float
    """Four of five come by then."""
    is_unheard_of: bool = False
    """Nothing ever took as long as this did already: all that can be said is "any day now"."""


@dataclass(frozen=True, slots=True)
class Part:
    """How long one part of the way takes: the share of each whole day, and what says so."""

    shares: tuple[float, ...]
    weight: float
    ground: str
    is_unheard_of: bool = False

    def then(self, other: Part) -> Part:
        """Give both parts together, of which neither hurries for the other."""
        sums = [0.0] * (2 * LONGEST_DAYS + 1)
        later = [(day, share) for day, share in enumerate(other.shares) if share > HARDLY_ANY]
        for first, own in enumerate(self.shares):
            if own > HARDLY_ANY:
                for second, theirs in later:
                    sums[first + second] += own * theirs
        return Part(
            (*sums[:LONGEST_DAYS], sum(sums[LONGEST_DAYS:])),
            min(self.weight, other.weight),
            other.ground,
            self.is_unheard_of or other.is_unheard_of,
        )


@dataclass(frozen=True, slots=True)
class Calibration:
    """Which quantiles to promise so that the promised share of ranges holds.

    After each delivery they move a little: towards wider where it came outside, towards narrower
    where it came inside (adaptive conformal inference, Gibbs and Candès 2021). They aim at a few
    misses less than promised: a parcel tells that it was late when it is there, and by then others
    have been promised the same.
    """

    low: float = 0.10
    high: float = 0.90

    MISS = 0.08
    STEP = 0.01

    def after(self, *, was_early: bool, was_late: bool) -> Calibration:
        """Learn from one delivery."""
        low = self.low - self.STEP * (was_early - self.MISS)
        high = self.high + self.STEP * (was_late - self.MISS)
        return replace(self, low=min(max(low, 0.01), 0.25), high=min(max(high, 0.75), 0.99))


def weight_at(moment: datetime) -> float:
    """Give what a delivery of this moment weighs; twice as much every half-life."""
    days = (moment - EPOCH).total_seconds() / 86400
    return float(2 ** (days / HALF_LIFE_DAYS))


def bucket(days: float) -> int:
    """Give the histogram's column for a duration in days."""
    return min(max(int(days), 0), LONGEST_DAYS)


def estimate(
    levels: Sequence[tuple[str, Histogram]],
    *,
    now: datetime,
    elapsed_days: float = 0.0,
    calibration: Calibration | None = None,
) -> Range | None:
    """Give the range for a way whose descriptions have these histograms, the widest first.

    `elapsed_days` are gone already: what took less is not compared with. None without any history.
    """
    found = part_of(levels, now=now, elapsed_days=elapsed_days)
    if found is None:
        return None
    return range_of(found, elapsed_days=elapsed_days, calibration=calibration)


def part_of(
    levels: Sequence[tuple[str, Histogram]], *, now: datetime, elapsed_days: float = 0.0
) -> Part | None:
    """Give how long a part of the way takes that has lasted for `elapsed_days` already."""
    shares, ground, weight = _blend(levels, unit=weight_at(now))
    if shares is None:
        return None
    spent = bucket(elapsed_days)
    left = [share if day >= spent else 0.0 for day, share in enumerate(shares)]
    is_unheard_of = not sum(left)
    if is_unheard_of:
        left[spent] = 1.0
    total = sum(left)
    return Part(tuple(share / total for share in left), weight, ground, is_unheard_of)


def range_of(
    part: Part, *, elapsed_days: float = 0.0, calibration: Calibration | None = None
) -> Range:
    """Give the range of days, from the beginning of the part on."""
    quantiles = calibration or Calibration()
    floor = max(elapsed_days, 0.0)
    low, middle, high, likely = (
        max(_quantile(part.shares, share), floor)
        for share in (quantiles.low, 0.5, quantiles.high, LIKELY)
    )
    return Range(low, middle, high, part.weight, part.ground, likely, part.is_unheard_of)


def _blend(
    levels: Sequence[tuple[str, Histogram]], *, unit: float
) -> tuple[list[float] | None, str, float]:
    shares: list[float] | None = None
    ground, weight = "", 0.0
    for name, histogram in levels:
        mass = sum(histogram.values()) / unit
        if mass <= 0:
            continue
        own = [histogram.get(day, 0.0) / unit for day in range(LONGEST_DAYS + 1)]
        if shares is None:
            shares = [value / mass for value in own]
        else:
            total = mass + BORROWED
            shares = [
                (value + BORROWED * wide) / total for value, wide in zip(own, shares, strict=True)
            ]
        if mass >= ENOUGH or not ground:
            ground, weight = name, mass
    return shares, ground, weight


def _quantile(shares: Sequence[float], wanted: float) -> float:
    """Give the day by which a share of all has come, spread evenly over each day."""
    total = sum(shares)
    sums = [0.0]
    for share in shares:
        sums.append(sums[-1] + share / total)
    for day, (before, after) in enumerate(pairwise(sums)):
        if after >= wanted and after > before:
            return day + max(wanted - before, 0.0) / (after - before)
    return float(len(shares))
