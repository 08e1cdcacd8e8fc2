"""Parcels follow what shops state; every unit is in exactly one place."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.actions.facts import OrderUnknown
from orders.actions.intake import Intake, take_in
from orders.models import Event, Order, OrderLine
from orders.sources.document import OrderDoc
from tests.factories import StoreConnectionFactory
from tests.tracking.shops import an_order, sent, state
from tracking.contents import Told, parcels_of
from tracking.models import Shipment, ShipmentLine
from tracking.statuses import ParcelEvent

pytestmark = pytest.mark.django_db


def shipments(order):
    return list(Shipment.every.filter(order=order, withdrawn_at=None).order_by("pk"))


def inside(shipment):
    return dict(shipment.lines.values_list("order_line__external_id", "quantity"))


def test_a_fulfilment_that_comes_with_its_order_is_a_parcel():
    order = an_order(fulfilments=[sent(lines={"a": 2})])

    (parcel,) = shipments(order)

    assert (parcel.number, parcel.carrier) == ("JJD000390007555400001", "dhl_paket")
    assert (parcel.from_country, parcel.to_country, parcel.to_postcode) == ("DE", "DE", "10969")
    assert inside(parcel) == {"a": 2}
    assert Event.every.filter(order=order, kind=ParcelEvent.CREATED).count() == 1


def test_a_fulfilment_without_a_number_is_a_parcel_that_takes_its_number_later():
    order = an_order()
    state(order, sent(numbers=(), lines={"a": 1}))
    (parcel,) = shipments(order)
    assert parcel.number == ""

    state(order, sent(numbers=("1Z5R89390357567127",), lines={"a": 1}, hours_ago=5))

    assert [each.pk for each in shipments(order)] == [parcel.pk]
    assert shipments(order)[0].carrier == "ups"


def test_several_numbers_of_a_fulfilment_are_parcels_that_carry_its_goods_together():
    order = an_order(fulfilments=[sent(numbers=("AB1", "AB2", "ab 1"), lines={"a": 2})])

    first, second = shipments(order)

    assert (first.number, second.number) == ("ab 1", "AB2") or first.number_key == "AB1"
    assert (inside(first), inside(second)) == ({"a": 2}, {})


def test_a_corrected_number_is_another_parcel_and_the_wrong_one_is_withdrawn():
    order = an_order(fulfilments=[sent(numbers=("WRONG1",), lines={"a": 2})])
    (wrong,) = shipments(order)

    state(order, sent(numbers=("RIGHT1",), lines={"a": 2}, hours_ago=5))

    (right,) = shipments(order)
    wrong.refresh_from_db()
    assert right.number == "RIGHT1"
    assert inside(right) == {"a": 2}
    assert wrong.withdrawn_at
    assert inside(wrong) == {}


def test_a_cancelled_fulfilment_takes_its_parcels_back():
    order = an_order(fulfilments=[sent(lines={"a": 2})])

    state(order, sent(lines={"a": 2}, state="cancelled", hours_ago=5))

    assert shipments(order) == []
    assert ShipmentLine.every.filter(shipment__order=order).count() == 0


def test_what_left_long_ago_is_history():
    order = an_order(fulfilments=[sent(hours_ago=24 * 60)])

    assert shipments(order)[0].is_history


def test_a_statement_that_changes_nothing_writes_nothing():
    told = sent(lines={"a": 2})
    order = an_order(fulfilments=[told])
    (before,) = Shipment.every.filter(order=order).values()

    state(order, told)

    assert list(Shipment.every.filter(order=order).values()) == [before]


def test_fulfilments_removed_from_a_listing_take_their_parcels_along():
    shop = StoreConnectionFactory(kind="woocommerce")
    order = an_order(connection=shop, fulfilments=[sent("F1"), sent("F2", ("B22",))])
    assert len(shipments(order)) == 2

    later = timezone.now() + timedelta(minutes=1)
    doc = OrderDoc(
        external_id="1042", number="#1042", placed_at=order.placed_at, updated_at=later,
        currency="EUR", total="50.00", payment="paid", fulfilments=(sent("F2", ("B22",)),),
    )  # fmt: skip
    take_in(Intake(connection=shop, now=later), [doc])

    assert [each.number for each in shipments(order)] == ["B22"]


def test_a_fulfilment_ahead_of_its_order_waits():
    shop = StoreConnectionFactory(kind="shopify")
    order = Order(connection=shop, external_id="later", merchant_id=shop.merchant_id)
    with pytest.raises(OrderUnknown):
        state(order, sent())


LINES = {"a": 3, "b": 2, "c": 1}
fulfilments = st.lists(
    st.builds(
        lambda key, numbers, lines, hours, status: sent(
            f"F{key}", numbers, lines=lines, hours_ago=hours, state=status
        ),
        st.integers(1, 4),
        st.lists(st.sampled_from(["N1", "N2", "N3", "N4"]), max_size=2),
        st.dictionaries(st.sampled_from("abcx"), st.integers(1, 4), max_size=3),
        st.integers(1, 40),
        st.sampled_from(["success", "success", "success", "cancelled", "pending"]),
    ),
    max_size=6,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=fulfilments, seed=st.integers(0, 999))
def test_whatever_is_told_in_whatever_order_every_unit_is_in_one_place(told, seed):
    shop = StoreConnectionFactory(kind="api")
    ends = set()
    for turn in range(2):
        order = an_order(
            tuple(LINES.items()), connection=shop, external_id=f"{seed}-{turn}", number=f"#{turn}"
        )
        heard = [*told, *told]
        Random(seed + turn).shuffle(heard)
        for one in heard:
            state(order, one)
        packed = dict.fromkeys(LINES, 0)
        for part in ShipmentLine.every.filter(shipment__order=order):
            assert part.shipment.withdrawn_at is None
            packed[part.order_line.external_id] += part.quantity
        for line in OrderLine.every.filter(order=order):
            assert packed[line.external_id] == line.fulfilled <= line.ordered
        ends.add(str(sorted((each.external_id, sorted(inside(each).items()))
                            for each in shipments(order))))  # fmt: skip
    distinct = {(one.external_id, one.updated_at) for one in told}
    if len(distinct) == len(told):
        assert len(ends) == 1


def test_units_go_to_what_left_first():
    early, late = timezone.now() - timedelta(days=2), timezone.now()
    told = [
        Told(pk=2, external_id="B", state="success", lines={"a": 2}, shipped_at=late),
        Told(pk=1, external_id="A", state="success", lines={"a": 2}, shipped_at=early),
    ]

    first, second = parcels_of(told, left={"a": 3})

    assert (first.external_id, first.lines, second.lines) == ("A", {"a": 2}, {"a": 1})
