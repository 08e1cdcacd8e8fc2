"""What shoppers want done about their parcels, and how people end it."""

from datetime import UTC, date, datetime

import pytest

from orders.models import Event
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.lib.capped import counts
from tests.factories import OrderFactory, ParcelCaseFactory, ShipmentFactory
from tracking.actions.cases import (
    BadAnswer,
    CaseClosed,
    CaseIsOpen,
    NotAsked,
    answer_case,
    close_case,
    may_answer,
    reopen_case,
    slots,
)
from tracking.statuses import CaseAnswer, CaseState, Milestone, Party, Trouble
from tracking.worklists import ANSWERED, lists, open_cases, page

# A Friday, 10:00 in Berlin.
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
STAFF = Actor(ActorKind.STAFF, "Ana Pop")
pytestmark = pytest.mark.django_db


def a_case(**changes):
    order = OrderFactory()
    shipment = ShipmentFactory(
        merchant=order.merchant, order=order, milestone=Milestone.ATTEMPT_FAILED
    )
    return ParcelCaseFactory(
        **{"merchant": order.merchant, "shipment": shipment, "kind": Trouble.ATTEMPT} | changes
    )


def events(case):
    rows = Event.every.filter(order=case.shipment.order).order_by("pk")
    return [row.kind for row in rows]


def answered(case, answer, **data):
    return answer_case(case, answer=CaseAnswer(answer), data=data, now=NOW)


@pytest.mark.parametrize(
    ("answer", "data", "kept"),
    [
        ("slot", {"day": "2026-11-21"}, {"day": "2026-11-21"}),
        (
            "address",
            {"street": " Elbchaussee 1 ", "postcode": "22765", "city": "Hamburg", "name": ""},
            {"street": "Elbchaussee 1", "postcode": "22765", "city": "Hamburg", "country": "DE"},
        ),
        ("pickup", {"place": "Packstation 101"}, {"place": "Packstation 101"}),
        ("pickup", {}, {}),
        ("message", {"message": "Ring at\r\nthe back\x00"}, {"message": "Ring at\nthe back"}),
        ("message", {"message": "x" * 2000}, {"message": "x" * 2000}),
    ],
)
def test_what_the_shopper_wants_is_kept_and_told(answer, data, kept):
    case = a_case()

    found = answered(case, answer, **data)

    found.refresh_from_db()
    assert (found.state, found.answer, found.answer_data, found.answered_at) == (
        CaseState.ANSWERED, answer, kept, NOW,
    )  # fmt: skip
    event = Event.every.get(order=case.shipment.order)
    assert (event.kind, event.actor_kind) == ("parcel.answered", ActorKind.SHOPPER)
    # What they wrote is nobody's but the shop's: the story names no person's data.
    assert event.data == {
        "shipment": str(case.shipment.public_id), "case": str(case.public_id), "answer": answer,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "data", "field"),
    [
        ("slot", {}, "day"),
        ("slot", {"day": "2026-11-20"}, "day"),  # today
        ("slot", {"day": "2026-11-22"}, "day"),  # a Sunday
        ("slot", {"day": "2026-12-24"}, "day"),
        ("slot", {"day": ["2026-11-21"]}, "day"),
        ("address", {"postcode": "22765", "city": "Hamburg"}, "street"),
        ("address", {"street": "\ud800", "postcode": "1", "city": "Hamburg"}, "street"),
        ("address", {"street": "A 1", "postcode": "1", "city": "Wien", "country": "AT"}, "country"),
        ("message", {"message": " \x00 "}, "message"),
        ("message", {"message": "x" * 2001}, "message"),
        ("message", {"message": None}, "message"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_trace(answer, data, field):
    case = a_case()

    with pytest.raises(BadAnswer) as refusal:
        answered(case, answer, **data)

    case.refresh_from_db()
    assert (refusal.value.field, case.state, events(case)) == (field, CaseState.OPEN, [])


def test_the_same_answer_twice_is_one_and_another_takes_its_place():
    case = a_case()

    for day in ("2026-11-21", "2026-11-21", "2026-11-23"):
        answered(case, "slot", day=day)

    case.refresh_from_db()
    assert case.answer_data == {"day": "2026-11-23"}
    assert events(case) == ["parcel.answered"] * 2


def test_the_days_to_choose_from_leave_out_sundays():
    case = a_case()

    days = slots(case.shipment, now=NOW)

    assert days == [date(2026, 11, day) for day in (21, 23, 24, 25, 26, 27, 28)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"state": CaseState.ANSWERED}, True),
        ({"state": CaseState.CLOSED}, False),
        ({"kind": Trouble.EXCEPTION, "must_act": Party.RECIPIENT}, True),
        ({"kind": Trouble.EXCEPTION, "must_act": Party.CARRIER}, False),
        ({"kind": Trouble.CUSTOMS, "must_act": Party.SHOP}, False),
        ({"kind": Trouble.LOST, "must_act": Party.RECIPIENT}, False),
    ],
)
def test_shoppers_are_asked_where_they_can_do_something(changes, expected):
    case = a_case(**changes)

    assert may_answer(case) is expected
    if not expected:
        with pytest.raises((CaseClosed, NotAsked)):
            answered(case, "message", message="Hello")
        assert events(case) == []


def test_people_close_a_case_once_in_their_own_words_and_may_open_it_again():
    case = a_case()

    for _ in range(2):
        close_case(case, outcome="The driver comes again", actor=STAFF, now=NOW)
    case.refresh_from_db()
    assert (case.state, case.closed_by, case.outcome, case.closed_at) == (
        CaseState.CLOSED, "Ana Pop", "The driver comes again", NOW,
    )  # fmt: skip

    reopen_case(case, actor=STAFF, now=NOW)
    with pytest.raises(CaseIsOpen):
        reopen_case(case, actor=STAFF, now=NOW)
    case.refresh_from_db()
    assert (case.state, case.closed_by, case.outcome) == (CaseState.OPEN, "", "")
    assert events(case) == ["parcel.settled", "parcel.trouble"]


def test_an_answered_case_is_answered_again_when_it_opens_again():
    case = a_case()
    answered(case, "pickup")
    close_case(case, outcome="", actor=STAFF, now=NOW)

    assert reopen_case(case, actor=STAFF, now=NOW).state == CaseState.ANSWERED


def test_worklists_hold_what_is_open_and_belong_to_one_merchant(django_assert_num_queries):
    case = a_case(opened_at=NOW)
    for state in (CaseState.ANSWERED, CaseState.CLOSED, CaseState.OPEN):
        ParcelCaseFactory(
            merchant=case.merchant, shipment=case.shipment, kind=Trouble.ATTEMPT, state=state,
            occasion=state, opened_at=NOW,
        )  # fmt: skip
    a_case()

    with django_assert_num_queries(1):
        found = counts(lists(case.merchant_id), most=99)
    assert {name: count for name, count in found.items() if count} == {"attempt": 3, ANSWERED: 1}

    with django_assert_num_queries(2):
        rows = open_cases(case.merchant_id, Trouble.ATTEMPT)
        first = page(rows, limit=2)
        second = page(rows, cursor=first.next_cursor, limit=2)
        assert {row.shipment.order.number for row in (*first.rows, *second.rows)}
    assert len(first.rows) + len(second.rows) == 3
    assert second.next_cursor is None
