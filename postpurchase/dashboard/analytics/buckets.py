"""Days put together, so that a chart of ten years has as few columns as one of a month."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from analytics.policy import Period, month_of, months_later
from analytics.queries import Figures, Kind
from postpurchase.lib.locales import day_text, month_text, short_day_text

DAYS, WEEKS, MONTHS = 31, 26 * 7, 36 * 31
"""Up to so many days a column is a day, a week, a month; beyond, it is a year."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Some days of a period and what they come to."""

    period: Period
    label: str
    short: str
    first: Kind
    later: Kind

    @property
    def all(self) -> Kind:
        """Give first and later orders together."""
        return self.first + self.later


def buckets(found: Figures) -> list[Bucket]:
    """Put the days of a period together; a first or last bucket may be cut by the period."""
    made = [
        Bucket(part, label, short, Kind(), Kind()) for part, label, short in parts(found.period)
    ]
    for place, first, later in _placed(found, made, shift=timedelta()):
        bucket = made[place]
        bucket.first.add(first)
        bucket.later.add(later)
    return made


def parts(period: Period) -> Iterator[tuple[Period, str, str]]:
    """Cut a period into as many parts as a chart has room for, each with its names."""
    following, label, short = _measure(period)
    start = period.start
    while start < period.end:
        end = min(following(start), period.end)
        yield Period(start, end), label(start), short(start)
        start = end


def same_buckets(columns: Sequence[Bucket], found: Figures) -> list[Kind]:
    """Give what another period comes to in the same columns, each as many days from its start."""
    sums = [Kind() for _ in columns]
    shift = columns[0].period.start - found.period.start
    for place, first, later in _placed(found, columns, shift=shift):
        sums[place].add(first)
        sums[place].add(later)
    return sums


def _placed(
    found: Figures, columns: Sequence[Bucket], *, shift: timedelta
) -> Iterator[tuple[int, Kind, Kind]]:
    """Give the column of each day and what the day comes to."""
    starts = [column.period.start for column in columns]
    for day, (first, later) in found.days.items():
        yield bisect_right(starts, day + shift) - 1, first, later


Measure = tuple[Callable[[date], date], Callable[[date], str], Callable[[date], str]]


def _measure(period: Period) -> Measure:
    """Give how buckets follow one another, and how one is called at length and in short."""
    if period.days <= DAYS:
        return lambda day: day + timedelta(days=1), day_text, short_day_text
    if period.days <= WEEKS:
        return _next_monday, _week_text, short_day_text
    if period.days <= MONTHS:
        return lambda day: months_later(month_of(day), 1), month_text, month_text
    return lambda day: date(day.year + 1, 1, 1), _year_text, _year_text


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _week_text(day: date) -> str:
    return _("Week from %(day)s") % {"day": day_text(day)}


def _year_text(day: date) -> str:
    return str(day.year)
