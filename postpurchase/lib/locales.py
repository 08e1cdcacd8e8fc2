"""Dates and money as the reader's language writes them (through Babel and its CLDR data).

All functions follow the active language; moments are shown in the active time zone, so a page
or mail activates the shop's zone first.
"""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_interval, format_skeleton, format_time
from babel.numbers import format_currency
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


def day_text(day: date, *, today: date | None = None) -> str:
    """Write a day with its weekday: "Tue 24 Nov"; the year is named unless it is this one."""
    day = _local_day(day)
    this_year = (today or timezone.localdate()).year
    skeleton = "MMMEd" if day.year == this_year else "yMMMEd"
    return str(format_skeleton(skeleton, day, locale=_date_locale()))


def days_text(first: date, last: date) -> str:
    """Write a range of days: "Tue 24 – Wed 25 Nov"."""
    if first == last:
        return day_text(first)
    locale = _date_locale()
    if str(locale) == "en_GB" and (first.year, first.month) == (last.year, last.month):
        # CLDR repeats the month; a large headline has no room for that.
        return f"{format_skeleton('Ed', first, locale=locale)} – {day_text(last)}"
    return str(format_interval(first, last, "MMMEd", locale=locale))


def time_text(moment: datetime) -> str:
    """Write the time of day: "18:00"."""
    return str(format_time(timezone.localtime(moment), "short", locale=_date_locale()))


def moment_text(moment: datetime, *, today: date | None = None) -> str:
    """Write day and time: "Tue 24 Nov, 18:00"."""
    return f"{day_text(moment, today=today)}, {time_text(moment)}"


def country_text(code: str) -> str:
    """Name a country (ISO 3166-1 alpha-2); an unknown code stays as it is."""
    return str(_locale().territories.get(code.upper(), code))


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
