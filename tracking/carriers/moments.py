"""Moments as carriers write them: with an offset, without one, as a day, in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST_YEAR = 2200
"""Later days are blanks filled in as well: no parcel takes so long."""
MILLISECONDS_FROM = 100_000_000_000
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC, and how far it can be trusted."""

    at: datetime
    is_day_only: bool = False
    zone_assumed: bool = False


def moment(value: Any, *, zone: tzinfo = UTC) -> Moment | None:
    """Read a moment; one without an offset is taken to be in `zone`. None for what is none.

    Takes ISO 8601 in all its forms, seconds and milliseconds since 1970. What lies before the
    year 2000 (the epoch itself, above all) is a blank that was filled in, and no moment.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _since_1970(value)
    text = str(value).strip()
    return _iso(text, zone) if text else None


def day(value: Any) -> date | None:
    """Read a day, however much more is said; None for what is none."""
    text = str(value or "").strip()[:10]
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST.year <= found.year <= LATEST_YEAR else None


def _since_1970(value: float) -> Moment | None:
    try:
        seconds = value / 1000 if value >= MILLISECONDS_FROM else value
        return _late_enough(Moment(datetime.fromtimestamp(seconds, tz=UTC)))
    except (OverflowError, OSError, ValueError):
        return None


def _iso(text: str, zone: tzinfo) -> Moment | None:
    try:
        if len(text) == 10:
            at = datetime.combine(date.fromisoformat(text), NOON, tzinfo=zone)
            return _late_enough(Moment(at.astimezone(UTC), is_day_only=True, zone_assumed=True))
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            return _late_enough(Moment(at.replace(tzinfo=zone).astimezone(UTC), zone_assumed=True))
        return _late_enough(Moment(at.astimezone(UTC)))
    except (ValueError, OverflowError):
        return None


def _late_enough(found: Moment) -> Moment | None:
    return found if found.at >= EARLIEST else None
