"""Which messages an order's story calls for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from notifications.actions import plan_code, plan_confirmation
from notifications.models import Message
from notifications.statuses import MessageKind, MessageState, Withheld
from orders import timeline
from orders.models import EventDelivery
from orders.statuses import OrderEvent, Status
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


def tell(order, kind=OrderEvent.PLACED, **more):
    now = timezone.now()
    timeline.record_all([timeline.Draft(order=order, kind=kind, at=now, **more)], now=now)
    timeline.read_due(now=now)
    assert not EventDelivery.every.filter(order_id=order.pk).exists()


def test_a_placed_order_is_confirmed_once_however_often_it_is_told():
    order = OrderFactory(language="de-AT")

    for _ in range(3):
        tell(order)

    message = Message.every.get()
    assert (message.kind, message.state) == (MessageKind.CONFIRMATION, MessageState.PLANNED)
    assert (message.recipient, message.language) == (order.email, "de-AT")
    assert message.expires_at == order.placed_at + timedelta(hours=24)
    assert message.merchant == order.merchant


def test_planning_wakes_a_sender_when_it_is_committed(django_capture_on_commit_callbacks):
    order = OrderFactory()

    with django_capture_on_commit_callbacks() as woken:
        plan_confirmation(order, now=timezone.now())

    assert len(woken) == 1


def test_an_order_without_language_is_confirmed_in_the_shops():
    order = OrderFactory(language="", merchant__language="de")

    tell(order)

    assert Message.every.get().language == "de"


@pytest.mark.parametrize(
    "email", ["", "not an address", "a@b", "x@y.example\nBcc: z@z.example", "a@b.com\u202e"]
)
def test_an_order_without_usable_address_says_why_nothing_goes(email):
    tell(OrderFactory(email=email))

    message = Message.every.get()
    assert (message.state, message.reason) == (MessageState.WITHHELD, Withheld.NO_ADDRESS)
    assert message.settled_at is not None


def test_an_order_that_came_in_late_says_so():
    tell(OrderFactory(placed_at=timezone.now() - timedelta(days=2)))

    message = Message.every.get()
    assert (message.state, message.reason) == (MessageState.WITHHELD, Withheld.HISTORY)


def test_an_order_that_was_read_late_counts_as_expired():
    order = OrderFactory(placed_at=timezone.now() - timedelta(hours=23))

    plan_confirmation(order, now=timezone.now() + timedelta(hours=2))

    assert Message.every.get().reason == Withheld.EXPIRED


@pytest.mark.parametrize("year", [1900, 9999])
def test_strange_dates_plan_something(year):
    tell(OrderFactory(placed_at=datetime(year, 12, 31, 23, 59, tzinfo=UTC)))

    assert Message.every.count() == 1


def test_silent_history_plans_nothing():
    tell(OrderFactory(is_history=True), is_silent=True)

    assert not Message.every.exists()


def test_a_draft_is_confirmed_when_it_is_placed():
    order = OrderFactory(status=Status.DRAFT)
    tell(order)
    assert not Message.every.exists()

    order.status = Status.PLACED
    order.save()
    tell(order)

    assert Message.every.get().state == MessageState.PLANNED


def test_an_order_taken_up_again_is_confirmed_after_all():
    order = OrderFactory()
    tell(order)
    Message.every.update(state=MessageState.WITHHELD, reason=Withheld.CANCELLED)

    tell(order, OrderEvent.REINSTATED)

    assert (Message.every.get().state, Message.every.get().reason) == (MessageState.PLANNED, "")


def test_what_was_sent_is_not_sent_again_when_an_order_is_taken_up_again():
    order = OrderFactory()
    tell(order)
    Message.every.update(state=MessageState.SENT)

    tell(order, OrderEvent.REINSTATED)

    assert Message.every.get().state == MessageState.SENT


def test_a_newer_code_takes_the_place_of_the_one_waiting():
    order, now = OrderFactory(), timezone.now()

    plan_code(order=order, code="111111", now=now)
    plan_code(order=order, code="222222", now=now)

    first, second = Message.every.order_by("pk")
    assert (first.state, first.reason, first.sealed) == ("withheld", "superseded", "")
    assert (second.state, second.expires_at) == (MessageState.PLANNED, now + timedelta(minutes=10))
