"""When a carrier is asked about a parcel again. Plain values in, a moment out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tracking.statuses import TERMINAL, Milestone

EVERY: dict[Milestone, timedelta] = {
    Milestone.UNKNOWN: timedelta(hours=6),
    Milestone.LABEL_CREATED: timedelta(hours=6),
    Milestone.PICKED_UP: timedelta(hours=4),
    Milestone.IN_TRANSIT: timedelta(hours=4),
    Milestone.OUT_FOR_DELIVERY: timedelta(minutes=45),
    Milestone.READY_FOR_PICKUP: timedelta(hours=6),
    Milestone.ATTEMPT_FAILED: timedelta(hours=4),
    Milestone.EXCEPTION: timedelta(hours=4),
    Milestone.RETURNING: timedelta(hours=12),
}
NEAR = timedelta(hours=2)
"""How often a parcel is looked at that is under way and due by tomorrow."""
UNDER_WAY = frozenset({Milestone.PICKED_UP, Milestone.IN_TRANSIT, Milestone.ATTEMPT_FAILED})
SLOWEST = timedelta(hours=24)
SLOWDOWNS = 3  # doubled so often at most: ×8
LAST_LOOK = timedelta(hours=24)
"""So long after the end carriers correct themselves; then nobody asks any more."""
GIVEN_UP = timedelta(days=60)
GIVEN_UP_ON_THE_WAY_BACK = timedelta(days=90)
"""Without any change for so long a parcel has expired."""
NIGHT = (time(22), time(6))
"""At the door nothing happens then, and nobody looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the pace depends on. `door_zone` is the time zone of the parcel's destination."""

    milestone: Milestone
    changed_at: datetime
    """When we learned last of anything new."""
    quiet_polls: int = 0
    """How many questions since then brought nothing new."""
    expected_until: date | None = None
    door_zone: tzinfo = UTC


def next_poll(watch: Watch, *, now: datetime) -> datetime | None:
    """Say when to ask next; None where nobody needs to ask any more."""
    if watch.milestone in TERMINAL:
        last = watch.changed_at + LAST_LOOK
        return last if watch.quiet_polls == 0 and last > now else None
    if is_given_up(watch, now=now):
        return None
    pause = min(_pause(watch, now) * (1 << min(watch.quiet_polls, SLOWDOWNS)), SLOWEST)
    if watch.milestone == Milestone.OUT_FOR_DELIVERY:
        return now + pause
    return _by_day(now + pause, watch.door_zone)


def is_given_up(watch: Watch, *, now: datetime) -> bool:
    """Tell whether a parcel has been without any change for so long that it has expired."""
    is_back = watch.milestone == Milestone.RETURNING
    patience = GIVEN_UP_ON_THE_WAY_BACK if is_back else GIVEN_UP
    return watch.milestone not in TERMINAL and now - watch.changed_at >= patience


def _pause(watch: Watch, now: datetime) -> timedelta:
    tomorrow = now.astimezone(watch.door_zone).date() + timedelta(days=1)
    is_near = watch.expected_until is not None and watch.expected_until <= tomorrow
    if is_near and watch.milestone in UNDER_WAY:
        return NEAR
    return EVERY[watch.milestone]


def _by_day(at: datetime, zone: tzinfo) -> datetime:
    """Put off what would fall into the night at the door until its morning.

    The minutes stay, so that not all of them wake at once.
    """
    evening, morning = NIGHT
    there = at.astimezone(zone)
    if morning <= there.time() < evening:
        return at
    day = there.date() + timedelta(days=1 if there.time() >= evening else 0)
    wakes = datetime.combine(day, morning.replace(minute=there.minute), tzinfo=zone)
    return wakes.astimezone(at.tzinfo)
