"""The pages of figures, as phones and desktops show them."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from analytics.actions import rebuild
from merchants.statuses import Role
from orders.models import Customer, RefundFact
from postpurchase.lib import bulk
from tests.e2e.looking import DESKTOP, PHONE, SHOTS, broken_rules, faults, misfits, shoot
from tests.factories import MembershipFactory, MerchantFactory, OrderFactory, connection_of

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.fixture
def shop(transactional_db):
    with time_machine.travel(NOW, tick=True):
        yield MerchantFactory(name="Alma & Fern")


def fill(shop):
    """Give the shop fifteen months of orders: slowly more of them, and more of known customers."""
    random = Random(7)
    people = bulk.insert(
        [Customer(merchant=shop, email=f"p{n}@example.com", name=f"Person {n}") for n in range(700)]
    )
    connection, orders = connection_of(shop), []
    for day in range(450):
        for _ in range(int(random.random() * (1.5 + day / 110))):
            reach = int(40 + day * 1.4)
            at = NOW - timedelta(days=449 - day, minutes=random.randrange(600))
            orders.append(an_order(connection, people[random.randrange(reach)], at, random))
    bulk.insert(orders)
    bulk.insert(
        [
            RefundFact(
                merchant=shop, order=order, external_id=order.external_id, currency="EUR",
                amount_minor=order.subtotal_minor // 2, at=order.placed_at + timedelta(days=8),
            )
            for order in orders[::17]
        ]
    )  # fmt: skip
    rebuild(shop.pk)


def an_order(connection, customer, at, random):
    return OrderFactory.build(
        merchant=connection.merchant, connection=connection, customer=customer,
        name=customer.name, placed_at=at, subtotal_minor=random.randrange(1500, 12000),
        total_minor=9000, status="delivered",
    )  # fmt: skip


@pytest.fixture
def visit(page, live_server, shop):
    """Open a page of the shop's dashboard as one who may only look."""
    client = Client()
    client.force_login(MembershipFactory(merchant=shop, role=Role.READER).user)
    page.context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": live_server.url}
            for name, cookie in client.cookies.items()
        ]
    )

    def visit(name, query=""):
        page.goto(f"{live_server.url}{reverse(f'dashboard:{name}', args=[shop.slug])}?{query}")
        return page

    return visit


def look(page, name):
    """Judge a page on a phone by day and on a desktop by night; keep pictures of all four."""
    for size, judged in ((PHONE, "light"), (DESKTOP, "dark")):
        page.set_viewport_size(size)
        for scheme in ("light", "dark") if SHOTS else (judged,):
            page.emulate_media(color_scheme=scheme)
            shoot(page, f"{name}-{scheme}-{size['width']}")
        page.emulate_media(color_scheme=judged)
        assert faults(page) == []


def test_the_overview(visit, shop, complaints):
    fill(shop)
    page = visit("analytics")
    look(page, "overview")
    page.get_by_text("The same as a table").click()
    page.set_viewport_size({"width": 320, "height": 700})
    assert misfits(page) == []

    page.set_viewport_size(DESKTOP)
    page.get_by_label("Period").select_option("this_year")
    page.get_by_role("button", name="Show this period").click()
    page.get_by_role("link", name="Orders behind it").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Orders behind the figures"
    assert page.locator("tbody tr").count() == 50
    look(page, "orders")
    page.get_by_role("link", name="Older").click()
    assert page.locator("tbody tr").count() == 50
    assert complaints == []


def test_who_came_back(visit, shop, complaints):
    fill(shop)
    look(visit("analytics_cohorts"), "cohorts")
    page = visit("analytics_cohorts", "show=revenue")
    shoot(page, "cohorts-revenue")
    assert complaints == []


def test_no_orders_and_one(visit, shop, complaints):
    rebuild(shop.pk)
    page = visit("analytics")
    assert broken_rules(page) == []
    shoot(page, "none")
    customer = bulk.insert([Customer(merchant=shop, email="a@example.com", name="Ana")])[0]
    connection = connection_of(shop)
    an_order(connection, customer, NOW - timedelta(days=3), Random(1)).save()
    rebuild(shop.pk)
    page = visit("analytics", "span=last_30")
    assert page.get_by_text("1 of 1 customer").count() == 0
    assert page.get_by_text("0 of 1 customer").count() == 1
    shoot(page, "one")
    shoot(visit("analytics_cohorts"), "one-cohort")
    shoot(visit("analytics", "span=own&first=2026-09-01"), "error")
    assert complaints == []
