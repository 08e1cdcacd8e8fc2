"""Where a parcel is depends on the set of its scans alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracking.journey import Journey, Scan, journey
from tracking.statuses import TERMINAL, Cause, Milestone

M = Milestone
START = datetime(2026, 11, 2, 8, tzinfo=UTC)


def at(hours):
    return START + timedelta(hours=hours)


def story(*milestones, **last):
    """Make scans an hour apart; `last` belongs to the last of them."""
    scans = [Scan(occurred_at=at(i), milestone=m) for i, m in enumerate(milestones[:-1])]
    return [*scans, Scan(occurred_at=at(len(scans)), milestone=milestones[-1], **last)]


@pytest.mark.parametrize(
    ("milestones", "expected"),
    [
        ([], M.UNKNOWN),
        ([None], M.UNKNOWN),
        ([M.LABEL_CREATED, M.PICKED_UP, M.IN_TRANSIT], M.IN_TRANSIT),
        # A failed attempt and another round the next morning are an ordinary cycle.
        ([M.OUT_FOR_DELIVERY, M.ATTEMPT_FAILED, M.OUT_FOR_DELIVERY], M.OUT_FOR_DELIVERY),
        ([M.DELIVERED, M.IN_TRANSIT], M.DELIVERED),
        ([M.DELIVERED, M.RETURNING], M.RETURNING),
        ([M.OUT_FOR_DELIVERY, M.RETURNING, M.IN_TRANSIT], M.RETURNING),
        ([M.OUT_FOR_DELIVERY, M.RETURNING, M.IN_TRANSIT, M.DELIVERED], M.RETURNED),
        ([M.LOST, M.IN_TRANSIT], M.LOST),
        ([M.LOST, M.OUT_FOR_DELIVERY], M.OUT_FOR_DELIVERY),
        ([M.EXPIRED, M.DELIVERED], M.DELIVERED),
        ([M.LABEL_CREATED, M.CANCELLED], M.CANCELLED),
        ([M.PICKED_UP, M.CANCELLED], M.PICKED_UP),
    ],
)
def test_where_it_is(milestones, expected):
    scans = story(*milestones) if milestones else []

    assert journey(scans).milestone == expected


def test_an_empty_journey():
    assert journey([]) == Journey()


def test_a_delivery_on_the_way_back_may_reach_the_addressee_all_the_same():
    scans = story(M.PICKED_UP, M.RETURNING, M.DELIVERED, to_addressee=True)

    assert journey(scans).milestone == M.DELIVERED


def test_scans_after_delivery_are_told_of_and_move_nothing():
    found = journey(story(M.PICKED_UP, M.DELIVERED, M.IN_TRANSIT))

    assert (found.milestone, found.has_scan_after_delivery) == (M.DELIVERED, True)
    assert found.delivered_at == at(1)


def test_a_retracted_delivery_never_was():
    scans = story(M.PICKED_UP, M.DELIVERED, is_retracted=True)

    found = journey(scans)

    assert (found.milestone, found.delivered_at, found.step) == (M.PICKED_UP, None, 2)


def test_what_lies_in_the_future_is_a_plan():
    plan = Scan(occurred_at=at(60), milestone=M.DELIVERED, received_at=at(2))

    assert journey([*story(M.PICKED_UP), plan]).milestone == M.PICKED_UP


def test_a_person_may_say_anything_and_later_scans_go_on_from_there():
    scans = story(M.PICKED_UP, M.DELIVERED)
    word = Scan(occurred_at=at(2), milestone=M.IN_TRANSIT, is_override=True)

    corrected = journey([*scans, word])
    later = journey([*scans, word, Scan(occurred_at=at(9), milestone=M.OUT_FOR_DELIVERY)])

    assert (corrected.milestone, corrected.delivered_at) == (M.IN_TRANSIT, None)
    assert later.milestone == M.OUT_FOR_DELIVERY


def test_the_bar_never_goes_back_on_the_way_out():
    found = journey(story(M.OUT_FOR_DELIVERY, M.ATTEMPT_FAILED, M.IN_TRANSIT))

    assert (found.milestone, found.step) == (M.IN_TRANSIT, 4)


def test_attempts_are_counted_by_day():
    first = story(M.PICKED_UP, M.ATTEMPT_FAILED, M.ATTEMPT_FAILED)
    third = Scan(occurred_at=at(30), milestone=M.ATTEMPT_FAILED, cause=Cause.RECIPIENT_ABSENT)

    found = journey([*first, third])

    assert (found.attempts, found.cause) == (2, Cause.RECIPIENT_ABSENT)


SCANS = st.builds(
    Scan,
    occurred_at=st.integers(0, 40).map(at),
    milestone=st.none() | st.sampled_from(list(Milestone)),
    received_at=st.none() | st.integers(0, 60).map(at),
    cause=st.sampled_from([Cause.NONE, Cause.ADDRESS]),
    is_delay=st.booleans(),
    is_retracted=st.booleans(),
    is_override=st.booleans(),
    to_addressee=st.sampled_from([None, True, False]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(SCANS, max_size=14), st.data())
def test_order_and_repetition_change_nothing(scans, data):
    found = journey(scans)
    shuffled = data.draw(st.permutations(scans))
    again = data.draw(st.lists(st.sampled_from(scans), max_size=5)) if scans else []

    assert journey([*shuffled, *again]) == found


@settings(max_examples=200, deadline=None)
@given(st.lists(SCANS, max_size=14))
def test_what_is_said_holds_together(scans):
    found = journey(scans)

    assert (found.milestone == M.DELIVERED) == (found.delivered_at is not None)
    assert found.is_over == (found.milestone in TERMINAL)
    assert 0 <= found.step <= 5
    if found.milestone in {M.RETURNING, M.RETURNED}:
        assert found.milestone == M.RETURNED or found.returning_since is not None
