"""What shop systems see of parcels: Shopify's fulfilment events and the status of fulfilments."""

import pytest
from django.utils import timezone

from orders.actions.inbox import apply_due
from orders.models import InboxEntry, Order
from orders.statuses import InboxState
from tests.factories import StoreConnectionFactory
from tests.shop import post_shopify, shopify_order
from tracking.carriers.shopify import WORDS
from tracking.models import Shipment, TrackingEvent, UnknownWord

pytestmark = pytest.mark.django_db

AT = "2026-11-20T10:00:00+01:00"


@pytest.fixture
def shopify():
    return StoreConnectionFactory(kind="shopify")


def apply():
    while apply_due(now=timezone.now()):
        pass


def event(status="in_transit", at=AT, **changes):
    return {
        "id": 500, "fulfillment_id": 7, "order_id": 7_000_000_001_042, "status": status, "happened_at": at,
        "message": "Sorted", "city": "Leipzig", "province": None, "country": "DE",
        "address1": "Secret street 1", "estimated_delivery_at": "2026-11-23T00:00:00+02:00",
        "admin_graphql_api_id": f"gid://shopify/FulfillmentEvent/{status}{at}",
    } | changes  # fmt: skip


def fulfilment(**changes):
    return {
        "id": 7, "order_id": 7_000_000_001_042, "status": "success", "tracking_company": "DHL",
        "tracking_numbers": ["JJD000390007555400001"], "tracking_urls": [], "line_items": [],
        "created_at": "2026-11-19T10:00:00Z", "updated_at": "2026-11-20T10:30:00Z",
    } | changes  # fmt: skip


def sent(client, shopify):
    post_shopify(client, shopify, "orders/create", shopify_order())
    post_shopify(client, shopify, "fulfillments/create", fulfilment())
    apply()
    return Shipment.every.get()


def test_an_event_is_a_scan_of_the_parcel(client, shopify):
    shipment = sent(client, shopify)

    for _ in range(2):
        post_shopify(client, shopify, "fulfillment_events/create", event())
    apply()

    shipment.refresh_from_db()
    scan = TrackingEvent.every.get()
    assert (shipment.milestone, scan.source, scan.place, scan.country) == (
        "in_transit", "shopify", "Leipzig", "DE",
    )  # fmt: skip
    assert (scan.text, scan.code) == ("Sorted", "in_transit")
    assert shipment.carrier_until.isoformat() == "2026-11-23"


def test_ahead_of_order_and_fulfilment_it_waits_for_both(client, shopify):
    post_shopify(client, shopify, "fulfillment_events/create", event())
    apply()
    assert InboxEntry.every.get().waiting_for == "gid://shopify/Order/7000000001042"

    post_shopify(client, shopify, "orders/create", shopify_order())
    apply()
    waiting = InboxEntry.every.get(topic="fulfillment_events/create")
    assert (waiting.state, waiting.waiting_for) == ("waiting", "gid://shopify/Fulfillment/7")

    post_shopify(client, shopify, "fulfillments/create", fulfilment())
    apply()
    assert Shipment.every.get().milestone == "in_transit"
    assert not InboxEntry.every.exclude(state=InboxState.DONE).exists()


def test_a_fulfilment_that_comes_with_its_order_wakes_it_too(client, shopify):
    post_shopify(client, shopify, "fulfillment_events/create", event())
    order = shopify_order(fulfillments=[fulfilment()])
    post_shopify(client, shopify, "orders/updated", order)
    apply()

    assert Shipment.every.get().milestone == "in_transit"


def test_all_in_any_order_end_alike(client, shopify):
    told = [event("label_purchased", "2026-11-19T12:00:00Z"), event(),
            event("out_for_delivery", "2026-11-21T07:00:00Z"),
            event("delivered", "2026-11-21T12:00:00Z")]  # fmt: skip
    for each in reversed(told):
        post_shopify(client, shopify, "fulfillment_events/create", each)
    sent(client, shopify)
    apply()

    shipment = Shipment.every.get()
    assert (shipment.milestone, len(shipment.recent)) == ("delivered", 4)


def test_the_status_of_a_fulfilment_speaks_where_no_event_did(client, shopify):
    shipment = sent(client, shopify)

    moved = fulfilment(shipment_status="out_for_delivery", updated_at="2026-11-21T07:00:00Z")
    post_shopify(client, shopify, "fulfillments/update", moved)
    post_shopify(
        client, shopify, "fulfillments/update", {**moved, "updated_at": "2026-11-21T08:00:00Z"}
    )
    apply()

    shipment.refresh_from_db()
    assert shipment.milestone == "out_for_delivery"
    assert [row.is_synthetic for row in TrackingEvent.every.all()] == [True]


def test_a_status_without_a_parcel_does_not_hold_the_fulfilment_up(client, shopify):
    post_shopify(client, shopify, "orders/create", shopify_order())
    apply()
    Order.every.update(erased_at=timezone.now())

    post_shopify(client, shopify, "fulfillments/create", fulfilment(shipment_status="delivered"))
    post_shopify(client, shopify, "fulfillment_events/create", event())
    apply()

    assert not InboxEntry.every.exclude(state=InboxState.DONE).exists()
    assert not TrackingEvent.every.exists()


def test_an_unknown_word_is_counted_and_moves_nothing(client, shopify):
    shipment = sent(client, shopify)

    post_shopify(client, shopify, "fulfillment_events/create", event("teleported"))
    apply()

    shipment.refresh_from_db()
    assert shipment.milestone == "unknown"
    assert UnknownWord.every.get().word == "teleported"


@pytest.mark.parametrize(
    "broken",
    [{"status": None}, {"fulfillment_id": None}, {"order_id": None},
     {"happened_at": None, "created_at": "never"}],
)  # fmt: skip
def test_an_event_that_says_too_little_is_kept_with_its_reason(client, shopify, broken):
    post_shopify(client, shopify, "fulfillment_events/create", {**event(), **broken})
    apply()

    entry = InboxEntry.every.get()
    assert entry.state == InboxState.FAILED
    assert entry.reason.endswith(".")


def test_every_word_that_shopify_documents_is_known():
    documented = {"label_purchased", "label_printed", "confirmed", "carrier_picked_up", "in_transit",
                  "out_for_delivery", "attempted_delivery", "ready_for_pickup", "delivered",
                  "picked_up", "delayed", "failure"}  # fmt: skip
    assert set(WORDS) == documented
