"""The rules of sending, as plain values."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from notifications import policy
from notifications.policy import Standing, withheld_because
from notifications.statuses import MessageKind, Withheld
from orders.statuses import Status

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_waits_double_up_to_ten_minutes():
    waits = [policy.retry_after(attempts, chance=0.5) for attempts in range(1, 40)]

    assert waits[:4] == [timedelta(seconds=seconds) for seconds in (10, 20, 40, 80)]
    assert waits[-1] == timedelta(minutes=10)
    assert all(earlier <= later for earlier, later in pairwise(waits))


def test_waits_are_scattered_by_a_quarter():
    assert policy.retry_after(1, chance=0.0) == timedelta(seconds=7.5)
    assert policy.retry_after(1, chance=1.0) == timedelta(seconds=12.5)


def test_a_way_out_is_paused_from_the_fifth_failure_on():
    assert policy.pause_after(4) is None
    assert policy.pause_after(5) == timedelta(seconds=10)
    assert policy.pause_after(6) == timedelta(seconds=20)
    assert policy.pause_after(10**6) == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("placed_at", "expected"),
    [
        (NOW - timedelta(hours=1), NOW + timedelta(hours=23)),
        (NOW + timedelta(days=400), NOW + timedelta(hours=24)),
        (datetime.max.replace(tzinfo=UTC), NOW + timedelta(hours=24)),
        (None, NOW + timedelta(hours=24)),
    ],
)
def test_a_confirmation_is_of_use_for_a_day(placed_at, expected):
    assert policy.expiry(MessageKind.CONFIRMATION, placed_at=placed_at, now=NOW) == expected


@pytest.mark.parametrize(
    ("kind", "order_status", "expected"),
    [
        (MessageKind.CONFIRMATION, Status.PAYMENT_PENDING, None),
        (MessageKind.CONFIRMATION, Status.CANCELLED, Withheld.CANCELLED),
        (MessageKind.CONFIRMATION, Status.DRAFT, Withheld.NOT_PLACED),
        (MessageKind.CODE, Status.CANCELLED, None),
        (MessageKind.LINKS, None, None),
    ],
)
def test_what_stops_a_message(kind, order_status, expected):
    standing = Standing(kind=kind, expired=False, suppressed=False, order_status=order_status)

    assert withheld_because(standing) == expected


def test_expired_and_suppressed_stop_every_message():
    for kind in MessageKind:
        late = Standing(kind=kind, expired=True, suppressed=True, order_status=Status.PLACED)
        muted = Standing(kind=kind, expired=False, suppressed=True, order_status=Status.PLACED)
        assert withheld_because(late) == Withheld.EXPIRED
        assert withheld_because(muted) == Withheld.SUPPRESSED


def test_answers_are_kept_without_the_people_in_them():
    answer = "550 5.1.1 <ines.weber+x@example.com>:\r\n user unknown; ask a@b.example\0"

    assert policy.without_addresses(answer) == "550 5.1.1 <…>: user unknown; ask …"
    assert len(policy.without_addresses("x " * 2000)) == 500
