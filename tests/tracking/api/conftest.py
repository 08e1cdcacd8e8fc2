"""The program of the API's tests, with an order to send parcels for."""

import pytest

from tests.api.conftest import Program, api, fresh_counts, key, merchant
from tests.factories import AddressFactory, OrderFactory, OrderLineFactory, StoreConnectionFactory
from tests.tracking.senders import NUMBER

__all__ = ["NUMBER", "Program", "api", "fresh_counts", "key", "merchant"]


@pytest.fixture
def order(merchant):
    connection = StoreConnectionFactory(merchant=merchant, kind="woocommerce")
    order = OrderFactory(
        merchant=merchant, connection=connection, external_id="10442", number="#1042"
    )
    AddressFactory(order=order, merchant=merchant)
    for name, units in (("1", 2), ("2", 1)):
        OrderLineFactory(order=order, merchant=merchant, external_id=name, ordered=units)
    return order


def parcel(**changes):
    """Give a parcel of that order, as a program states it."""
    return {
        "order_id": "10442",
        "external_id": "p1",
        "number": NUMBER,
        "carrier": "DHL",
        "shipped_at": "2026-11-21T16:30:00+01:00",
        "lines": [{"line_id": "1", "quantity": 2}],
    } | changes
