"""The demo carrier tells of parcels as a real one would, and lets anything become of them."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.actions import inbox as shop_inbox
from orders.models import Order
from postpurchase.demo import parcels
from postpurchase.demo.orders import deliver
from tests.factories import MerchantFactory, StoreConnectionFactory
from tests.shop import shopify_order
from tracking.actions import inbox, simulation
from tracking.models import CarrierDelivery, Shipment, SimulatedParcel
from tracking.simulation import Way, rest, script
from tracking.statuses import Fate

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo.urls")]

ENDS = {
    Fate.FINE: "delivered",
    Fate.DELAYED: "delivered",
    Fate.MISSED: "delivered",
    Fate.PICKUP: "delivered",
    Fate.CUSTOMS: "delivered",
    Fate.REFUSED: "returned",
    Fate.DAMAGED: "returned",
    Fate.LOST: "in_transit",
}


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


@pytest.fixture
def order():
    merchant = MerchantFactory(slug=parcels.SLUG)
    shop = StoreConnectionFactory(merchant=merchant, kind="shopify")
    document = json.dumps(shopify_order(1042, minutes_ago=1)).encode()
    deliver(shop, document, now=timezone.now())
    read()
    row = Order.every.get()
    Order.every.update(created_at=timezone.now() - timedelta(minutes=2))
    return row


def read():
    while shop_inbox.apply_due(now=timezone.now()):
        pass
    while inbox.apply_due(now=timezone.now() + timedelta(hours=2), limit=50):
        pass


def play():
    """Let the carrier's clock run to the end."""
    now = timezone.now()
    for hour in range(24 * 20):
        if not simulation.tell_due(now=now + timedelta(seconds=hour * 5)):
            waiting = SimulatedParcel.every.exclude(next_at=None).exists()
            if not waiting:
                break
    read()


def act(client, shipment, name):
    return client.post(reverse("parcels:act", args=[shipment.public_id]), {"act": name})


@pytest.mark.parametrize(("fate", "end"), ENDS.items())
def test_every_fate_has_its_end(fate, end):
    steps = script("JJD1", fate, Way(to_country="CH", to_place="Bern"))

    assert steps == script("JJD1", fate, Way(to_country="CH", to_place="Bern"))
    assert steps[-1].milestone == end
    assert [step.hours for step in steps] == sorted(step.hours for step in steps)


def test_what_was_told_stays_when_the_fate_changes():
    steps = script("JJD1", Fate.FINE, Way())

    changed = rest(steps, 3, seed="JJD1", fate=Fate.LOST, way=Way())

    assert changed[:3] == steps[:3]
    assert changed[-1].milestone == "in_transit"


def test_an_order_is_packed_sent_and_delivered_by_signed_deliveries(order):
    parcels.hand_over(now=timezone.now())
    read()
    parcels.hand_over(now=timezone.now())
    play()

    order.refresh_from_db()
    (shipment,) = Shipment.every.filter(order=order)
    assert (shipment.milestone, order.status) == ("delivered", "delivered")
    assert not CarrierDelivery.every.exclude(state="done").exists()


def test_the_counter_sends_changes_and_splits(client, order):
    page = reverse("parcels:list")
    assert order.number in client.get(page).content.decode()

    assert client.post(reverse("parcels:send"), {"number": order.number}).url == page
    read()
    parcels.hand_over(now=timezone.now())
    shipment = Shipment.every.get()
    assert shipment.number in client.get(page).content.decode()

    act(client, shipment, "refuse")
    act(client, shipment, "split")
    read()
    assert SimulatedParcel.every.get().fate == Fate.REFUSED
    assert Shipment.every.filter(order=order, withdrawn_at=None).count() == 2
    assert act(client, shipment, "eat").status_code == 404

    play()
    shipment.refresh_from_db()
    assert shipment.milestone == "returned"


def test_the_clock_can_be_stopped_and_set(client, order):
    parcels.send(order, now=timezone.now())
    read()
    parcels.hand_over(now=timezone.now())
    simulation.tell_due(now=timezone.now())

    client.post(reverse("parcels:speed"), {"speed": "0.0"})
    assert not simulation.tell_due(now=timezone.now() + timedelta(days=300))
    client.post(reverse("parcels:speed"), {"speed": "8640.0"})
    assert simulation.tell_due(now=timezone.now() + timedelta(minutes=5))
    assert client.post(reverse("parcels:speed"), {"speed": "7"}).status_code == 404


def test_nothing_of_it_exists_for_real_people(client, settings, order):
    settings.DEMO = settings.DEBUG = False

    assert client.get(reverse("parcels:list")).status_code == 404
    assert client.post(reverse("parcels:send"), {"number": order.number}).status_code == 404
