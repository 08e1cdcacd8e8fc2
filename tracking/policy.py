"""The promise: when an order will leave and arrive. Plain values in, dates out."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """What a merchant promises, in business days."""

    cut_off: time
    """Orders placed before it, in the shop's zone, count from the same day."""
    processing_days: int
    transit_min_days: int
    transit_max_days: int


@dataclass(frozen=True, slots=True)
class Promise:
    """When it leaves the shop at the latest, and between which days it arrives."""

    ships_by: date
    arrives_from: date
    arrives_until: date


def is_business_day(day: date, holidays: Container[date]) -> bool:
    """Tell whether a day is neither a weekend nor a holiday."""
    return day.weekday() < 5 and day not in holidays


def add_business_days(start: date, days: int, holidays: Container[date]) -> date:
    """Go on by so many business days; zero gives the first business day from the start on."""
    day = start
    while not is_business_day(day, holidays):
        day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while not is_business_day(day, holidays):
            day += timedelta(days=1)
    return day


def promise(
    *,
    placed: datetime,
    terms: Terms,
    shop_holidays: Container[date],
    door_holidays: Container[date],
) -> Promise:
    """Work out the promise of an order. `placed` is in the shop's zone."""
    first = placed.date() if placed.time() < terms.cut_off else placed.date() + timedelta(days=1)
    ships_by = add_business_days(first, terms.processing_days, shop_holidays)
    return Promise(
        ships_by=ships_by,
        arrives_from=add_business_days(ships_by, terms.transit_min_days, door_holidays),
        arrives_until=add_business_days(ships_by, terms.transit_max_days, door_holidays),
    )
