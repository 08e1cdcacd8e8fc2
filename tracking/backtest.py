"""The estimator tried on the past: each parcel is estimated with what was known on that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean

from tracking.estimate import (
    PROCESSING,
    TRANSIT,
    Calibration,
    Part,
    Range,
    Way,
    bucket,
    levels_of,
    part_of,
    range_of,
    weight_at,
)

History = dict[str, dict[int, float]]
Levels = Callable[[str, Way], list[str]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A parcel of the past: when the wait began and ended, and its way.

    With `handed_at` the wait has two parts, packing and the way, and each is learnt by itself.
    """

    began_at: datetime
    ended_at: datetime
    way: Way
    handed_at: datetime | None = None

    @property
    def days(self) -> int:
        """Give how many days later it ended; the hour says nothing of days."""
        return (self.ended_at.date() - self.began_at.date()).days


@dataclass(slots=True)
class Report:
    """How good the ranges were. Errors in days."""

    errors: list[float] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    inside: int = 0
    late: int = 0

    def add(self, found: Range, days: int) -> None:
        """Compare one range, as the days it names, with what happened."""
        self.errors.append(abs(int(found.middle) - days))
        self.widths.append(int(found.high) - int(found.low) + 1)
        self.inside += int(found.low) <= days <= int(found.high)
        self.late += days > int(found.high)

    @property
    def count(self) -> int:
        """Give how many parcels were estimated."""
        return len(self.errors)

    @property
    def mean_error(self) -> float:
        """Give the mean absolute error of the middle."""
        return fmean(self.errors)

    @property
    def coverage(self) -> float:
        """Give the share of parcels that came within their range."""
        return self.inside / self.count

    @property
    def mean_width(self) -> float:
        """Give how many days a range spans on average."""
        return fmean(self.widths)

    @property
    def late_share(self) -> float:
        """Give the share of parcels that came after their range."""
        return self.late / self.count

    @property
    def within_two_days(self) -> float:
        """Give the share of parcels whose middle was at most two days off."""
        return sum(error <= 2 for error in self.errors) / self.count


def backtest(
    deliveries: Iterable[Delivery], *, score_from: datetime, levels: Levels = levels_of
) -> Report:
    """Estimate each parcel at its start, learn from it at its end, in the order of time.

    `levels` names the histograms that a part of a way is estimated from, the widest first.

    Nothing is known before it happened: at one moment ends come before starts, and a range is
    compared, and the calibration moved, only when its parcel has arrived.
    """
    events: list[tuple[datetime, bool, int]] = []
    rows = list(deliveries)
    for index, row in enumerate(rows):
        events += [(row.began_at, True, index), (row.ended_at, False, index)]
    history: History = defaultdict(dict)
    shown: dict[int, Range] = {}
    calibration, report = Calibration(), Report()
    for at, is_start, index in sorted(events):
        row = rows[index]
        if is_start:
            found = _part(history, row, levels, now=at)
            if found is not None:
                shown[index] = range_of(found, calibration=calibration)
            continue
        if index in shown:
            promised = shown.pop(index)
            calibration = calibration.after(
                was_early=row.days < int(promised.low), was_late=row.days > int(promised.high)
            )
            if row.began_at >= score_from:
                report.add(promised, row.days)
        _learn(history, row, levels, at=at)
    return report


def _part(history: History, row: Delivery, levels: Levels, *, now: datetime) -> Part | None:
    found = {}
    for part in _durations(row):
        names = [name for name in levels(part, row.way) if name in history]
        found[part] = part_of([(name, history[name]) for name in names], now=now)
    on_the_way, packing = found[TRANSIT], found.get(PROCESSING)
    return packing.then(on_the_way) if packing and on_the_way else on_the_way


def _durations(row: Delivery) -> dict[str, int]:
    handed = (row.handed_at or row.began_at).date()
    parts = {TRANSIT: (row.ended_at.date() - handed).days}
    if row.handed_at is not None:
        parts[PROCESSING] = (handed - row.began_at.date()).days
    return parts


def _learn(history: History, row: Delivery, levels: Levels, *, at: datetime) -> None:
    weight = weight_at(at)
    for part, days in _durations(row).items():
        for name in levels(part, row.way):
            known = history[name]
            known[bucket(days)] = known.get(bucket(days), 0.0) + weight
