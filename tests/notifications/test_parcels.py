"""Which mails news of parcels call for: each change once, parcels that move together in one mail."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from notifications.actions import send_due
from notifications.models import Message, MessageChoice, MessageParcel
from notifications.parcel_policy import MERGE_WINDOW, SHOPS_WORD_AFTER
from notifications.statuses import MessageKind, MessageState, Withheld
from orders import timeline
from orders.models import EventDelivery, Order
from orders.statuses import Status
from tests.factories import (
    MessageParcelFactory,
    OrderFactory,
    ShipmentFactory,
    SuppressionFactory,
)
from tests.tracking.shops import an_order, news, scan, sent
from tracking.actions.scans import take_in
from tracking.models import Shipment
from tracking.statuses import Milestone, ParcelEvent

pytestmark = pytest.mark.django_db
NUMBERS = [f"JJD0003900075554{number:05d}" for number in range(20)]


@pytest.fixture(autouse=True)
def no_threads(monkeypatch):
    """Let even a slow machine send all in this thread: others do not see the test's rows."""
    monkeypatch.setattr("notifications.actions.sending.SLOW", 1_000)


def an_order_in(parcels):
    """Give an order whose goods left in so many parcels, a fulfilment each."""
    names = "abc"[:parcels]
    return an_order(
        tuple((name, 1) for name in names),
        fulfilments=[
            sent(f"F{name}", (NUMBERS[place],), lines={name: 1}, hours_ago=2)
            for place, name in enumerate(names)
        ],
    )


def parcels_of(order):
    return list(Shipment.every.filter(order=order).order_by("pk"))


def read(now=None):
    """Let readers hear of all that has been told."""
    now = now or timezone.now()
    while timeline.read_due(now=now):
        pass
    assert not EventDelivery.every.exclude(failed_at=None, attempts=0).exists()


def tell(parcel, *scans, **more):
    take_in([news(parcel, *scans, **more)], now=timezone.now())
    read()


def about(order, *, state=None):
    """Give the messages about an order's parcels, the oldest first."""
    rows = Message.every.filter(order=order).exclude(kind=MessageKind.CONFIRMATION)
    rows = rows.filter(state=state) if state else rows
    return list(rows.order_by("pk"))


def kinds(order, *, state=MessageState.PLANNED):
    return [message.kind for message in about(order, state=state)]


def told(message):
    rows = MessageParcel.every.filter(message=message).order_by("shipment_id")
    return [row.shipment_id for row in rows]


@pytest.fixture
def one():
    order = an_order_in(1)
    read()
    return parcels_of(order)[0]


def send(now):
    """Send what is due at a moment; give how often the mail server was asked."""
    before = Message.every.filter(state=MessageState.SENT).count()
    send_due(clock=lambda: now, threads=1)
    return Message.every.filter(state=MessageState.SENT).count() - before


def test_the_shops_word_waits_for_the_carriers(one):
    (message,) = about(one.order)

    assert message.kind == MessageKind.SHIPPED
    wait = message.send_at - timezone.now()
    assert SHOPS_WORD_AFTER - timedelta(minutes=1) < wait <= SHOPS_WORD_AFTER
    assert message.expires_at == message.send_at + timedelta(hours=12)


def test_without_any_news_the_shops_word_goes_once(one):
    later = timezone.now() + SHOPS_WORD_AFTER + timedelta(seconds=1)

    assert send(later) == 1
    tell(one, scan("picked_up", hours_ago=0.1))

    assert [each.state for each in about(one.order)] == [MessageState.SENT]


def test_a_parcel_without_a_number_needs_no_waiting():
    order = an_order(fulfilments=[sent(numbers=())])
    read()

    (message,) = about(order)
    assert message.send_at <= timezone.now()


def test_a_label_alone_is_not_shipped_and_the_hand_over_still_is(one):
    tell(one, scan("label_created"))
    send(timezone.now() + SHOPS_WORD_AFTER + timedelta(seconds=1))

    (message,) = about(one.order)
    assert (message.state, message.reason) == (MessageState.WITHHELD, Withheld.NOT_MOVING)

    tell(one, scan("picked_up", hours_ago=0.2))

    (message,) = about(one.order)
    assert (message.state, message.reason) == (MessageState.PLANNED, "")
    assert message.send_at <= timezone.now()


@pytest.mark.parametrize("first", ["picked_up", "in_transit"])
def test_the_carriers_first_sight_brings_the_shops_word_forward(one, first):
    tell(one, scan(first))

    (message,) = about(one.order)
    assert (message.kind, message.dedupe_key) == ("shipped", f"parcel:{one.pk}:shipped:")
    assert message.send_at <= timezone.now()
    assert told(message) == [one.pk]


def test_under_way_is_off_until_somebody_wants_it(one):
    tell(one, scan("picked_up", hours_ago=5))
    tell(one, scan("in_transit", hours_ago=4))
    assert kinds(one.order) == ["shipped"]

    MessageChoice.every.create(merchant=one.merchant, kind=MessageKind.IN_TRANSIT, is_on=True)
    tell(one, scan("picked_up", hours_ago=3), scan("in_transit", hours_ago=2))
    tell(one, scan("exception", hours_ago=1.5))
    tell(one, scan("in_transit", hours_ago=1))

    assert kinds(one.order) == ["shipped", "in_transit"]


def test_who_wants_no_shipped_mail_may_want_the_one_after(one):
    MessageChoice.every.create(merchant=one.merchant, kind=MessageKind.IN_TRANSIT, is_on=True)
    MessageChoice.every.create(merchant=one.merchant, kind=MessageKind.SHIPPED, is_on=False)
    Message.every.filter(order=one.order).delete()

    tell(one, scan("in_transit", hours_ago=4))

    assert kinds(one.order) == ["in_transit"]


@pytest.mark.parametrize(
    ("scans", "expected"),
    [
        ([("out_for_delivery", 3)], ["out_for_delivery"]),
        ([("ready_for_pickup", 3)], ["ready_for_pickup"]),
        ([("attempt_failed", 3)], ["attempt_failed"]),
        ([("delivered", 3)], ["delivered"]),
        ([("returning", 3)], ["returning"]),
        ([("returned", 3)], ["returning"]),
        ([("returning", 4), ("returned", 3)], ["returning"]),
        ([("lost", 3)], ["lost"]),
        ([("out_for_delivery", 4), ("delivered", 3)], ["delivered"]),
        ([("attempt_failed", 4), ("out_for_delivery", 3)], ["out_for_delivery"]),
        ([("out_for_delivery", 5), ("in_transit", 4)], []),
        ([("cancelled", 3)], []),
        ([("expired", 3)], []),
    ],
)
def test_the_newest_news_alone_are_planned(one, scans, expected):
    with_time = [scan(milestone, hours_ago=ago / 60) for milestone, ago in scans]
    for each in with_time:
        tell(one, each)

    assert kinds(one.order) == expected


@pytest.mark.parametrize(
    ("cause", "expected"),
    [("address", ["action_needed"]), ("customs_duty", ["action_needed"]), ("weather", [])],
)
def test_an_exception_is_told_to_whom_it_needs(one, cause, expected):
    tell(one, scan("exception", cause=cause))

    assert [kind for kind in kinds(one.order) if kind != "shipped"] == expected


def test_late_news_and_history_are_told_to_nobody(one):
    tell(one, scan("delivered", hours_ago=50))
    assert "delivered" not in kinds(one.order)

    old = ShipmentFactory(is_history=True, milestone=Milestone.UNKNOWN, since=None, step=0)
    tell(old, scan("delivered"))
    assert about(old.order) == []


def test_parcels_that_move_together_share_a_mail():
    order = an_order_in(3)
    read()
    first, second, third = parcels_of(order)
    shops_word = about(order)
    assert [told(message) for message in shops_word] == [[first.pk, second.pk, third.pk]]

    tell(first, scan("picked_up", hours_ago=0.2))
    tell(second, scan("picked_up", hours_ago=0.1))

    waiting, together = sorted(about(order), key=lambda message: -message.send_at.timestamp())
    assert told(together) == [first.pk, second.pk]
    assert told(waiting) == [third.pk]
    assert timezone.now() < together.send_at <= timezone.now() + MERGE_WINDOW

    tell(third, scan("in_transit", hours_ago=0.1))
    (message,) = about(order)
    assert told(message) == [first.pk, second.pk, third.pk]

    assert send(timezone.now() + MERGE_WINDOW) == 1
    for parcel in (first, second, third):
        tell(parcel, scan("delivered", hours_ago=0.05))
    assert kinds(order) == ["delivered"]
    assert len(told(about(order, state=MessageState.PLANNED)[0])) == 3


def test_a_message_on_its_way_takes_no_further_parcels():
    order = an_order_in(2)
    read()
    first, second = parcels_of(order)
    tell(first, scan("delivered", hours_ago=0.1))
    Message.every.filter(order=order).update(state=MessageState.CLAIMED)

    tell(second, scan("delivered", hours_ago=0.1))

    assert [told(message) for message in about(order) if message.kind == "delivered"] == [
        [first.pk],
        [second.pk],
    ]


def test_what_became_untrue_before_it_went_is_withheld(one):
    tell(one, scan("out_for_delivery", hours_ago=0.1))
    # The scan is in, but no reader has heard of it yet.
    take_in([news(one, scan("delivered", hours_ago=0.05))], now=timezone.now())
    send(timezone.now())

    (message,) = [each for each in about(one.order) if each.kind == "out_for_delivery"]
    assert (message.state, message.reason) == (MessageState.WITHHELD, Withheld.SUPERSEDED)


def test_of_two_parcels_the_one_that_moved_on_is_left_out(mailoutbox):
    order = an_order_in(2)
    read()
    first, second = parcels_of(order)
    for parcel in (first, second):
        tell(parcel, scan("out_for_delivery", hours_ago=0.1))
    take_in([news(first, scan("delivered", hours_ago=0.05))], now=timezone.now())
    send(timezone.now() + MERGE_WINDOW)

    (mail,) = [mail for mail in mailoutbox if "today" in mail.subject]
    assert mail.subject == "Order #1042: package 2 of 2 comes today"
    assert first.number not in mail.body


def test_out_for_delivery_yesterday_is_no_news(one):
    tell(one, scan("out_for_delivery", hours_ago=0.1))
    Message.every.filter(order=one.order).update(expires_at=timezone.now() + timedelta(days=3))
    send(timezone.now() + timedelta(days=1))

    (message,) = [each for each in about(one.order) if each.kind == "out_for_delivery"]
    assert message.reason == Withheld.EXPIRED


def test_attempts_are_told_one_by_one(one):
    now = timezone.now()
    for days in (2, 1, 0):
        at = now - timedelta(days=days, minutes=5)
        take_in([news(one, scan("attempt_failed", at=at))], now=at + timedelta(minutes=1))
        read()
        take_in([news(one, scan("in_transit", at=at + timedelta(minutes=2)))], now=now)
        read()

    changes = MessageParcel.every.filter(kind="attempt_failed").values_list("change", flat=True)
    assert sorted(changes) == ["1", "2", "3"]


def test_a_new_date_is_told_once_and_another_one_again(one):
    today = timezone.localdate()
    Shipment.every.filter(pk=one.pk).update(
        milestone=Milestone.IN_TRANSIT, promised_until=today, promised_from=today,
    )  # fmt: skip
    for ahead in (3, 3, 5):
        day = today + timedelta(days=ahead)
        Shipment.every.filter(pk=one.pk).update(expected_from=day, expected_until=day)
        Message.every.filter(order=one.order, kind="delayed").update(state=MessageState.SENT)
        timeline.record(
            one.order, ParcelEvent.DELAYED, at=timezone.now(), shipment=str(one.public_id)
        )
        read()

    changes = MessageParcel.every.filter(kind="delayed").values_list("change", flat=True)
    assert list(changes) == [str(today + timedelta(days=3)), str(today + timedelta(days=5))]


def test_a_date_that_is_in_time_again_is_not_told(one):
    today = timezone.localdate()
    Shipment.every.filter(pk=one.pk).update(
        milestone=Milestone.IN_TRANSIT, promised_from=today, promised_until=today,
        expected_from=today, expected_until=today,
    )  # fmt: skip
    timeline.record(one.order, ParcelEvent.DELAYED, at=timezone.now(), shipment=str(one.public_id))
    read()

    (message,) = [each for each in about(one.order) if each.kind == "delayed"]
    assert (message.state, message.reason) == (MessageState.WITHHELD, Withheld.SUPERSEDED)


def test_cancelled_erased_switched_off_and_suppressed_stop_it():
    def sent_after(change):
        order = an_order_in(1)
        read()
        tell(parcels_of(order)[0], scan("delivered", hours_ago=0.1))
        change(order)
        send(timezone.now())
        (message,) = [each for each in about(order) if each.kind == "delivered"]
        return message.reason

    def switch_off(order):
        MessageChoice.every.create(merchant=order.merchant, kind="delivered", is_on=False)

    assert sent_after(lambda order: None) == ""
    assert sent_after(switch_off) == Withheld.SWITCHED_OFF
    cancel = Order.every.filter
    assert sent_after(lambda o: cancel(pk=o.pk).update(status=Status.CANCELLED)) == "cancelled"
    mute = SuppressionFactory
    assert sent_after(lambda o: mute(merchant=o.merchant, address=o.email)) == "suppressed"


def test_an_erased_order_is_left_alone(one):
    Message.every.filter(order=one.order).delete()
    Order.every.filter(pk=one.order_id).update(erased_at=timezone.now())
    timeline.record(
        one.order, ParcelEvent.DELIVERED, at=timezone.now(), shipment=str(one.public_id)
    )
    read()

    assert about(one.order) == []


@pytest.mark.parametrize("shipment", ["", "nonsense", "\ud800", None])
def test_an_event_of_no_parcel_of_ours_is_passed_over(shipment):
    order = OrderFactory()
    name = "" if shipment == "\ud800" else shipment
    timeline.record(order, ParcelEvent.DELIVERED, at=timezone.now(), shipment=name)
    read()

    assert about(order) == []


def test_news_of_a_foreign_parcel_reach_nobody():
    mine, theirs = OrderFactory(), ShipmentFactory()
    timeline.record(mine, ParcelEvent.DELIVERED, at=timezone.now(), shipment=str(theirs.public_id))
    read()

    assert about(mine) == [] == about(theirs.order)


JOURNEY = [
    ("picked_up", 30), ("in_transit", 24), ("out_for_delivery", 20), ("attempt_failed", 16),
    ("in_transit", 12), ("out_for_delivery", 5), ("delivered", 1),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_shuffled_and_doubled_scans_never_tell_a_change_twice(seed, mailoutbox):
    """Whatever the order of arrival: never a second mail of one change, none after the delivery."""
    chance = Random(seed)
    order = an_order_in(2)
    read()
    scans = [
        (parcel, scan(milestone, hours_ago=ago / 60))
        for parcel in parcels_of(order)
        for milestone, ago in JOURNEY
    ]
    calls = scans + chance.sample(scans, 6)
    if seed:
        chance.shuffle(calls)
    for parcel, each in calls:
        take_in([news(parcel, each)], now=timezone.now())
        if chance.random() < 0.5:
            read()
            send(timezone.now() + MERGE_WINDOW)
    read()
    send(timezone.now() + MERGE_WINDOW)

    rows = MessageParcel.every.filter(message__order=order)
    named = list(rows.values_list("shipment_id", "kind", "change"))
    assert len(named) == len(set(named))
    sent_kinds = kinds(order, state=MessageState.SENT)
    assert sent_kinds.count("delivered") in (1, 2)
    assert sent_kinds[-1] == "delivered"
    # Two parcels: at most two of shipped; a second day or attempt is a change of its own.
    assert all(sent_kinds.count(kind) <= 2 for kind in set(sent_kinds))
    assert len(mailoutbox) == len(sent_kinds)


def test_the_parcels_of_a_message_go_with_it(one):
    row = MessageParcelFactory(message=about(one.order)[0], shipment=one, change="x")

    row.message.delete()

    assert not MessageParcel.every.filter(pk=row.pk).exists()


def test_planning_takes_few_queries(one, django_assert_max_num_queries):
    tell(one, scan("picked_up", hours_ago=2))
    take_in([news(one, scan("delivered", hours_ago=1))], now=timezone.now())
    event = EventDelivery.every.filter(reader="notifications").get().event

    from notifications.receivers import handle

    event.order.merchant  # noqa: B018  # read along by the timeline
    with django_assert_max_num_queries(14):
        handle(event, now=timezone.now())
