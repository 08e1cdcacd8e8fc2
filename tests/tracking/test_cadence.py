"""How often a carrier is asked: often when something is about to happen, seldom else."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracking.cadence import Watch, is_given_up, next_poll
from tracking.statuses import TERMINAL, Milestone

M = Milestone
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


def pause(milestone, *, now=NOW, **more):
    at = next_poll(Watch(milestone=milestone, changed_at=now, **more), now=now)
    return at - now if at else None


@pytest.mark.parametrize(
    ("milestone", "hours"),
    [
        (M.UNKNOWN, 6),
        (M.LABEL_CREATED, 6),
        (M.PICKED_UP, 4),
        (M.IN_TRANSIT, 4),
        (M.OUT_FOR_DELIVERY, 0.75),
        (M.READY_FOR_PICKUP, 6),
        (M.ATTEMPT_FAILED, 4),
        (M.EXCEPTION, 4),
        (M.RETURNING, 12),
    ],
)
def test_each_milestone_has_its_pace(milestone, hours):
    assert pause(milestone) == hours * HOUR


def test_every_milestone_has_a_pace_or_an_end():
    for milestone in Milestone:
        assert pause(milestone) is not None


@pytest.mark.parametrize(
    ("expected", "hours"),
    [
        (None, 4),
        (date(2026, 3, 6), 4),
        (date(2026, 3, 5), 2),
        (date(2026, 3, 4), 2),
        (date(2026, 3, 1), 2),
    ],
)
def test_near_its_day_a_parcel_is_looked_at_more_often(expected, hours):
    assert pause(M.IN_TRANSIT, expected_until=expected) == hours * HOUR


def test_the_day_is_the_doors():
    now = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)  # the 5th in Tokyo, half past eight

    tokyo = pause(
        M.IN_TRANSIT, now=now, expected_until=date(2026, 3, 6), door_zone=ZoneInfo("Asia/Tokyo")
    )
    assert tokyo == 2 * HOUR


@pytest.mark.parametrize(
    ("milestone", "quiet", "hours"),
    [
        (M.OUT_FOR_DELIVERY, 1, 1.5),
        (M.OUT_FOR_DELIVERY, 3, 6),
        (M.OUT_FOR_DELIVERY, 99, 6),
        (M.IN_TRANSIT, 1, 8),
        (M.IN_TRANSIT, 3, 24),
        (M.RETURNING, 3, 24),
    ],
)
def test_quiet_parcels_are_looked_at_less(milestone, quiet, hours):
    assert pause(milestone, quiet_polls=quiet) == hours * HOUR


@pytest.mark.parametrize(
    ("now", "wakes"),
    [
        (datetime(2026, 3, 4, 17, 30, tzinfo=UTC), datetime(2026, 3, 5, 5, 30, tzinfo=UTC)),
        (datetime(2026, 3, 4, 23, 0, tzinfo=UTC), datetime(2026, 3, 5, 5, 0, tzinfo=UTC)),
        (datetime(2026, 3, 4, 1, 0, tzinfo=UTC), datetime(2026, 3, 4, 5, 0, tzinfo=UTC)),
        (datetime(2026, 3, 4, 16, 59, tzinfo=UTC), datetime(2026, 3, 4, 20, 59, tzinfo=UTC)),
        # The night in which clocks go forward.
        (datetime(2026, 3, 28, 20, 0, tzinfo=UTC), datetime(2026, 3, 29, 4, 0, tzinfo=UTC)),
    ],
)
def test_at_night_nobody_asks(now, wakes):
    watch = Watch(milestone=M.IN_TRANSIT, changed_at=now, door_zone=BERLIN)

    assert next_poll(watch, now=now) == wakes


def test_what_is_out_for_delivery_is_asked_about_at_night_too():
    now = datetime(2026, 3, 4, 21, 30, tzinfo=UTC)

    assert pause(M.OUT_FOR_DELIVERY, now=now, door_zone=BERLIN) == timedelta(minutes=45)


@pytest.mark.parametrize("milestone", sorted(TERMINAL))
def test_after_the_end_there_is_one_more_look(milestone):
    watch = Watch(milestone=milestone, changed_at=NOW)
    looked = Watch(milestone=milestone, changed_at=NOW, quiet_polls=1)

    assert next_poll(watch, now=NOW) == NOW + 24 * HOUR
    assert next_poll(looked, now=NOW + 24 * HOUR) is None
    assert next_poll(watch, now=NOW + 24 * HOUR) is None


@pytest.mark.parametrize(("milestone", "days"), [(M.IN_TRANSIT, 60), (M.RETURNING, 90)])
def test_after_long_silence_nobody_asks_any_more(milestone, days):
    watch = Watch(milestone=milestone, changed_at=NOW, quiet_polls=70)

    assert next_poll(watch, now=NOW + timedelta(days=days - 1)) is not None
    assert next_poll(watch, now=NOW + timedelta(days=days)) is None
    assert is_given_up(watch, now=NOW + timedelta(days=days))
