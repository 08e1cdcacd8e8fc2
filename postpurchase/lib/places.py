"""Countries, currencies and time zones to choose from (through Babel and its CLDR data)."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import get_territory_currencies
from django.utils.translation import get_language, to_locale

# Codes that CLDR names besides the countries of ISO 3166: groups, test codes, single islands.
_NO_COUNTRIES = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)
_NO_ZONES = ("Etc/", "SystemV/", "US/", "posix", "right")

Choices = list[tuple[str, str]]


def countries() -> Choices:
    """Give all countries, (ISO 3166-1 alpha-2, name), by name in the active language."""
    return list(_countries(get_language() or "en"))


def is_country(code: str) -> bool:
    """Tell whether this is the code of a country, in capitals."""
    return code in _codes()


def currencies() -> Choices:
    """Give the currencies in use, (ISO 4217, "EUR – Euro"), by code, in the active language."""
    return list(_currencies(get_language() or "en"))


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Give the names of the time zones that are named after a place, and UTC."""
    places = (name for name in available_timezones() if "/" in name)
    return ("UTC", *sorted(name for name in places if not name.startswith(_NO_ZONES)))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    names = map(str, Locale.parse("en").territories)
    return frozenset(code for code in names if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


@lru_cache(maxsize=16)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(to_locale(language)).territories
    rows = ((code, str(names.get(code, code))) for code in _codes())
    return tuple(sorted(rows, key=lambda row: row[1]))


@lru_cache(maxsize=16)
def _currencies(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(to_locale(language)).currencies
    codes = {code for country in _codes() for code in get_territory_currencies(country)}
    return tuple((code, f"{code} – {names.get(code, code)}") for code in sorted(codes))
