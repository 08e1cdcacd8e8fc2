"""Which day is named: carrier before estimate before promise, and never one that has passed."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tracking.expectation import NO_DAY, Named, Said, Situation, explain, is_delay, named
from tracking.statuses import DateSource, Milestone

TODAY = date(2026, 11, 18)


def day(number):
    return TODAY + timedelta(days=number)


def said(source, first, last=None, **more):
    last = first if last is None else last
    return Named(source=DateSource(source), first=day(first), last=day(last), **more)


def situation(milestone=Milestone.IN_TRANSIT, **more):
    return Situation(milestone=milestone, today=TODAY, **more)


CARRIER, ESTIMATE, PROMISE = said("carrier", 1), said("estimate", 0, 3), said("promise", 2, 4)
ALL = {"carrier": CARRIER, "estimate": ESTIMATE, "promise": PROMISE}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (ALL, CARRIER),
        (ALL | {"trusts_carrier": False}, ESTIMATE),
        (ALL | {"carrier": None}, ESTIMATE),
        (ALL | {"carrier": said("carrier", -1)}, ESTIMATE),
        ({"promise": PROMISE}, PROMISE),
        ({"promise": said("promise", -4, -1)}, None),
        ({}, None),
        # Who says that it is delayed must say until when: our figures know nothing of it.
        (ALL | {"is_delayed": True}, CARRIER),
        (ALL | {"is_delayed": True, "carrier": None}, None),
    ],
)
def test_who_is_believed(known, expected):
    assert named(situation(**known)) == expected


def test_of_a_range_the_days_that_are_left_are_named():
    found = named(situation(estimate=said("estimate", -2, 2)))

    assert (found.first, found.last) == (TODAY, day(2))


def test_with_the_driver_means_today_and_no_longer():
    out = Milestone.OUT_FOR_DELIVERY

    today = named(situation(out, since=TODAY, **ALL))
    assert (today.first, today.last, explain(today.ground)) == (
        TODAY, TODAY, "The driver has it.",
    )  # fmt: skip
    assert named(situation(out, since=day(-1), estimate=ESTIMATE)) is None
    assert named(situation(out, since=day(-1), **ALL)) == CARRIER


@pytest.mark.parametrize("milestone", [Milestone.ATTEMPT_FAILED, Milestone.EXCEPTION])
def test_what_is_held_up_has_a_day_only_if_the_carrier_names_a_later_one(milestone):
    assert named(situation(milestone, since=TODAY, **ALL)) == CARRIER
    stale = ALL | {"carrier": said("carrier", 0)}
    assert named(situation(milestone, since=TODAY, **stale)) is None
    assert named(situation(milestone, since=TODAY, estimate=ESTIMATE, promise=PROMISE)) is None


@pytest.mark.parametrize("milestone", sorted(NO_DAY))
def test_where_nothing_is_awaited_no_day_is_named(milestone):
    assert named(situation(milestone, since=TODAY, **ALL)) is None


ranges = st.builds(
    lambda source, first, length: said(source, first, first + length),
    st.sampled_from(["carrier", "estimate", "promise"]),
    st.integers(-9, 9),
    st.integers(0, 9),
)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(Milestone),
    st.none() | st.integers(-9, 0),
    st.booleans(),
    st.booleans(),
    st.tuples(*[st.none() | ranges] * 3),
)
def test_no_named_day_has_passed_and_ranges_are_in_order(milestone, since, late, trusts, words):
    found = named(
        Situation(
            milestone=milestone,
            today=TODAY,
            since=None if since is None else day(since),
            is_delayed=late,
            trusts_carrier=trusts,
            carrier=words[0],
            estimate=words[1],
            promise=words[2],
        )
    )

    assert found is None or TODAY <= found.first <= found.last


@pytest.mark.parametrize(
    ("new", "before", "milestone", "expected"),
    [
        (said("carrier", 2), Said(until=TODAY), Milestone.IN_TRANSIT, True),
        (said("carrier", 0), Said(until=TODAY), Milestone.IN_TRANSIT, False),
        (said("carrier", -1), Said(until=TODAY), Milestone.IN_TRANSIT, False),
        (said("carrier", 2), Said(), Milestone.IN_TRANSIT, False),
        # Told already, however the page wavered in between.
        (said("carrier", 2), Said(until=TODAY, told=day(2)), Milestone.IN_TRANSIT, False),
        (said("carrier", 3), Said(until=day(2), told=day(2)), Milestone.IN_TRANSIT, True),
        # The driver has it, or tried: that is the news.
        (said("carrier", 1), Said(until=TODAY), Milestone.ATTEMPT_FAILED, False),
        (said("carrier", 1), Said(until=TODAY), Milestone.EXCEPTION, True),
        # A wider range of ours is no delay; a later middle is, once a day.
        (said("estimate", 0, 3, middle=TODAY), Said(until=TODAY), Milestone.IN_TRANSIT, False),
        (said("estimate", 0, 3, middle=day(1)), Said(until=TODAY), Milestone.IN_TRANSIT, True),
        (
            said("estimate", 0, 3, middle=day(1)),
            Said(until=TODAY, told=TODAY, told_on=TODAY),
            Milestone.IN_TRANSIT,
            False,
        ),
    ],
)
def test_which_later_day_is_worth_a_word(new, before, milestone, expected):
    assert is_delay(new, before, milestone=milestone, today=TODAY) is expected


def test_what_was_said_survives_being_written_down():
    noted = Said(until=TODAY, told=day(1), told_on=None)

    assert Said.of({"kind": "usual", "said": noted.as_json()}) == noted
    assert Said.of({}) == Said()


USUAL = {"kind": "usual", "low": 3, "high": 5, "parcels": 143, "country": "DE"}


@pytest.mark.parametrize(
    ("ground", "text"),
    [
        (USUAL, "Usually 3–5 days to Germany (143 parcels)"),
        (
            USUAL | {"region": "Bavaria", "carrier": "dhl_paket"},
            "Usually 3–5 days to Bavaria with DHL (143 parcels)",
        ),
        (USUAL | {"region": "BY"}, "Usually 3–5 days to Germany (143 parcels)"),
        (
            USUAL | {"low": 1, "high": 1, "parcels": 1, "country": "", "is_ordered": True},
            "Usually 1 day from the order on (1 parcel)",
        ),
        (
            USUAL | {"country": "", "carrier": "gls"},
            "Usually 3–5 days with GLS (143 parcels)",
        ),
        ({"kind": "carrier", "source": "aftership"}, "The carrier names this day."),
        ({"kind": "promise"}, "As promised when the order was placed."),
        ({"said": {"until": "2026-11-18"}}, ""),
        ({}, ""),
    ],
)
def test_what_a_day_rests_on_is_said_in_words(ground, text):
    with translation.override("en"):
        assert explain(ground) == text
