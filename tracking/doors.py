"""Where parcels end: which day it is there, and on which days something is delivered."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

import holidays as calendars
from babel.core import get_global

# Of countries with several zones, the one where most people live.
BUSIEST = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago",
    "CN": "Asia/Shanghai", "CY": "Asia/Nicosia", "DE": "Europe/Berlin",
    "EC": "America/Guayaquil", "ES": "Europe/Madrid", "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk", "ID": "Asia/Jakarta", "KI": "Pacific/Tarawa", "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland", "PF": "Pacific/Tahiti", "PG": "Pacific/Port_Moresby",
    "PT": "Europe/Lisbon", "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/Chicago",
    "UZ": "Asia/Tashkent",
}  # fmt: skip
SUNDAY = 6
LOOKED_AHEAD = 30


@lru_cache(maxsize=256)
def holidays_of(country: str) -> Container[date]:
    """Give a country's public holidays (package `holidays`); unknown countries have none."""
    try:
        return calendars.country_holidays(country.upper())
    except (NotImplementedError, KeyError):
        return frozenset()


@lru_cache(maxsize=1)
def zones() -> Mapping[str, str]:
    """Give the time zone of each country (ISO 3166-1 alpha-2), as CLDR places them."""
    found: dict[str, str] = {}
    known = available_timezones()
    for zone, country in sorted(get_global("zone_territories").items()):
        if zone in known:
            found.setdefault(country, zone)
    return MappingProxyType(found | BUSIEST)


def zone_of(country: str, *, otherwise: ZoneInfo) -> ZoneInfo:
    """Give a country's zone; where the country is not known, the other one."""
    name = zones().get(country)
    return ZoneInfo(name) if name else otherwise


@dataclass(frozen=True, slots=True)
class Door:
    """A destination: its zone, its holidays, and whether parcels come on Sundays there."""

    zone: ZoneInfo
    holidays: Container[date] = frozenset()
    has_sundays: bool = False

    def day_of(self, moment: datetime) -> date:
        """Give the day that a moment falls on there."""
        return moment.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """Give the moment at which a day begins there."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)

    def delivers_on(self, day: date) -> bool:
        """Tell whether carriers come on that day."""
        return day not in self.holidays and (self.has_sundays or day.weekday() != SUNDAY)

    def next_delivery(self, day: date) -> date:
        """Give the first day from this one on on which carriers come."""
        for _ in range(LOOKED_AHEAD):
            if self.delivers_on(day):
                return day
            day += timedelta(days=1)
        return day


def door_of(country: str, *, shop_country: str, shop_zone: ZoneInfo) -> Door:
    """Give the door of a parcel to a country; one that is not known is in the shop's."""
    code = country or shop_country
    return Door(zone=zone_of(code, otherwise=shop_zone), holidays=holidays_of(code))
