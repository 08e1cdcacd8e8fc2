"""The story and its readers: told once, in turn, again where it failed, never in a loop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders import timeline
from orders.models import Event, EventDelivery
from orders.statuses import OrderEvent
from postpurchase.lib.tenancy import current_merchant_id
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def heard(monkeypatch):
    """A reader that notes what it hears, and fails while `fails` says so."""
    notes = []

    def handle(event, *, now):
        if notes and notes[0] == "fail":
            raise RuntimeError("a bug in a reader")
        notes.append((event.kind, event.data.get("n"), current_merchant_id()))

    reader = timeline.Reader(name="test", kinds=frozenset({OrderEvent.CHANGED}), handle=handle)
    monkeypatch.setitem(timeline.READERS, "test", reader)
    return notes


def drain(now=NOW):
    while timeline.read_due(now=now):
        pass


def test_each_event_is_handled_once_in_turn(heard):
    order = OrderFactory()
    for number in range(5):
        timeline.record(order, OrderEvent.CHANGED, at=NOW, n=number)
    timeline.record(order, OrderEvent.PAID, at=NOW)

    drain()
    drain()

    assert [note[1] for note in heard] == [0, 1, 2, 3, 4]
    assert {note[2] for note in heard} == {order.merchant_id}
    assert EventDelivery.every.count() == 0
    assert Event.every.count() == 6


def test_a_failing_reader_holds_up_its_own_order_only_and_is_asked_again(heard):
    heard.append("fail")
    order, other = OrderFactory(), OrderFactory()
    timeline.record(order, OrderEvent.CHANGED, at=NOW, n=1)
    timeline.record(order, OrderEvent.CHANGED, at=NOW, n=2)
    drain()
    assert list(EventDelivery.every.order_by("pk").values_list("attempts", flat=True)) == [1, 0]

    heard.clear()
    timeline.record(other, OrderEvent.CHANGED, at=NOW, n=3)
    drain()
    assert [note[1] for note in heard] == [3]
    drain(NOW + timedelta(minutes=5))

    assert [note[1] for note in heard] == [3, 1, 2]


def test_a_hopeless_delivery_is_given_up_and_shown(heard):
    heard.append("fail")
    timeline.record(OrderFactory(), OrderEvent.CHANGED, at=NOW)
    for day in range(20):
        drain(NOW + timedelta(days=day))

    delivery = EventDelivery.every.get()
    assert delivery.attempts == timeline.MAX_ATTEMPTS
    assert delivery.failed_at is not None
    assert "a bug in a reader" in delivery.error


def test_events_that_cause_one_another_come_to_an_end(heard):
    order, cause = OrderFactory(), None
    for _ in range(timeline.MAX_DEPTH + 3):
        cause = timeline.record(order, OrderEvent.CHANGED, at=NOW, caused_by=cause)

    assert EventDelivery.every.count() == timeline.MAX_DEPTH


def test_the_shopper_sees_the_public_part_only():
    order = OrderFactory()
    for kind in OrderEvent:
        timeline.record(order, kind, at=NOW)

    public = order.events.filter(is_public=True).values_list("kind", flat=True)
    assert OrderEvent.CONFLICT not in public
    assert OrderEvent.CODE_SENT not in public
    assert OrderEvent.SHIPPED in public
