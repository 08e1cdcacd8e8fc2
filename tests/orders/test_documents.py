"""Every real document of Shopify and WooCommerce that is an order, refund or fulfilment."""

import itertools
import json

import pytest
from django.utils import timezone

from orders.actions.facts import OrderUnknown, apply_fact
from orders.actions.intake import Intake
from orders.models import Fulfilment, Order, OrderLine, RefundFact
from orders.plan import plan
from orders.sources import SOURCES
from orders.sources.base import FulfilmentStated, OrderStated, RefundStated, Unusable
from tests.factories import StoreConnectionFactory
from tests.shop import DATA, needs_data

pytestmark = [pytest.mark.django_db, needs_data]

TOPICS = {
    ("shopify", "order"): "orders/updated",
    ("shopify", "refund"): "refunds/create",
    ("shopify", "fulfillment"): "fulfillments/update",
    ("woocommerce", "order"): "order.updated",
    ("woocommerce", "refund"): "refund.created",
}


def documents():
    for (kind, folder), topic in TOPICS.items():
        for path in sorted((DATA / kind / folder).glob("*.json")):
            yield pytest.param(kind, topic, path, id=f"{kind}-{path.stem[:40]}")


def state():
    """All that is stored of orders, as plain values."""
    return [
        sorted(
            json.dumps(row, default=str, sort_keys=True)
            for row in model.every.values(
                *[
                    field.attname
                    for field in model._meta.concrete_fields
                    if field.attname
                    not in ("id", "public_id", "order_id", "created_at", "updated_at")
                ]
            )
        )
        for model in (Order, OrderLine, RefundFact, Fulfilment)
    ]


def apply_all(intake, facts):
    waiting = list(facts)
    for _ in range(2):
        again = []
        for fact in waiting:
            try:
                apply_fact(intake, fact)
            except OrderUnknown:
                again.append(fact)
        waiting = again


@pytest.mark.parametrize(("kind", "topic", "path"), list(documents()))
def test_a_document_is_taken_in_once_with_its_total(kind, topic, path):
    connection = StoreConnectionFactory(kind=kind)
    intake = Intake(connection=connection, now=timezone.now())
    try:
        facts = SOURCES[kind].facts(topic=topic, body=path.read_bytes())
    except Unusable as reason:
        pytest.skip(f"names no order: {reason}") if "refund" in topic else pytest.fail(str(reason))
    for fact in facts:
        if isinstance(fact, OrderStated):
            apply_fact(intake, fact)
            order = Order.every.get(external_id=fact.order.external_id)
            assert order.total_minor == plan(fact.order).order["total_minor"]
            assert (
                f"{order.total.decimal:f}"
                == f"{float(fact.order.total):.{-order.total.decimal.as_tuple().exponent}f}"
            )
        elif isinstance(fact, RefundStated | FulfilmentStated):
            with pytest.raises(OrderUnknown):
                apply_fact(intake, fact)
    first = state()

    apply_all(intake, facts)

    assert state() == first


@pytest.mark.parametrize("kind", ["shopify", "woocommerce"])
def test_documents_in_any_order_leave_the_same_state(kind):
    facts = []
    for (source, folder), topic in TOPICS.items():
        for path in sorted((DATA / source / folder).glob("*.json")) if source == kind else ():
            try:
                facts += SOURCES[kind].facts(topic=topic, body=path.read_bytes())
            except Unusable:
                continue
    # Documents that state no version can only be taken in the order in which they arrive.
    facts = [fact for fact in facts if not isinstance(fact, OrderStated) or fact.order.updated_at]
    states = []
    for order in (facts, facts[::-1], list(itertools.chain(*zip(facts, facts, strict=True)))):
        connection = StoreConnectionFactory(kind=kind)
        apply_all(Intake(connection=connection, now=timezone.now()), order)
        states.append(state_of(connection))

    assert states[1] == states[0]
    assert states[2] == states[0]


def state_of(connection):
    orders = Order.every.filter(connection=connection).order_by("external_id")
    return [
        (
            order.external_id, order.status, order.total_minor, order.refunded_minor,
            order.version_hash,
            sorted(order.lines.values_list("external_id", "ordered", "cancelled", "fulfilled", "paid_minor")),
            sorted(order.refunds.values_list("external_id", "amount_minor")),
            sorted(order.fulfilments.values_list("external_id", "state")),
        )
        for order in orders
    ]  # fmt: skip
