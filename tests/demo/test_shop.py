"""The demo shop: loaded once, with a past that tells nobody and orders of today that do."""

import json
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone

from merchants.models import BrandVersion
from notifications.models import Message
from orders import timeline
from orders.actions.inbox import apply_due
from orders.models import EventDelivery, Mention, Order, Picture
from postpurchase.demo import shop
from postpurchase.demo.past import ORDERS
from tracking.models import ParcelCase, Shipment

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
    assert set(first) == {
        "admin", "api", "dashboard", "lookup", "mailbox", "merchant", "parcels", "people",
        "portal",
    }  # fmt: skip
    assert list(first["people"]) == ["owner", "manager", "agent", "reader"]
    assert Order.every.count() == ORDERS
    assert Picture.every.filter(state="ready").count() == 9
    assert not EventDelivery.every.exclude(event__kind__startswith="parcel.").exists()


def test_lost_keys_are_renewed_and_the_shop_stays(client, tmp_path):
    call_command("demo_data")
    (tmp_path / "demo.json").unlink()
    call_command("demo_data")

    for facts in json.loads((tmp_path / "demo.json").read_text())["people"].values():
        assert client.login(username=facts["email"], password=facts["password"])
    assert Order.every.count() == ORDERS


def test_its_past_is_believable_and_something_of_everything_needs_a_person(client, tmp_path):
    # One test, since loading the shop takes longer than all that is asked of it.
    call_command("demo_data")
    its_past_is_believable()
    orders_of_today_are_confirmed()
    its_parcels_are_on_their_ways()
    something_needs_a_person(client, json.loads((tmp_path / "demo.json").read_text()))


def its_past_is_believable():
    assert {order.status for order in Order.every.all()} == {
        "packing", "payment_pending", "on_hold", "part_shipped", "shipped", "delivered",
        "refunded", "cancelled",
    }  # fmt: skip
    assert Order.every.exclude(sync_conflict="").count() == 1
    for order in Order.every.all():
        goods = order.subtotal_minor + order.shipping_minor
        assert goods == order.total_minor
    orders = Counter(Order.every.values_list("customer_id", flat=True))
    assert 500 < len(orders) < 700
    assert 0.3 < sum(count > 1 for count in orders.values()) / len(orders) < 0.6


def orders_of_today_are_confirmed():
    while apply_due(now=timezone.now()) or timeline.read_due(now=timezone.now()):
        pass

    assert Order.every.count() == ORDERS + shop.FRESH_ORDERS
    planned = Message.every.filter(state="planned", kind="confirmation")
    assert planned.count() == shop.FRESH_ORDERS


def its_parcels_are_on_their_ways():
    parcels = Shipment.every.filter(is_history=False)
    assert {"delivered", "in_transit", "returned"} <= {one.milestone for one in parcels}
    assert ParcelCase.every.exists()
    assert not parcels.filter(carrier="").exists()


def something_needs_a_person(client, facts):
    owner = facts["people"]["owner"]
    client.login(username=owner["email"], password=owner["password"])

    page = client.get(urlsplit(facts["dashboard"]).path)

    lines = [line.text for line in page.context["lines"]]
    [parcels] = [text for text in lines if "in trouble" in text]
    lines.remove(parcels)
    assert lines == [
        "2 orders should have left by now",
        "1 delivery from your shop could not be used",
        "1 mail failed",
        "1 mail may not have arrived",
        "1 order has figures that do not fit together",
    ]
    assert len(page.context["checklist"].open) <= 2
    assert len(page.context["board"].figures) == 6
    assert BrandVersion.every.filter(published_at=None).count() == 1
    assert Mention.every.count() == 2
