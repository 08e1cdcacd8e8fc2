"""The scans of a parcel as a list that people read: what, when there, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from django.utils import timezone
from django.utils.translation import gettext as _

from postpurchase.lib import locales
from tracking.rendering.views import ScanView
from tracking.rendering.words import SCANS, scan_text
from tracking.statuses import Cause, Milestone

SAME_WITHIN = timedelta(minutes=15)
"""Two sources that say the same within this time tell of one scan (rule 8 of the reducer)."""
ABBREVIATION = 3
"""Places in capitals keep words as short as this: “NEW YORK, NY” is New York, NY."""


def scan_views(recent: Iterable[Mapping[str, Any]], *, home: str) -> tuple[ScanView, ...]:
    """Put the newest scans into words, newest first. `home` is the country of the door.

    Moments are written in the time of the scan's place, where its country has one time, else in
    the active zone; a day alone is written as a day. What two sources tell alike appears once.
    """
    return tuple(_view(scan, home=home) for scan in _once(recent))


def _once(recent: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    kept: list[Mapping[str, Any]] = []
    for scan in recent:
        twin = next((at for at, each in enumerate(kept[-3:]) if _is_same(each, scan)), None)
        if twin is None:
            kept.append(scan)
        elif _detail(scan) > _detail(kept[-3:][twin]):
            kept[max(len(kept) - 3, 0) + twin] = scan
    return kept


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if one.get("source") == other.get("source") or one.get("milestone") != other.get("milestone"):
        return False
    first, second = _moment(one), _moment(other)
    if one.get("day_only") or other.get("day_only"):
        return first.date() == second.date()
    return abs(first - second) <= SAME_WITHIN


def _detail(scan: Mapping[str, Any]) -> tuple[bool, bool, bool]:
    return (not scan.get("day_only"), bool(scan.get("place")), bool(scan.get("cause")))


def _view(scan: Mapping[str, Any], *, home: str) -> ScanView:
    at, country = _moment(scan), alpha2(str(scan.get("country") or ""))
    place = place_text(str(scan.get("place") or ""), country=country, home=home)
    text = _text(scan)
    if text == str(SCANS[Milestone.IN_TRANSIT]) and place:
        # Ten rows that all say “On its way” would say nothing.
        text, place = _("Scanned in %(place)s") % {"place": place}, ""
    return ScanView(
        at=at,
        when=_when(at, country=country, day_only=bool(scan.get("day_only"))),
        text=text,
        place=place,
        # What staff note as the reason of a correction is for staff.
        raw="" if scan.get("override") else str(scan.get("text") or "").strip(),
    )


def _text(scan: Mapping[str, Any]) -> str:
    milestone, cause = str(scan.get("milestone") or ""), str(scan.get("cause") or "")
    return scan_text(
        Milestone(milestone) if milestone in Milestone else None,
        Cause(cause) if cause in Cause else Cause.NONE,
        is_delay=bool(scan.get("is_delay")),
    )


def _moment(scan: Mapping[str, Any]) -> datetime:
    at = datetime.fromisoformat(str(scan["at"]))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _when(at: datetime, *, country: str, day_only: bool) -> str:
    if day_only:
        # Noon of our making: in far zones its local date would be another one.
        return locales.day_text(at.date())
    there = at.astimezone(_zone(country, at))
    if there.utcoffset() == timezone.localtime(at).utcoffset():
        return locales.moment_text(at)
    with timezone.override(there.tzinfo):
        return _("%(moment)s (local time)") % {"moment": locales.moment_text(at)}


def _zone(country: str, at: datetime) -> tzinfo:
    """Give a country's zone where all its zones show one time at this moment, else the page's."""
    zones = [ZoneInfo(name) for name in _zone_names().get(country, ())]
    if len({at.astimezone(zone).utcoffset() for zone in zones}) == 1:
        return zones[0]
    return timezone.get_current_timezone()


@lru_cache(maxsize=1)
def _zone_names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    known = available_timezones()
    for name, country in sorted(get_global("zone_territories").items()):
        if name in known:
            names.setdefault(country, []).append(name)
    return names


def alpha2(code: str) -> str:
    """Give a country's two letters, also from its three (ISO 3166-1)."""
    code = code.strip().upper()
    found = get_global("territory_aliases").get(code)
    return str(found[0]) if len(code) == ABBREVIATION and found else code


def place_text(place: str, *, country: str, home: str) -> str:
    """Write a place as people do: “Leipzig”, abroad “Shenzhen, China”."""
    parts = [part.strip() for part in place.split(",") if part.strip()]
    if country and parts and alpha2(parts[-1]) == country:
        parts.pop()
    written = [_calm(part) for part in parts]
    name = locales.country_text(country) if country else ""
    if name and (country != home.upper() or not written) and name not in written:
        written.append(name)
    return ", ".join(written)


def _calm(part: str) -> str:
    """Write what stands in capitals as names are written."""
    if part != part.upper():
        return part
    words = part.split(" ")
    return " ".join(word.capitalize() if len(word) >= ABBREVIATION else word for word in words)


def without_door(scan: Mapping[str, Any]) -> dict[str, Any]:
    """Take out of a scan what may lead to somebody's door: the carrier's words, and all of its
    place that has a number in it."""
    parts = [part.strip() for part in str(scan.get("place") or "").split(",")]
    towns = [part for part in parts if part and not any(map(str.isdigit, part))]
    return {**scan, "text": "", "place": ", ".join(towns)}
