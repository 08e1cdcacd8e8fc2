"""The day on the page: named at once, kept while it holds, and every one that was shown is kept."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
import time_machine

from orders.models import Event
from tests.factories import (
    CarrierAccountFactory,
    NamedDateFactory,
    OrderFactory,
    ShipmentFactory,
    ShippingPromiseFactory,
    TransitDaysFactory,
)
from tests.tracking.shops import an_order, news, scan, sent
from tracking.actions.dates import first_dates, may_name, name_dates
from tracking.actions.scans import take_in
from tracking.carriers.base import ParcelDoc
from tracking.doors import door_of
from tracking.estimate import weight_at
from tracking.histories import errors
from tracking.models import NamedDate, Shipment, ShippingPromise
from tracking.statuses import DateSource, Direction, Milestone

# A Wednesday, 10:00 in Berlin.
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
TODAY = date(2026, 11, 18)
pytestmark = pytest.mark.django_db


def day(number):
    return TODAY + timedelta(days=number)


def learnt(merchant, days, *, name="transit any", parcels=20):
    """Have a merchant's parcels taken these days, equally often."""
    for each in days:
        TransitDaysFactory(
            merchant=merchant,
            name=name,
            days=each,
            weight=parcels * weight_at(NOW),
            parcels=parcels,
        )


def a_parcel(**changes):
    """Make a parcel that was handed over yesterday evening."""
    order = changes.pop("order", None) or OrderFactory(placed_at=NOW - timedelta(days=2))
    handed = changes.pop("picked_up_at", NOW - timedelta(hours=15))
    return ShipmentFactory(
        merchant=order.merchant, order=order, picked_up_at=handed, since=NOW, **changes
    )


def named_now(shipment, *, now=NOW):
    """Name its day and save it; give the events."""
    drafts = name_dates([shipment], befores={}, now=now)
    shipment.save()
    return [draft.data for draft in drafts]


def shown(shipment):
    return shipment.expected_by, shipment.expected_from, shipment.expected_until


def test_without_anything_known_no_day_is_named():
    shipment = a_parcel()

    assert named_now(shipment) == []
    assert shown(shipment) == ("", None, None)
    assert (shipment.expected_ground, NamedDate.every.count()) == ({}, 0)


def test_the_estimate_is_named_with_its_ground_and_kept():
    shipment = a_parcel()
    learnt(shipment.merchant, [1, 2])

    named_now(shipment)

    assert shown(shipment) == (DateSource.ESTIMATE, TODAY, day(1))
    assert shipment.promised_until == day(1)
    assert {name: shipment.expected_ground[name] for name in ("kind", "low", "high", "parcels")} == {
        "kind": "usual", "low": 1, "high": 2, "parcels": 40,
    }  # fmt: skip
    row = NamedDate.every.get()
    assert (row.from_day, row.until_day, row.source, row.ground) == (
        TODAY, day(1), "estimate", "transit any",
    )  # fmt: skip


def test_too_few_parcels_are_no_ground():
    shipment = a_parcel()
    learnt(shipment.merchant, [2], parcels=3)

    named_now(shipment)

    assert shipment.expected_until is None


def test_a_named_day_does_not_waver_with_what_is_learnt_meanwhile():
    shipment = a_parcel()
    learnt(shipment.merchant, [1, 2])
    named_now(shipment)

    learnt(shipment.merchant, [9], parcels=500)
    named_now(shipment, now=NOW + timedelta(hours=5))

    assert shown(shipment) == (DateSource.ESTIMATE, TODAY, day(1))
    assert NamedDate.every.count() == 1


def test_before_the_hand_over_packing_and_way_count_together():
    shipment = a_parcel(picked_up_at=None, milestone=Milestone.LABEL_CREATED)
    shipment.order.placed_at = NOW - timedelta(hours=2)
    learnt(shipment.merchant, [1, 2])
    learnt(shipment.merchant, [1], name="processing any")

    named_now(shipment)
    packed = shown(shipment)
    shipment.picked_up_at = NOW + timedelta(hours=3)
    shipment.milestone = Milestone.PICKED_UP
    named_now(shipment, now=NOW + timedelta(hours=4))

    assert packed == (DateSource.ESTIMATE, day(2), day(3))
    assert shown(shipment) == (DateSource.ESTIMATE, day(1), day(2))
    assert shipment.promised_until == day(3)


@pytest.mark.parametrize(
    ("elapsed", "expected"),
    [
        # Three days gone: what took one or two is not compared with.
        (3, (DateSource.ESTIMATE, day(3), day(5))),
        # Nothing ever took as long: nobody knows.
        (9, ("", None, None)),
    ],
)
def test_when_the_day_passes_only_what_is_still_likely_is_named(elapsed, expected):
    shipment = a_parcel()
    learnt(shipment.merchant, [1], parcels=300)
    learnt(shipment.merchant, [4, 5], parcels=10)
    named_now(shipment)
    assert shipment.expected_until == TODAY

    events = named_now(shipment, now=NOW + timedelta(days=elapsed))

    assert shown(shipment) == expected
    assert [(data["until"], data["was_until"]) for data in events] == (
        [(day(5).isoformat(), TODAY.isoformat())] if expected[0] else []
    )
    assert shipment.promised_until == TODAY


def test_nothing_is_delivered_on_sundays_and_holidays_unless_it_was_seen():
    shipment = a_parcel(picked_up_at=datetime(2026, 12, 19, 9, tzinfo=UTC))  # a Saturday
    learnt(shipment.merchant, [1])
    monday = date(2026, 12, 21)

    named_now(shipment, now=datetime(2026, 12, 19, 10, tzinfo=UTC))
    assert shown(shipment)[1:] == (monday, monday)

    learnt(shipment.merchant, [6], name="weekday DE", parcels=40)
    other = a_parcel(order=shipment.order, picked_up_at=datetime(2026, 12, 19, 9, tzinfo=UTC))
    named_now(other, now=datetime(2026, 12, 19, 10, tzinfo=UTC))
    assert other.expected_from == date(2026, 12, 20)
    door = door_of("DE", shop_country="DE", shop_zone=shipment.merchant.zone)
    assert door.next_delivery(date(2026, 12, 25)) == date(2026, 12, 28)


def test_the_shops_promise_is_the_first_day_named():
    shipment = a_parcel()
    ShippingPromiseFactory(merchant=shipment.merchant)  # a day to pack, two to four under way
    learnt(shipment.merchant, [1, 2])

    named_now(shipment)

    assert (shipment.promised_from, shipment.promised_until) == (day(1), day(5))
    assert shown(shipment) == (DateSource.ESTIMATE, TODAY, day(1))


def test_the_carriers_later_day_is_told_once():
    shipment = a_parcel(carrier_from=day(1), carrier_until=day(1), carrier_day_by="aftership")
    assert named_now(shipment) == []

    shipment.carrier_from = shipment.carrier_until = day(3)
    later = named_now(shipment)
    again = named_now(shipment, now=NOW + timedelta(minutes=5))
    shipment.carrier_from = shipment.carrier_until = day(2)
    earlier = named_now(shipment)
    shipment.carrier_from = shipment.carrier_until = day(3)
    back = named_now(shipment)

    assert [(data["until"], data["was_until"]) for data in later] == [
        (day(3).isoformat(), day(1).isoformat())
    ]
    assert (again, earlier, back) == ([], [], [])
    assert shipment.promised_until == day(1)
    assert list(NamedDate.every.order_by("pk").values_list("until_day", flat=True)) == [
        day(1), day(3), day(2), day(3),
    ]  # fmt: skip


def test_of_history_nothing_is_told():
    shipment = a_parcel(is_history=True, carrier_until=day(1), carrier_day_by="aftership")
    named_now(shipment)
    shipment.carrier_until = day(4)

    assert named_now(shipment) == []
    assert shipment.expected_until == day(4)


def test_returns_and_parcels_that_arrived_have_no_day():
    back = a_parcel(direction=Direction.RETURN, carrier_until=day(1))
    there = a_parcel(milestone=Milestone.DELIVERED, delivered_at=NOW, carrier_until=day(1))

    for shipment in (back, there):
        named_now(shipment)
        assert shipment.expected_until is None


def test_a_carrier_that_was_wronger_than_we_is_not_believed():
    shipment = a_parcel(carrier_until=day(8), carrier_day_by="aftership")
    merchant = shipment.merchant
    learnt(merchant, [1, 2])
    for number in range(20):
        came = NOW - timedelta(days=number + 1)
        other = ShipmentFactory(
            merchant=merchant,
            order=shipment.order,
            milestone=Milestone.DELIVERED,
            delivered_at=came,
        )
        for source, off in (("carrier", 3), ("estimate", 1)):
            NamedDateFactory(
                shipment=other, merchant=merchant, source=source,
                at=came - timedelta(days=4), from_day=(came - timedelta(days=off)).date(),
            )  # fmt: skip
    errors.forget(merchant.pk)

    named_now(shipment)

    assert errors.of(merchant.pk, now=NOW) == {
        ("dhl_paket", "carrier"): 3.0, ("dhl_paket", "estimate"): 1.0,
    }  # fmt: skip
    assert shown(shipment) == (DateSource.ESTIMATE, TODAY, day(1))


def test_of_two_sources_the_preferred_one_names_the_day():
    shipment = a_parcel(carrier_until=day(1), carrier_day_by="aftership")
    assert may_name(shipment, source="easypost")  # as good as the other, and newer

    CarrierAccountFactory(merchant=shipment.merchant, source="aftership", priority=1)

    assert not may_name(shipment, source="easypost")
    assert may_name(shipment, source="aftership")


@pytest.mark.parametrize("parcels", [1, 4])
def test_naming_takes_the_same_queries_for_many_parcels(parcels, django_assert_num_queries):
    order = OrderFactory(placed_at=NOW - timedelta(days=2))
    learnt(order.merchant, [1, 2])
    shipments = [a_parcel(order=order) for _ in range(parcels)]

    ShippingPromise.kept(order.merchant_id)
    with django_assert_num_queries(3):  # histograms, quantiles, the named days
        first_dates(shipments, now=NOW)


def test_a_document_of_the_carrier_reaches_the_page_and_the_story():
    order = an_order(fulfilments=[sent()])
    shipment = Shipment.every.get(order=order)
    with time_machine.travel(NOW, tick=False):
        for number in (1, 3):
            doc = ParcelDoc(number=shipment.number, expected_until=day(number))
            taken = scan("in_transit", hours_ago=4 - number)
            take_in([news(shipment, taken, doc=doc)], now=NOW)
    shipment.refresh_from_db()

    assert shown(shipment) == (DateSource.CARRIER, day(3), day(3))
    assert shipment.promised_until == day(1)
    event = Event.every.get(order=order, kind="parcel.delayed")
    assert (event.data["until"], event.data["was_until"]) == ("2026-11-21", "2026-11-19")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_order_of_news_the_first_promise_stays_and_no_day_is_past(seed):
    random = Random(seed)
    shipment = a_parcel()
    learnt(shipment.merchant, [1, 2, 6])
    first, now = None, NOW
    for _ in range(25):
        now += timedelta(hours=random.choice([0, 1, 20]))
        here = now.date()
        shipment.carrier_until = random.choice(
            [None, *(here + timedelta(days=n) for n in (-2, 0, 4))]
        )
        shipment.milestone = random.choice(
            [Milestone.IN_TRANSIT, Milestone.OUT_FOR_DELIVERY, Milestone.ATTEMPT_FAILED]
        )
        shipment.since, shipment.is_delayed = now, random.random() < 0.2
        named_now(shipment, now=now)
        first = first or shipment.promised_until
        assert shipment.promised_until == first
        if shipment.expected_until:
            assert here <= shipment.expected_from <= shipment.expected_until
