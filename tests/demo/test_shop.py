"""The demo shop: loaded once, with a past that tells nobody and orders of today that do."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from notifications.models import Message
from orders import timeline
from orders.actions.inbox import apply_due
from orders.models import EventDelivery, Order, Picture
from postpurchase.demo import shop
from postpurchase.demo.past import ORDERS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.DEMO = True
    settings.LOCAL_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


def test_it_is_loaded_once(tmp_path):
    call_command("demo_data")
    first = json.loads((tmp_path / "demo.json").read_text())
    call_command("demo_data")

    assert json.loads((tmp_path / "demo.json").read_text()) == first
    assert set(first) == {"admin", "api", "lookup", "mailbox", "merchant", "portal"}
    assert Order.every.count() == ORDERS
    assert Picture.every.filter(state="ready").count() == 9
    assert EventDelivery.every.count() == 0


def test_lost_keys_are_renewed_and_the_shop_stays(client, tmp_path):
    call_command("demo_data")
    (tmp_path / "demo.json").unlink()
    call_command("demo_data")

    facts = json.loads((tmp_path / "demo.json").read_text())["admin"]
    assert client.login(username=facts["email"], password=facts["password"])
    assert Order.every.count() == ORDERS


def test_its_past_is_believable_and_its_totals_agree():
    call_command("demo_data")

    assert {order.status for order in Order.every.all()} == {
        "packing", "payment_pending", "on_hold", "part_shipped", "shipped", "refunded", "cancelled",
    }  # fmt: skip
    assert not Order.every.exclude(sync_conflict="").exists()
    for order in Order.every.all():
        goods = order.subtotal_minor + order.shipping_minor
        assert goods == order.total_minor


def test_orders_of_today_are_confirmed():
    call_command("demo_data")
    while apply_due(now=timezone.now()) or timeline.read_due(now=timezone.now()):
        pass

    assert Order.every.count() == ORDERS + shop.FRESH_ORDERS
    assert Message.every.filter(kind="confirmation").count() == shop.FRESH_ORDERS
