"""A database that hung up between two deliveries."""

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from orders.actions import inbox
from orders.models import InboxEntry
from orders.sources.base import Envelope
from tests.factories import StoreConnectionFactory
from tests.shop import post_shopify, shopify_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shopify():
    return StoreConnectionFactory(kind="shopify")


def cut():
    """End this thread's session, as a restart of the server would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()


def post(client, connection, number):
    return post_shopify(client, connection, "orders/create", shopify_order(number))


def test_a_delivery_after_a_cut_is_stored_once(client, shopify):
    assert post(client, shopify, 1).status_code == 200

    cut()
    answer = post(client, shopify, 2)

    assert answer.status_code == 200
    assert InboxEntry.every.count() == 2


def test_an_error_of_a_living_connection_is_raised(client, shopify):
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE orders_inboxentry IN ACCESS EXCLUSIVE MODE")
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")

    with pytest.raises(OperationalError, match="lock timeout"):
        post(client, shopify, 1)

    other.close()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '3s'")
    assert InboxEntry.every.count() == 0


def test_a_cut_inside_a_transaction_is_raised(shopify):
    """What came before in the transaction is gone, so a second try would store half."""
    envelope = Envelope(event_key="e1", topic="orders/create", handled=True)
    with pytest.raises(OperationalError), transaction.atomic():
        cut()
        inbox.accept(shopify, envelope, body=b"{}", now=timezone.now())
    connection.close()

    assert InboxEntry.every.count() == 0
