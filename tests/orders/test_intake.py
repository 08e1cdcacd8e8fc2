"""Orders that change after they were taken in: accepted as stated, whatever was before."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.actions.intake import Intake, Result, take_in
from orders.models import Order
from orders.sources.document import FulfilmentDoc, LineDoc, OrderDoc, QuantityOf
from tests.factories import StoreConnectionFactory

pytestmark = pytest.mark.django_db

PLACED = datetime(2026, 11, 21, 9, tzinfo=UTC)


def stated(minute, quantity, **more):
    line = LineDoc(external_id="L1", title="Mug", quantity=quantity, total="30.00")
    return OrderDoc(
        external_id="7", number="#7", currency="EUR", placed_at=PLACED, total="30.00",
        updated_at=PLACED + timedelta(minutes=minute), lines=(line,), payment="paid", **more,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["woocommerce", "shopify", "api"])
def test_a_shipped_line_may_become_smaller(kind):
    intake = Intake(StoreConnectionFactory(kind=kind), now=PLACED + timedelta(hours=1))
    sent = FulfilmentDoc(external_id="F", lines=(QuantityOf(line_id="L1", quantity=3),))
    take_in(intake, [stated(1, 3, fulfilments=(sent,))])

    outcome = take_in(intake, [stated(2, 1, fulfilments=(sent,))])[0]

    order = Order.every.get()
    assert outcome.result == Result.UPDATED
    assert list(order.lines.values_list("ordered", "fulfilled")) == [(1, 1)]
    assert order.sync_conflict == "More was shipped than was ordered."
    assert order.status == "shipped"


def test_a_completed_order_may_become_smaller():
    intake = Intake(StoreConnectionFactory(kind="woocommerce"), now=PLACED + timedelta(hours=1))
    take_in(intake, [stated(1, 3, fulfilled=True)])
    take_in(intake, [stated(2, 1, fulfilled=True)])

    assert list(Order.every.get().lines.values_list("ordered", "fulfilled")) == [(1, 1)]
