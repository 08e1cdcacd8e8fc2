"""What sources say is stored once; where a parcel is follows from it, in whatever order it came."""

import threading
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.models import Event, EventDelivery, Order
from orders.statuses import ActorKind, OrderEvent
from orders.timeline import Actor
from tests.factories import CarrierAccountFactory, ShipmentFactory, StoreConnectionFactory
from tests.tracking.shops import an_order, news, scan, sent, state
from tracking.actions.correct import (
    Correction,
    InTheFuture,
    NoSuchScan,
    choose_carrier,
    correct_status,
    retract_scan,
)
from tracking.actions.inbound import take_in_docs
from tracking.actions.scans import take_in
from tracking.carriers.base import ParcelDoc
from tracking.models import Shipment, TrackingEvent, UnknownWord
from tracking.statuses import CarrierChosenBy, Direction, Milestone, ParcelEvent

pytestmark = pytest.mark.django_db
AGENT = Actor(ActorKind.STAFF, "Mia")


def parcel_of(order):
    return Shipment.every.filter(order=order, withdrawn_at=None).order_by("pk").first()


@pytest.fixture
def parcel():
    return parcel_of(an_order(fulfilments=[sent(lines={"a": 2, "b": 3})]))


def tell(parcel, *scans, **more):
    taken = take_in([news(parcel, *scans, **more)], now=timezone.now())
    parcel.refresh_from_db()
    parcel.order.refresh_from_db()
    return taken


def kinds(order):
    told = Event.every.filter(order=order, kind__startswith="parcel.").order_by("pk")
    return [kind.removeprefix("parcel.") for kind in told.values_list("kind", flat=True)]


def test_a_scan_moves_its_parcel_and_stands_in_the_story(parcel):
    taken = tell(parcel, scan("in_transit", text="Arrived at hub"))

    assert (taken.count, taken.changed) == (1, {parcel.pk})
    assert (parcel.milestone, parcel.step) == ("in_transit", 3)
    assert parcel.recent[0]["text"] == "Arrived at hub"
    assert kinds(parcel.order) == ["created", "in_transit"]


def test_the_same_scan_again_changes_nothing(parcel):
    one = scan("in_transit")
    tell(parcel, one)

    taken = tell(parcel, one, one)

    assert taken.count == 0
    assert TrackingEvent.every.filter(shipment_id=parcel.pk).count() == 1
    assert kinds(parcel.order) == ["created", "in_transit"]


def test_of_news_that_come_together_the_newest_is_told(parcel):
    tell(
        parcel,
        scan("picked_up", hours_ago=5),
        scan("out_for_delivery"),
        scan("in_transit", hours_ago=3),
    )

    assert kinds(parcel.order) == ["created", "out_for_delivery"]
    assert Event.every.get(kind="parcel.out_for_delivery").is_public


def test_a_late_scan_moves_nothing_back(parcel):
    tell(parcel, scan("delivered"))

    tell(parcel, scan("out_for_delivery", hours_ago=2))

    assert parcel.milestone == "delivered"
    assert kinds(parcel.order) == ["created", "delivered"]


def test_what_happened_long_before_we_heard_is_told_to_nobody(parcel):
    EventDelivery.every.all().delete()

    tell(parcel, scan("in_transit", hours_ago=60))

    assert kinds(parcel.order)[-1] == "in_transit"
    assert not EventDelivery.every.exists()


def test_nothing_of_history_is_told(parcel):
    Shipment.every.filter(pk=parcel.pk).update(is_history=True)
    EventDelivery.every.all().delete()

    tell(parcel, scan("out_for_delivery"))

    assert not EventDelivery.every.filter(event__kind__startswith="parcel.").exists()


def test_an_order_has_arrived_when_all_its_parcels_have():
    order = an_order(
        fulfilments=[sent("F1", ("A1",), lines={"a": 2}), sent("F2", ("B2",), lines={"b": 3})]
    )
    first, second = Shipment.every.filter(order=order).order_by("pk")

    tell(first, scan("delivered"))
    order.refresh_from_db()
    assert (order.delivery_status, order.status) == ("partial", "shipped")

    tell(second, scan("delivered"))
    order.refresh_from_db()
    assert (order.delivery_status, order.status) == ("delivered", "delivered")
    assert Event.every.filter(order=order, kind=OrderEvent.DELIVERED).count() == 1


def test_an_order_stays_delivered_when_its_shop_states_it_again(parcel):
    tell(parcel, scan("delivered"))

    state(parcel.order, sent(lines={"a": 2, "b": 3}, hours_ago=1))

    assert parcel.order.status == "delivered"


def test_parcels_of_one_fulfilment_arrive_with_the_last_of_them():
    order = an_order((("a", 2),), fulfilments=[sent(numbers=("A1", "A2"), lines={"a": 2})])
    first, second = Shipment.every.filter(order=order).order_by("pk")

    tell(first, scan("delivered"))
    order.refresh_from_db()
    assert order.delivery_status == "none"

    tell(second, scan("delivered"))
    order.refresh_from_db()
    assert order.delivery_status == "delivered"


def test_a_parcel_that_comes_back_has_not_arrived(parcel):
    tell(parcel, scan("delivered", hours_ago=3))

    tell(parcel, scan("returning"))

    assert parcel.order.delivery_status == "none"
    assert parcel.delivered_at is None


def test_a_return_says_nothing_of_the_way_out(parcel):
    back = ShipmentFactory(
        order=parcel.order, direction=Direction.RETURN, milestone="unknown", step=0
    )

    tell(back, scan("delivered"))

    assert parcel.order.delivery_status == "none"
    assert kinds(parcel.order)[-1] == "return_moved"


def test_staff_may_say_where_a_parcel_is_and_later_scans_go_on_from_there(parcel):
    tell(parcel, scan("delivered", hours_ago=5))
    said = Correction(
        Milestone.LOST, timezone.now() - timedelta(hours=2), "Neighbour has not got it"
    )

    correct_status(parcel, said, actor=AGENT, now=timezone.now())
    parcel.refresh_from_db()
    assert parcel.milestone == "lost"
    correct_status(parcel, said, actor=AGENT, now=timezone.now())
    assert TrackingEvent.every.filter(shipment_id=parcel.pk, is_override=True).count() == 1
    assert kinds(parcel.order).count("corrected") == 1

    tell(parcel, scan("delivered", hours_ago=1))
    assert parcel.milestone == "delivered"


def test_nobody_corrects_the_future(parcel):
    said = Correction(Milestone.DELIVERED, timezone.now() + timedelta(hours=2), "Tomorrow")
    with pytest.raises(InTheFuture):
        correct_status(parcel, said, actor=AGENT, now=timezone.now())


def test_a_scan_that_was_wrong_is_taken_back_and_kept(parcel):
    tell(parcel, scan("in_transit", hours_ago=5), scan("delivered"))
    wrong = TrackingEvent.every.get(shipment_id=parcel.pk, milestone="delivered")

    def retract():
        retract_scan(
            parcel, event_id=wrong.pk, reason="Wrong parcel", actor=AGENT, now=timezone.now()
        )

    retract()
    parcel.refresh_from_db()
    assert parcel.milestone == "in_transit"
    assert [each["milestone"] for each in parcel.recent] == ["in_transit"]
    with pytest.raises(NoSuchScan):
        retract()


def test_who_knows_better_names_the_carrier(parcel):
    choose_carrier(parcel, "gls", actor=AGENT, now=timezone.now())

    state(parcel.order, sent(lines={"a": 1}, hours_ago=1))

    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.carrier_by) == ("gls", CarrierChosenBy.STAFF)


def test_a_document_finds_the_parcel_of_its_merchant_only(parcel):
    other = ShipmentFactory(number=parcel.number, number_key=parcel.number_key)
    doc = ParcelDoc(
        number="jjd 000390007555400001", sightings=(scan("in_transit"),), unknown_words=("X9",)
    )
    nobodys = ParcelDoc(number="NOBODY1", sightings=(scan("delivered"),))

    found, missing = take_in_docs(
        parcel.merchant_id, "aftership", [doc, nobodys], now=timezone.now()
    )

    assert (found.shipment_ids, found.scans) == ((parcel.pk,), 1)
    assert not missing.is_known
    other.refresh_from_db()
    assert other.heard_at is None
    word = UnknownWord.every.get()
    assert (word.merchant_id, word.word, word.seen) == (parcel.merchant_id, "X9", 1)


def test_a_number_used_again_for_the_way_back_is_the_next_leg(parcel):
    now = timezone.now()
    tell(parcel, scan("delivered", hours_ago=72))
    back = ShipmentFactory(
        order=parcel.order, number=parcel.number, number_key=parcel.number_key, leg=2,
        direction=Direction.RETURN, milestone="unknown", step=0, shipped_at=now - timedelta(hours=24),
    )  # fmt: skip

    take_in_docs(
        parcel.merchant_id, "aftership",
        [ParcelDoc(number=parcel.number, sightings=(scan("picked_up", hours_ago=2),))], now=now,
    )  # fmt: skip

    parcel.refresh_from_db()
    back.refresh_from_db()
    assert (parcel.milestone, back.milestone) == ("delivered", "picked_up")


def test_the_date_of_a_source_is_kept_with_its_name(parcel):
    CarrierAccountFactory(merchant=parcel.merchant, source="aftership")
    day = timezone.localdate() + timedelta(days=2)
    doc = ParcelDoc(number=parcel.number, expected_until=day, signed_by="POP\x00")

    take_in([news(parcel, doc=doc)], now=timezone.now())

    parcel.refresh_from_db()
    assert (parcel.carrier_until, parcel.carrier_day_by) == (day, "aftership")


def test_events_of_all_times_find_a_partition_and_none_is_a_default():
    names = partitions()
    assert "tracking_trackingevent_early" in names
    assert not [name for name in names if "default" in name]
    parcel = ShipmentFactory()
    moments = [
        datetime(2016, 5, 1, tzinfo=UTC),
        timezone.now(),
        timezone.now() + timedelta(days=59),
    ]

    tell(parcel, *[scan("in_transit", at=moment) for moment in moments])

    assert TrackingEvent.every.filter(shipment_id=parcel.pk).count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        TrackingEvent.every.create(
            merchant_id=parcel.merchant_id, shipment=parcel, identity="x", source="x",
            occurred_at=timezone.now() + timedelta(days=400), received_at=timezone.now(),
        )  # fmt: skip


def partitions():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits "
            "WHERE inhparent = 'tracking_trackingevent'::regclass"
        )
        return [name for (name,) in cursor.fetchall()]


WAY = [
    "label_created",
    "picked_up",
    "in_transit",
    "attempt_failed",
    "out_for_delivery",
    "delivered",
]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    order=st.permutations(range(6)),
    cuts=st.lists(st.integers(1, 5), max_size=3),
    seed=st.integers(0, 99),
)
def test_in_whatever_order_and_pieces_news_come_the_end_is_the_same(order, cuts, seed):
    parcel = ShipmentFactory(milestone="unknown", step=0, since=None)
    base = timezone.now() - timedelta(hours=8)
    way = [scan(milestone, at=base + timedelta(hours=place)) for place, milestone in enumerate(WAY)]
    heard = [way[place] for place in order]
    heard += Random(seed).sample(heard, 3)
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(heard)], strict=True):
        tell(parcel, *heard[start:end])

    assert (parcel.milestone, parcel.step, parcel.attempts) == ("delivered", 5, 1)
    assert len(parcel.recent) == 6
    told = kinds(parcel.order)
    assert len(told) == len(set(told))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_tell_of_a_parcel_while_its_shop_states_it_anew():
    shop = StoreConnectionFactory(kind="api")
    orders = [
        an_order((("a", 2),), connection=shop, external_id=str(n), number=f"#{n}",
                 fulfilments=[sent(f"F{n}", (f"NUM{n}",), lines={"a": 2})])
        for n in range(4)
    ]  # fmt: skip
    parcels = [parcel_of(order) for order in orders]
    base = timezone.now() - timedelta(hours=8)
    failures = []

    def work(seed):
        random = Random(seed)
        try:
            for _ in range(6):
                if seed % 3 == 0:
                    order = random.choice(orders)
                    number = order.external_id
                    told = sent(
                        f"F{number}", (f"NUM{number}",), lines={"a": 1 + random.randrange(2)}
                    )
                    state(Order.every.get(pk=order.pk), told)
                else:
                    way = [
                        scan(each, at=base + timedelta(hours=place))
                        for place, each in enumerate(WAY)
                    ]
                    some = random.sample(parcels, 3)
                    take_in([news(one, *random.sample(way, 3)) for one in some], now=timezone.now())
        except Exception as error:  # told by the thread that failed
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for parcel in parcels:
        way = [scan(each, at=base + timedelta(hours=place)) for place, each in enumerate(WAY)]
        tell(parcel, *way)

    assert failures == []
    for parcel in parcels:
        assert parcel.milestone == "delivered"
        assert TrackingEvent.every.filter(shipment_id=parcel.pk).count() == len(WAY)
        told = kinds(parcel.order)
        assert len(told) == len(set(told))
        assert told.count(ParcelEvent.DELIVERED.removeprefix("parcel.")) == 1
