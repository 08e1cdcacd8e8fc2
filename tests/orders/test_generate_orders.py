"""Orders made up for benchmarks and trials are whole, plausible, and the same for the same seed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from orders import search
from orders.models import (
    Address,
    Customer,
    Event,
    EventDelivery,
    Order,
    OrderLine,
    OrderWord,
    RefundFact,
)
from orders.statuses import Status
from tests.factories import MerchantFactory

pytestmark = pytest.mark.django_db


def generate(shop, **options):
    call_command(
        "generate_orders", merchant=shop.slug, count=600, yes=True, stdout=StringIO(), **options
    )


def picture(shop):
    return list(
        Order.every.of(shop.pk)
        .order_by("number_key")
        .values_list("number", "email", "name", "total_minor", "status", "refunded_minor")
    )


def test_orders_are_whole_and_add_up():
    shop = MerchantFactory()
    generate(shop)

    orders = Order.every.of(shop.pk)
    assert orders.count() == 600
    assert (Customer.every.count(), Address.every.count(), Event.every.count()) == (200, 600, 600)
    assert {order.customer.email == order.email for order in orders.select_related("customer")} == {
        True
    }
    for order in orders.annotate(lines_total=Sum("lines__total_minor"))[:50]:
        assert order.lines_total + order.shipping_minor == order.total_minor
    refunded = RefundFact.every.aggregate(sum=Sum("amount_minor"))["sum"]
    assert refunded == orders.aggregate(sum=Sum("refunded_minor"))["sum"] > 0
    assert {Status.DELIVERED, Status.CANCELLED, Status.REFUNDED} <= set(
        orders.values_list("status", flat=True)
    )
    assert OrderLine.every.exclude(order__merchant=shop).count() == 0
    # Made up: told to nobody.
    assert EventDelivery.every.count() == 0
    for order in orders.order_by("-pk")[:5]:
        assert search.by_name(order.name, merchant_id=shop.pk).ids
    assert OrderWord.every.count() > 600


def test_the_same_seed_makes_the_same_orders():
    first, second, other = (MerchantFactory() for _ in range(3))
    generate(first, seed=7)
    generate(second, seed=7)
    generate(other, seed=8)

    assert picture(first) == picture(second)
    assert picture(first) != picture(other)


def test_what_cannot_be_told_apart_is_not_mixed_in(settings):
    shop = MerchantFactory()
    generate(shop)

    with pytest.raises(CommandError, match="there already"):
        generate(shop)
    with pytest.raises(CommandError, match="no merchant"):
        call_command("generate_orders", merchant="nobody", yes=True)
    settings.DEMO = settings.DEBUG = False
    with pytest.raises(CommandError, match="looks real"):
        call_command("generate_orders", merchant=shop.slug)
