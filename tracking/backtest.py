"""The estimator tried on the past: each parcel is estimated with what was known on that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean

from tracking.estimate import Calibration, Range, Way, bucket, estimate, weight_at


@dataclass(frozen=True, slots=True)
class Delivery:
    """A parcel of the past: when the wait began and ended, and its way."""

    began_at: datetime
    ended_at: datetime
    way: Way

    @property
    def days(self) -> float:
        """Give how long it took."""
        return (self.ended_at - self.began_at).total_seconds() / 86400


@dataclass(slots=True)
class Report:
    """How good the ranges were. Errors in days."""

    errors: list[float] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    inside: int = 0
    late: int = 0

    def add(self, found: Range, days: float) -> None:
        """Compare one range with what happened."""
        self.errors.append(abs(found.middle - days))
        self.widths.append(found.high - found.low)
        self.inside += found.low <= days <= found.high
        self.late += days > found.high

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
    def late_share(self) -> float:
        """Give the share of parcels that came after their range."""
        return self.late / self.count

    @property
    def within_two_days(self) -> float:
        """Give the share of parcels whose middle was at most two days off."""
        return sum(error <= 2 for error in self.errors) / self.count


def backtest(deliveries: Iterable[Delivery], *, score_from: datetime) -> Report:
    """Estimate each parcel at its start, learn from it at its end, in the order of time.

    Nothing is known before it happened: at one moment ends come before starts, and a range is
    compared, and the calibration moved, only when its parcel has arrived.
    """
    events: list[tuple[datetime, bool, int]] = []
    rows = list(deliveries)
    for index, row in enumerate(rows):
        events += [(row.began_at, True, index), (row.ended_at, False, index)]
    history: dict[str, dict[int, float]] = defaultdict(dict)
    shown: dict[int, Range] = {}
    calibration, report = Calibration(), Report()
    for at, is_start, index in sorted(events):
        row = rows[index]
        if is_start:
            levels = [(name, history[name]) for name in row.way.descriptions() if name in history]
            found = estimate(levels, now=at, calibration=calibration)
            if found is not None:
                shown[index] = found
            continue
        if index in shown:
            promised = shown.pop(index)
            calibration = calibration.after(
                was_early=row.days < promised.low, was_late=row.days > promised.high
            )
            if row.began_at >= score_from:
                report.add(promised, row.days)
        _learn(history, row, at=at)
    return report


def _learn(history: dict[str, dict[int, float]], row: Delivery, *, at: datetime) -> None:
    weight, column = weight_at(at), bucket(row.days)
    for name in row.way.descriptions():
        known = history[name]
        known[column] = known.get(column, 0.0) + weight
