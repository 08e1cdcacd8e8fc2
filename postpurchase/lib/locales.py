"""Dates and money as the reader's language writes them (through Babel and its CLDR data).

All functions follow the active language; moments are shown in the active time zone, so a page
or mail activates the shop's zone first.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import (
    format_interval,
    format_skeleton,
    format_time,
    format_timedelta,
    get_day_names,
)
from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
)
from django.utils import timezone
from django.utils.translation import get_language, to_locale

from postpurchase.lib.money import Money, exponent

# Plain English puts the day first, as most of the world does; "en-us" keeps its own order.
DATE_LOCALES = {"en": "en_GB"}


def money_text(money: Money) -> str:
    """Write an amount with its currency: "€47.00", "47,00 €"."""
    pattern = None
    locale = _locale()
    if money.currency not in get_global("all_currencies"):
        # A code that CLDR does not know still has its own number of decimals.
        pattern = f"#,##0.{'0' * exponent(money.currency)} ¤¤".replace(". ", " ")
    return format_currency(money.decimal, money.currency, format=pattern, locale=locale)


def short_money_text(money: Money) -> str:
    """Write an amount in a few letters, for the scale of a chart: "€12K"."""
    digits = 1 if abs(money.decimal) >= 1000 or money.decimal % 1 else 0
    return format_compact_currency(
        money.decimal, money.currency, locale=_locale(), fraction_digits=digits
    )


def number_text(number: int) -> str:
    """Write a whole number: "12,345"."""
    return format_decimal(number, locale=_locale())


def decimal_text(number: float) -> str:
    """Write a number with one decimal: "2.1"."""
    return format_decimal(number, "#,##0.0", locale=_locale())


def percent_text(share: float, *, digits: int = 1) -> str:
    """Write a share as per cent: "38.4%"."""
    locale = _locale()
    pattern = str(locale.percent_formats[None].pattern)
    if digits:
        pattern = pattern.replace("#,##0", f"#,##0.{'0' * digits}")
    return format_percent(share, pattern, locale=locale)


def month_text(day: date) -> str:
    """Write a month with its year: "Nov 2026"."""
    return str(format_skeleton("yMMM", day, locale=_date_locale()))


def short_day_text(day: date) -> str:
    """Write a day in a few letters, for the scale of a chart: "24 Nov"."""
    return str(format_skeleton("MMMd", day, locale=_date_locale()))


def day_text(day: date, *, today: date | None = None) -> str:
    """Write a day with its weekday: "Tue 24 Nov"; the year is named unless it is this one."""
    day = _local_day(day)
    this_year = (today or timezone.localdate()).year
    return _written_day(day, "MMMEd" if day.year == this_year else "yMMMEd", _date_locale())


def days_text(first: date, last: date) -> str:
    """Write a range of days: "Tue 24 – Wed 25 Nov"."""
    if first == last:
        return day_text(first)
    locale = _date_locale()
    if str(locale) == "en_GB" and (first.year, first.month) == (last.year, last.month):
        # CLDR repeats the month; a large headline has no room for that.
        return f"{format_skeleton('Ed', first, locale=locale)} – {day_text(last)}"
    return str(format_interval(first, last, "MMMEd", locale=locale))


def dates_text(first: date, last: date) -> str:
    """Write a range of dates with their year: "1 Sept – 22 Nov 2026"."""
    if first == last:
        return str(format_skeleton("yMMMd", first, locale=_date_locale()))
    return str(format_interval(first, last, "yMMMd", locale=_date_locale()))


def time_text(moment: datetime) -> str:
    """Write the time of day: "18:00"."""
    return str(format_time(timezone.localtime(moment), "short", locale=_date_locale()))


def clock_text(clock: time) -> str:
    """Write a time of any day: "18:00"."""
    return str(format_time(clock, "short", locale=_date_locale()))


def weekday_text(weekday: int, *, width: Literal["abbreviated", "wide"] = "abbreviated") -> str:
    """Name a day of the week, Monday being 0: "Mon"; with width "wide": "Monday"."""
    return str(get_day_names(width, locale=_date_locale())[weekday])


def moment_text(moment: datetime, *, today: date | None = None) -> str:
    """Write day and time: "Tue 24 Nov, 18:00"."""
    return f"{day_text(moment, today=today)}, {time_text(moment)}"


def duration_text(span: timedelta) -> str:
    """Write a span of time in its largest fitting unit: "42 seconds", "3 minutes"."""
    return str(format_timedelta(span, threshold=1.2, locale=_locale()))


def ago_text(moment: datetime, *, now: datetime) -> str:
    """Write how long ago a moment was: "12 seconds ago"."""
    seconds = max(int((now - moment).total_seconds()), 1)
    return str(format_timedelta(-seconds, add_direction=True, threshold=1.2, locale=_locale()))


def country_text(code: str) -> str:
    """Name a country (ISO 3166-1 alpha-2); an unknown code stays as it is."""
    return str(_locale().territories.get(code.upper(), code))


@lru_cache(maxsize=2048)
def _written_day(day: date, skeleton: str, locale: Locale) -> str:
    """Write a day; lists name the same few days again and again."""
    return str(format_skeleton(skeleton, day, locale=locale))


def _local_day(day: date) -> date:
    return timezone.localtime(day).date() if isinstance(day, datetime) else day


def _locale() -> Locale:
    return _parse(to_locale(get_language() or "en"))


def _date_locale() -> Locale:
    name = to_locale(get_language() or "en")
    return _parse(DATE_LOCALES.get(name, name))


@lru_cache(maxsize=64)
def _parse(name: str) -> Locale:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
