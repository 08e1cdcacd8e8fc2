"""Every unit stands in exactly one place, whatever is stated, in whatever order, how often."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orders.actions.facts import apply_fulfilment
from orders.actions.intake import Intake, take_in
from orders.models import Order, OrderLine
from orders.sources.document import FulfilmentDoc, LineDoc, OrderDoc, QuantityOf
from postpurchase.lib.errors import Refused
from tests.factories import StoreConnectionFactory
from tracking.actions.stating import Stated, state_parcel, withdraw
from tracking.models import Shipment, ShipmentLine
from tracking.statuses import Direction

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ORDERED = {"L1": 3, "L2": 2}

units = st.dictionaries(st.sampled_from(sorted(ORDERED)), st.integers(1, 3), max_size=2)
numbers = st.lists(st.sampled_from("ABC"), max_size=2, unique=True)


@st.composite
def fulfilments(draw):
    """A fulfilment at some version; of one version there is one document."""
    name, version = draw(st.sampled_from(["f1", "f2"])), draw(st.integers(1, 4))
    dice = random.Random(f"{name}{version}{draw(st.integers(0, 5))}")
    lines = {key: dice.randint(0, 3) for key in ORDERED}
    return FulfilmentDoc(
        external_id=name,
        state=dice.choice(["success", "success", "success", "cancelled", "open"]),
        tracking_numbers=tuple(dice.sample("ABC", dice.randint(0, 2))),
        updated_at=NOW - timedelta(minutes=10 - version),
        shipped_at=NOW - timedelta(hours=9 if name == "f1" else 8),
        lines=tuple(QuantityOf(line_id=key, quantity=each) for key, each in lines.items() if each),
    )


def order_doc(version, listed=None, cancelled=0):
    lines = tuple(
        LineDoc(external_id=key, title=key, quantity=each, total="1",
                cancelled=cancelled if key == "L2" else 0)
        for key, each in ORDERED.items()
    )  # fmt: skip
    return OrderDoc(
        external_id="o1", number="#1", currency="EUR", total="1", placed_at=NOW - timedelta(days=1),
        updated_at=NOW - timedelta(hours=1) + timedelta(minutes=version), lines=lines,
        fulfilments=listed,
    )  # fmt: skip


def orders():
    listed = st.one_of(
        st.none(), st.lists(fulfilments(), max_size=2, unique_by=lambda doc: doc.external_id)
    )
    return st.builds(
        lambda version, docs, cancelled: order_doc(
            version, None if docs is None else tuple(docs), cancelled
        ),
        st.integers(1, 30), listed, st.integers(0, 1),
    )  # fmt: skip


stated = st.builds(
    Stated,
    direction=st.sampled_from(Direction),
    external_id=st.sampled_from(["", "p1"]),
    number=st.sampled_from(["A", "D"]),
    lines=units,
)
acts = st.lists(st.one_of(fulfilments(), orders(), stated, st.just("withdraw")), max_size=8)


def do(connection, act):
    intake = Intake(connection=connection, now=NOW)
    order = Order.every.select_related("merchant", "connection").get(external_id="o1")
    try:
        match act:
            case FulfilmentDoc():
                apply_fulfilment(intake, "o1", act)
            case OrderDoc():
                take_in(intake, [act])
            case Stated():
                state_parcel(intake, order, act)
            case "withdraw":
                for shipment in Shipment.every.filter(order=order):
                    withdraw(intake, shipment)
    except Refused:
        pass


def check():
    """Compare what is in parcels, what the order counts as sent, and what was ordered."""
    inside = dict.fromkeys(ORDERED, 0)
    for part in ShipmentLine.every.select_related("shipment", "order_line"):
        assert part.shipment.withdrawn_at is None
        if part.shipment.direction == Direction.OUT:
            inside[part.order_line.external_id] += part.quantity
    for line in OrderLine.every.all():
        left = line.ordered - line.cancelled
        assert inside[line.external_id] <= left
        assert inside[line.external_id] == min(line.fulfilled, left)
    live = Shipment.every.filter(direction=Direction.OUT, withdrawn_at=None).exclude(number="")
    keys = [(each.fulfilment_id, each.number_key) for each in live]
    assert len(keys) == len(set(keys))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["shopify", "woocommerce", "api"])
def test_every_unit_is_in_one_place_after_every_act(kind):
    connection = StoreConnectionFactory(kind=kind)

    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(acts)
    def holds(story):
        with transaction.atomic():
            take_in(Intake(connection=connection, now=NOW), [order_doc(0)])
            for act in [*story, *story[:2]]:
                do(connection, act)
                check()
            transaction.set_rollback(True)

    holds()


def outcome(connection, story):
    """Say what is in which parcel at the end of a story."""
    with transaction.atomic():
        take_in(Intake(connection=connection, now=NOW), [order_doc(0)])
        for act in story:
            do(connection, act)
        check()
        parts = ShipmentLine.every.select_related("shipment__fulfilment", "order_line")
        inside = {
            (part.shipment.external_id, part.order_line.external_id, part.quantity)
            for part in parts
        }
        live = Shipment.every.filter(withdrawn_at=None).values_list("external_id", flat=True)
        found = (inside, set(live))
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_fulfilments_end_alike_in_whatever_order_they_come():
    connection = StoreConnectionFactory(kind="shopify")
    one_of_each = st.lists(
        fulfilments(), max_size=5, unique_by=lambda doc: (doc.external_id, doc.updated_at)
    )

    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(one_of_each, st.randoms(use_true_random=False))
    def holds(docs, dice):
        mixed = [*docs, *dice.choices(docs, k=2)] if docs else []
        dice.shuffle(mixed)
        assert outcome(connection, mixed) == outcome(connection, docs)

    holds()
