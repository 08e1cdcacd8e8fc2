"""What is counted, and over which days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

TEST_PREFIX = "test:"
"""How the ids of a shop's own test orders begin."""

NOT_COUNTED = ("cancelled", "draft")
"""Statuses of orders that came to nothing, or not yet to anything."""

FEW = 30
"""Below so many customers, chance moves a share by several points."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the shop's zone, from the first to the one before `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Give how many days it has."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """Give its last day."""
        return self.end - timedelta(days=1)

    def before(self) -> Period:
        """Give the period of the same length that ends where this one begins."""
        return Period(self.start - timedelta(days=self.days), self.start)

    def last_year(self) -> Period:
        """Give the same days a year earlier; 29 February becomes 1 March."""
        return Period(a_year_before(self.start), a_year_before(self.end))


def a_year_before(day: date) -> date:
    """Give the same day of the year before."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 3, 1)


def month_of(day: date) -> date:
    """Give the first day of a day's month."""
    return day.replace(day=1)


def months_later(month: date, count: int) -> date:
    """Give the first day of the month so many months later (or, below zero, earlier)."""
    place = month.year * 12 + month.month - 1 + count
    return date(place // 12, place % 12 + 1, 1)


def months_between(first: date, last: date) -> int:
    """Give how many months lie between two months."""
    return (last.year - first.year) * 12 + last.month - first.month


def share(part: int, whole: int) -> float | None:
    """Give a part of a whole; of nothing there is no share."""
    return part / whole if whole else None


def average(total: int, count: int) -> int | None:
    """Give the mean in whole minor units, halves up; of nothing there is none."""
    return (2 * total + count) // (2 * count) if count else None
