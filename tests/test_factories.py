"""What a factory makes belongs together."""

import pytest

from tests import factories
from tests.factories import ApiKeyFactory, MessageFactory, OrderFactory, StoreConnectionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "maker",
    [
        value
        for value in vars(factories).values()
        if isinstance(value, type) and value.__module__ == factories.__name__ and value._meta.model
    ],
    ids=lambda maker: maker.__name__,
)
def test_each_factory_makes_a_row(maker):
    assert maker().pk


def test_what_hangs_on_a_row_has_its_merchant():
    order = OrderFactory(connection=StoreConnectionFactory(), lines=3)

    message = MessageFactory(order=order)

    assert order.merchant == order.connection.merchant == message.merchant
    assert sum(line.paid_minor + line.shipping_share_minor for line in lines_of(order)) == 4490


def test_an_api_key_tells_its_plain_text():
    from postpurchase.lib.crypto import digest

    key = ApiKeyFactory()

    assert key.digest == digest(key.plain)


def lines_of(order):
    from orders.models import OrderLine

    return OrderLine.every.filter(order=order)
