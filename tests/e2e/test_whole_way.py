"""The whole way: a shop posts an order, its shopper gets one mail and opens the order from it."""

import json
import re
import urllib.request

import pytest
from django.core.cache import cache
from django.utils import timezone

from merchants.actions import create_merchant
from notifications.actions import send_due
from orders import timeline
from orders.actions.inbox import apply_due
from orders.models import Order
from tests.e2e.looking import PHONE
from tests.notifications.conftest import sink  # noqa: F401  # the mail server
from tests.shop import shopify_order, signature


@pytest.fixture
def shop(transactional_db, settings, live_server):
    cache.clear()
    settings.PUBLIC_URL = live_server.url
    return create_merchant(
        slug="alma-fern",
        name="Alma & Fern",
        owner_email="owner@example.com",
        support_email="hello@alma-fern.example",
        zone_name="Europe/Berlin",
    )


def post(live_server, connection, document, *, times):
    """Post over HTTP, as often as a shop that heard no answer would."""
    body = json.dumps(document).encode()
    url = f"{live_server.url}/hooks/shopify/{connection.public_id}/"
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Event-Id": "event-1",
        "X-Shopify-Hmac-Sha256": signature(connection.secret, body),
    }
    for _ in range(times):
        answer = urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10)
        assert answer.status == 200


def work():
    """Do what the workers do, until nothing is left."""
    while (
        apply_due(now=timezone.now())
        or timeline.read_due(now=timezone.now())
        or send_due(clock=timezone.now)
    ):
        pass


def test_from_the_webhook_to_the_page(browser, live_server, shop, sink):  # noqa: F811
    document = shopify_order(note="No plastic, please")
    post(live_server, shop.connections["shopify"], document, times=3)
    work()

    assert len(sink.mails) == 1
    mail = sink.mails[0].parsed
    assert mail["Subject"] == "Order #1042 confirmed"
    assert mail["To"] == "ana@example.com"
    text = mail.get_body(("plain",)).get_content()
    for part in ("Thanks, Ana", "Stoneware mug", "€59.80", "Lindenstraße 9", "hello@alma-fern"):
        assert part in text
    link = re.search(r"http://\S+/order/\S+", text).group()

    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(link)
    assert page.get_by_role("heading", level=1).inner_text() == "We’re packing your order"
    for part in ("#1042", "Stoneware mug", "Linen tea towel", "€59.80"):
        assert page.get_by_text(part).first.is_visible()
    assert not page.get_by_text("Lindenstraße 9").count()
    context.close()
    assert str(Order.every.get().total) == "59.80 EUR"
