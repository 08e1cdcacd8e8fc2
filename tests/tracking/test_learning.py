"""What parcels teach when they arrive: each once, by the carrier's word, and for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from tests.factories import (
    NamedDateFactory,
    OrderFactory,
    ShipmentFactory,
    TrackingEventFactory,
    TransitDaysFactory,
)
from tracking.actions.learning import learn_due, relearn
from tracking.estimate import LONGEST_NAME, Calibration, Way, levels_of, weight_at
from tracking.models import RangeCalibration, ScanGap, Shipment, TransitDays
from tracking.silence import silences
from tracking.statuses import DateSource, Direction, Milestone

# A Wednesday, 10:00 in Berlin.
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


def arrived(**changes):
    """Make a parcel: ordered five days before it came, handed over two days before."""
    came = changes.pop("delivered_at", NOW - DAY)
    order = changes.pop("order", None) or OrderFactory(placed_at=came - 5 * DAY)
    return ShipmentFactory(
        **{
            "merchant": order.merchant,
            "order": order,
            "milestone": Milestone.DELIVERED,
            "delivered_at": came,
            "picked_up_at": came - 2 * DAY,
            "first_scan_at": came - 2 * DAY,
            "from_country": "DE",
        }
        | changes
    )


def learnt(merchant=None, part="transit"):
    rows = TransitDays.every.filter(name__startswith=part)
    if merchant:
        rows = rows.of(merchant.pk)
    return {(row.name, row.days): row.parcels for row in rows}


def test_a_parcel_teaches_both_parts_of_its_way():
    shipment = arrived(to_region="Bavaria")

    assert learn_due(now=NOW) == 1

    assert learnt() == {
        ("transit any", 2): 1,
        ("transit countries DE>DE", 2): 1,
        ("transit carrier DE>DE dhl_paket/", 2): 1,
        ("transit same region False", 2): 1,
        ("transit to DE-bavaria", 2): 1,
    }
    assert learnt(part="processing") == {("processing any", 3): 1}
    assert learnt(part="weekday") == {("weekday DE", 1): 1}
    weight = TransitDays.every.get(name="transit any").weight
    assert weight == pytest.approx(weight_at(shipment.delivered_at))


def test_each_parcel_teaches_once_and_sums_are_kept():
    shipment = arrived()
    TransitDaysFactory(merchant=shipment.merchant, name="transit any", days=2, weight=1, parcels=4)

    assert [learn_due(now=NOW) for _ in range(3)] == [1, 0, 0]

    assert learnt()["transit any", 2] == 5
    assert Shipment.every.get(pk=shipment.pk).learnt_at == NOW


def test_late_scans_are_waited_for():
    arrived(delivered_at=NOW - HOUR / 2)

    assert learn_due(now=NOW) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"recent": [{"milestone": "delivered", "override": True}]},
        {"direction": Direction.RETURN},
        {"withdrawn_at": NOW},
    ],
)
def test_what_teaches_nothing_is_not_asked_again(changes):
    arrived(**changes)

    assert (learn_due(now=NOW), learn_due(now=NOW)) == (1, 0)
    assert TransitDays.every.count() == 0


def test_history_teaches_by_the_shops_moments_where_the_carrier_told_the_arrival_alone():
    came = NOW - 90 * DAY
    arrived(
        delivered_at=came, picked_up_at=came, shipped_at=came - 3 * DAY, is_history=True,
        recent=[{"milestone": "delivered", "override": False}],
    )  # fmt: skip

    learn_due(now=NOW)

    assert learnt()["transit any", 3] == 1
    assert learnt(part="processing") == {("processing any", 2): 1}


def test_a_parcel_whose_hand_over_nobody_knows_teaches_the_weekday_alone():
    came = NOW - DAY
    arrived(picked_up_at=came, shipped_at=None)

    learn_due(now=NOW)

    assert learnt() == {}
    assert learnt(part="weekday") == {("weekday DE", 1): 1}


def test_days_are_those_of_the_calendar_at_the_door():
    came = datetime(2026, 11, 17, 0, 30, tzinfo=UTC)  # half past nine in the morning in Tokyo
    arrived(delivered_at=came, picked_up_at=came - 10 * HOUR, to_country="JP")

    learn_due(now=NOW)

    assert learnt()["transit any", 1] == 1


def test_ranges_widen_by_misses_and_narrow_by_hits():
    came = NOW - DAY
    order = OrderFactory(placed_at=came - 5 * DAY)
    for off in (-1, 0):
        shipment = arrived(order=order)
        until = came.date() + off * DAY
        for later in (0, 7):  # the first word counts, whatever was named afterwards
            NamedDateFactory(
                merchant=order.merchant, shipment=shipment, source=DateSource.ESTIMATE,
                at=came - 2 * DAY + later * HOUR, from_day=until - DAY, until_day=until + later * DAY,
            )  # fmt: skip

    learn_due(now=NOW)

    row = RangeCalibration.every.get(merchant=order.merchant)
    assert (row.parcels, row.early, row.late) == (2, 0, 1)
    expected = Calibration()
    for was_late in (True, False):
        expected = expected.after(was_early=False, was_late=was_late)
    assert (row.low, row.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_silences_of_a_carrier_are_learnt_by_where_the_parcel_was():
    shipment = arrived()
    began = shipment.first_scan_at
    scans = [(0, "picked_up"), (10.5, "in_transit"), (40, None), (48, "delivered")]
    for hours, milestone in scans:
        TrackingEventFactory(
            merchant=shipment.merchant, shipment=shipment, milestone=milestone,
            occurred_at=began + hours * HOUR,
        )  # fmt: skip
    TrackingEventFactory(
        merchant=shipment.merchant, shipment=shipment, retracted_at=NOW, occurred_at=began + HOUR
    )

    learn_due(now=NOW)

    rows = ScanGap.every.order_by("hours").values_list("carrier", "milestone", "hours")
    assert list(rows) == [("dhl_paket", "picked_up", 11), ("dhl_paket", "in_transit", 30)]


def test_usual_silences_need_many_parcels():
    shipment = arrived()
    silences.forget(shipment.merchant_id)
    for hours, parcels in ((10, 96), (50, 4)):
        ScanGap.every.create(
            merchant=shipment.merchant, carrier="gls", milestone="in_transit", hours=hours,
            weight=parcels * weight_at(NOW),
        )  # fmt: skip
    ScanGap.every.create(
        merchant=shipment.merchant, carrier="dpd", milestone="in_transit", hours=9,
        weight=weight_at(NOW),
    )  # fmt: skip

    assert silences.of(shipment.merchant_id, now=NOW) == {("gls", "in_transit"): 10 * HOUR}


def test_learning_again_gives_the_same():
    first = arrived()
    other = arrived()  # of another merchant
    learn_due(now=NOW)
    before = learnt(first.merchant)
    TransitDaysFactory(merchant=first.merchant, name="transit any", days=9)

    call_command("learn_again", merchant=first.merchant.slug, verbosity=0)

    assert learnt(first.merchant) == before
    assert learnt(other.merchant)["transit any", 2] == 1


def test_long_names_fit_and_stay_apart():
    def names(service):
        way = Way(to_country="DE", from_country="DE", carrier="dhl", service=service)
        return set(levels_of("transit", way))

    long = "x" * 300
    assert all(len(name) <= LONGEST_NAME for name in names(long))
    assert names(long + "a") != names(long + "b")


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_learn_each_parcel_once():
    order = OrderFactory(placed_at=NOW - 9 * DAY)
    for number in range(24):
        arrived(order=order, delivered_at=NOW - DAY - number * HOUR)

    def work():
        try:
            done = 0
            while count := learn_due(now=NOW, limit=3):
                done += count
            return done
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = [future.result() for future in [pool.submit(work) for _ in range(4)]]

    assert sum(learnt()[name, days] for name, days in learnt() if name == "transit any") == 24
    assert sum(done) == 24
    relearn(order.merchant_id)
    assert TransitDays.every.count() == 0
