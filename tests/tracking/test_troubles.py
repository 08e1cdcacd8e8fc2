"""What is the matter with a parcel: from when on, who must act, and when it is over."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.models import Event
from tests.factories import (
    CarrierAccountFactory,
    OrderFactory,
    ParcelCaseFactory,
    ScanGapFactory,
    ShipmentFactory,
    TroubleRulesFactory,
)
from tests.tracking.shops import an_order, news, scan, sent
from tracking.actions.looking import look_after_due
from tracking.actions.scans import take_in
from tracking.actions.troubles import end, follow
from tracking.doors import Door
from tracking.estimate import weight_at
from tracking.models import ParcelCase, Shipment
from tracking.origin import is_back_at_origin
from tracking.silence import silences
from tracking.statuses import CaseState, Cause, DateSource, Milestone, Party, Trouble
from tracking.troubles import (
    Ending,
    Facts,
    Rules,
    outlook,
    working_days_after,
)

# A Wednesday, 10:00 in Berlin.
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
TODAY = date(2026, 11, 18)
DOOR = Door(zone=ZoneInfo("Europe/Berlin"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def facts(milestone=Milestone.IN_TRANSIT, **more):
    heard = more.pop("heard", NOW)
    started = {"begun_at": heard, "since": heard, "last_scan_at": heard}
    return Facts(milestone=milestone, door=DOOR, **(started | more))


def matters(known, *, now=NOW, rules=None):
    return {need.kind for need in outlook(known, rules or Rules(), now=now).needs}


@pytest.mark.parametrize(
    ("known", "kind", "after"),
    [
        # Wednesday and three working days: Monday, at the same hour.
        (facts(), Trouble.STALE, 5 * DAY),
        (facts(Milestone.PICKED_UP), Trouble.STALE, 5 * DAY),
        (facts(is_abroad=True), Trouble.STALE, 9 * DAY),
        (facts(usual_silence=8 * DAY), Trouble.STALE, 8 * DAY),
        (facts(Milestone.OUT_FOR_DELIVERY), Trouble.STALE, 36 * HOUR),
        (facts(Milestone.RETURNING), Trouble.STALE, 5 * DAY),
        (facts(Milestone.LABEL_CREATED), Trouble.NO_SCAN, 5 * DAY),
        (facts(Milestone.READY_FOR_PICKUP), Trouble.PICKUP, 5 * DAY),
        (facts(Milestone.EXCEPTION, cause=Cause.CUSTOMS_DUTY), Trouble.STALE, 7 * DAY),
        (facts(), Trouble.LOST, 30 * DAY),
        # The day after the one that was named, at midnight there.
        (facts(promised_until=TODAY), Trouble.LATE, 14 * HOUR),
    ],
)
def test_silence_and_days_that_pass_become_trouble(known, kind, after):
    assert kind not in matters(known, now=NOW + after - HOUR / 60)
    assert kind in matters(known, now=NOW + after)


@pytest.mark.parametrize(
    ("known", "kind", "must_act"),
    [
        (
            facts(Milestone.ATTEMPT_FAILED, cause=Cause.RECIPIENT_ABSENT),
            Trouble.ATTEMPT,
            "recipient",
        ),
        (facts(Milestone.ATTEMPT_FAILED, cause=Cause.REFUSED), Trouble.ATTEMPT, "shop"),
        (facts(Milestone.ATTEMPT_FAILED), Trouble.ATTEMPT, "recipient"),
        (facts(Milestone.EXCEPTION, cause=Cause.CUSTOMS_DOCUMENTS), Trouble.CUSTOMS, "shop"),
        (facts(Milestone.EXCEPTION, cause=Cause.WEATHER), Trouble.EXCEPTION, "carrier"),
        (facts(Milestone.EXCEPTION), Trouble.EXCEPTION, "carrier"),
        (facts(cause=Cause.DAMAGED), Trouble.DAMAGED, "shop"),
        (facts(Milestone.RETURNING), Trouble.RETURNING, "shop"),
        (facts(Milestone.RETURNED), Trouble.RETURNING, "shop"),
        (facts(attempts=3), Trouble.RETURNING, "shop"),
        (facts(is_back_at_origin=True), Trouble.RETURNING, "shop"),
        (facts(Milestone.LOST), Trouble.LOST, "shop"),
        (facts(promised_until=TODAY, likely_until=TODAY + DAY), Trouble.AT_RISK, "carrier"),
    ],
)
def test_what_is_the_matter_at_once_and_who_must_act(known, kind, must_act):
    (need,) = outlook(known, Rules(), now=NOW).needs

    assert (need.kind, need.must_act) == (kind, Party(must_act))


@pytest.mark.parametrize(
    "known",
    [
        facts(Milestone.DELIVERED, promised_until=TODAY - DAY),
        facts(Milestone.CANCELLED),
        facts(promised_until=TODAY, likely_until=TODAY),
        facts(Milestone.READY_FOR_PICKUP, promised_until=TODAY - DAY),
        facts(Milestone.OUT_FOR_DELIVERY, attempts=3),
        facts(Milestone.LABEL_CREATED, has_number=False, heard=NOW - 90 * DAY),
        facts(Milestone.UNKNOWN, is_return=True, heard=NOW - 90 * DAY),
        facts(is_return=True, promised_until=TODAY - DAY),
        facts(Milestone.UNKNOWN, is_watched=False, heard=NOW - 9 * DAY, promised_until=TODAY - DAY),
    ],
)
def test_what_is_no_trouble(known):
    assert matters(known) == set()


def test_the_graver_trouble_stands_alone():
    long_ago = facts(heard=NOW - 40 * DAY, promised_until=TODAY - 9 * DAY)

    assert matters(long_ago) == {Trouble.LOST}
    assert matters(facts(Milestone.RETURNING, promised_until=TODAY - DAY)) == {Trouble.RETURNING}


def test_working_days_leave_out_weekends_and_holidays_and_keep_the_hour():
    door = Door(zone=ZoneInfo("Europe/Berlin"), holidays={date(2026, 12, 25)})
    wednesday = datetime(2026, 12, 23, 8, 30, tzinfo=UTC)

    assert working_days_after(wednesday, 2, door) == datetime(2026, 12, 28, 8, 30, tzinfo=UTC)
    # The clocks go back on 25 October: half past nine there stays half past nine.
    before = datetime(2026, 10, 23, 7, 30, tzinfo=UTC)
    assert working_days_after(before, 1, door) == datetime(2026, 10, 26, 8, 30, tzinfo=UTC)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(Milestone),
    st.sampled_from(Cause),
    st.integers(0, 60),
    st.integers(-5, 9),
    st.integers(-5, 9),
    st.integers(0, 4),
)
def test_looking_at_the_moment_it_says_misses_nothing(
    milestone, cause, silent, promised, likely, attempts
):
    known = facts(
        milestone,
        cause=cause,
        heard=NOW - silent * DAY,
        attempts=attempts,
        promised_until=TODAY + promised * DAY,
        likely_until=TODAY + likely * DAY,
    )
    now = outlook(known, Rules(), now=NOW)

    assert now.next_look_at is None or now.next_look_at > NOW
    # Until then nothing changes, whenever one looks.
    for share in (0.25, 0.999):
        pause = (now.next_look_at - NOW) * share if now.next_look_at else 99 * DAY
        later = outlook(known, Rules(), now=NOW + pause)
        assert later.needs == now.needs


SEEN = {"milestone": "in_transit", "country": "CN", "place": "Shenzhen"}
TRIED = {"milestone": "attempt_failed", "country": "DE", "place": "Berlin"}


@pytest.mark.parametrize(
    ("scans", "home", "postcode", "expected"),
    [
        ([SEEN, TRIED, SEEN], "CN", "", True),
        ([TRIED, SEEN], "CN", "", False),
        ([SEEN, SEEN], "CN", "", False),
        ([SEEN | {"country": "DE"}, TRIED], "CN", "", False),
        ([SEEN | {"country": "DE", "place": "20095 Hamburg"}, TRIED], "DE", "20095", True),
        ([SEEN | {"country": "DE", "place": "10969 Berlin"}, TRIED], "DE", "20095", False),
    ],
)
def test_back_where_it_came_from(scans, home, postcode, expected):
    assert is_back_at_origin(scans, home=home, postcode=postcode, door="DE") is expected


def cases(shipment):
    rows = ParcelCase.every.filter(shipment=shipment).order_by("pk")
    return [(row.kind, row.state, row.outcome) for row in rows]


def a_parcel(**changes):
    order = changes.pop("order", None) or OrderFactory(placed_at=NOW - 9 * DAY)
    heard = changes.pop("heard", NOW)
    changes = {"since": heard, "last_scan_at": heard, "shipped_at": heard} | changes
    return ShipmentFactory(merchant=order.merchant, order=order, **changes)


def followed(shipment, *, now=NOW):
    drafts = follow([shipment], befores={}, now=now)
    shipment.save()
    return [draft.data["trouble"] for draft in drafts]


@pytest.mark.django_db
def test_a_case_opens_once_and_closes_when_the_parcel_moves():
    shipment = a_parcel()
    assert followed(shipment) == []
    assert shipment.next_look_at == NOW + 5 * DAY

    assert followed(shipment, now=NOW + 5 * DAY) == ["stale"]
    assert followed(shipment, now=NOW + 6 * DAY) == []
    shipment.last_scan_at = NOW + 6 * DAY
    assert followed(shipment, now=NOW + 6 * DAY) == []
    assert cases(shipment) == [("stale", CaseState.CLOSED, Ending.MOVED)]

    # Silent again: another case, for it is another silence.
    assert followed(shipment, now=NOW + 12 * DAY) == ["stale"]


@pytest.mark.django_db
def test_what_a_person_closed_stays_closed_and_what_closed_itself_comes_back():
    shipment = a_parcel(promised_until=TODAY, expected_until=TODAY + 2 * DAY)
    shipment.expected_by = DateSource.CARRIER
    assert followed(shipment) == ["at_risk"]
    shipment.expected_until = TODAY
    followed(shipment)
    assert cases(shipment) == [("at_risk", CaseState.CLOSED, Ending.IN_TIME)]

    shipment.expected_until = TODAY + DAY
    assert followed(shipment) == []
    assert cases(shipment) == [("at_risk", CaseState.OPEN, "")]

    ParcelCase.every.update(state=CaseState.CLOSED, closed_by="Ana", outcome="Called the carrier")
    followed(shipment)
    assert cases(shipment) == [("at_risk", CaseState.CLOSED, "Called the carrier")]


@pytest.mark.django_db
def test_a_carrier_that_scans_seldom_is_given_longer():
    shipment = a_parcel()
    for hours in (24, 240):
        ScanGapFactory(merchant=shipment.merchant, hours=hours, weight=40 * weight_at(NOW))
    silences.forget(shipment.merchant_id)

    followed(shipment)

    assert shipment.next_look_at == NOW + 10 * DAY


@pytest.mark.django_db
def test_the_merchants_own_rules_hold():
    shipment = a_parcel()
    TroubleRulesFactory(merchant=shipment.merchant, domestic_days=1)

    assert followed(shipment, now=NOW + DAY) == ["stale"]


@pytest.mark.django_db
def test_where_nobody_would_tell_silence_is_no_trouble():
    shipment = a_parcel(
        milestone=Milestone.UNKNOWN, last_scan_at=None, since=None, promised_until=TODAY - DAY,
        shipped_at=NOW - 9 * DAY,
    )  # fmt: skip
    assert followed(shipment) == []

    account = CarrierAccountFactory(merchant=shipment.merchant, is_active=False)
    assert followed(shipment) == []
    account.is_active = True
    account.save()
    assert set(followed(shipment)) == {"no_scan", "late"}


@pytest.mark.django_db
def test_history_and_parcels_taken_back_are_nobodys_trouble():
    old = a_parcel(heard=NOW - 40 * DAY, is_history=True)
    gone = a_parcel(withdrawn_at=NOW)
    ParcelCaseFactory(shipment=gone, merchant=gone.merchant)

    assert followed(old) == []
    end([gone.pk], now=NOW)

    assert (old.next_look_at, cases(old)) == (None, [])
    assert cases(gone) == [("stale", CaseState.CLOSED, Ending.WITHDRAWN)]


@pytest.mark.django_db
def test_each_failed_attempt_has_its_case():
    order = an_order(fulfilments=[sent()])
    shipment = Shipment.every.get(order=order)
    now = datetime.now(UTC)

    def told(milestone, hours_ago, **more):
        at = now - hours_ago * HOUR
        take_in([news(shipment, scan(milestone, at=at, **more))], now=at + HOUR)

    told("out_for_delivery", 50)
    told("attempt_failed", 48, cause="recipient_absent")
    told("out_for_delivery", 26)
    told("attempt_failed", 24, cause="recipient_absent")

    assert cases(shipment) == [
        ("attempt", CaseState.CLOSED, Ending.AT_DOOR),
        ("attempt", CaseState.OPEN, ""),
    ]
    told("delivered", 2)
    assert cases(shipment)[1] == ("attempt", CaseState.CLOSED, Ending.DELIVERED)
    assert Event.every.filter(order=order, kind="parcel.trouble").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_tick_looks_after_what_is_due_and_writes_the_story():
    shipment = a_parcel(heard=NOW - 6 * DAY, next_look_at=NOW, expected_until=TODAY - DAY)
    waits = a_parcel(next_look_at=NOW + DAY)

    assert look_after_due(now=NOW) == 1
    assert look_after_due(now=NOW) == 0

    shipment.refresh_from_db()
    assert cases(shipment) == [("stale", CaseState.OPEN, "")]
    assert (shipment.expected_until, shipment.next_look_at) == (None, NOW + 24 * DAY)
    assert Event.every.filter(order=shipment.order, kind="parcel.trouble").count() == 1
    assert cases(waits) == []


@pytest.mark.django_db
def test_of_a_named_range_the_days_that_pass_are_taken_away():
    shipment = a_parcel(
        carrier_from=TODAY, carrier_until=TODAY + 2 * DAY, carrier_day_by="aftership",
        next_look_at=NOW,
    )  # fmt: skip
    named = []
    for _ in range(4):
        look_after_due(now=Shipment.every.get(pk=shipment.pk).next_look_at)
        shipment.refresh_from_db()
        named.append((shipment.expected_from, shipment.expected_until))

    until = TODAY + 2 * DAY
    assert named == [(TODAY, until), (TODAY + DAY, until), (until, until), (None, None)]
    assert shipment.named_dates.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("parcels", [1, 4])
def test_following_takes_the_same_queries_for_many_parcels(parcels, django_assert_num_queries):
    order = OrderFactory()
    shipments = [a_parcel(order=order, heard=NOW - 9 * DAY) for _ in range(parcels)]
    silences.of(order.merchant_id, now=NOW)

    with django_assert_num_queries(3):  # rules, cases that there are, new ones
        follow(shipments, befores={}, now=NOW)
