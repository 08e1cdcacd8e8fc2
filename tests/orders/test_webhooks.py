"""Deliveries from shops: what is stored, what is answered, what becomes of it."""

import json

import pytest
from django.utils import timezone

from orders.actions.inbox import apply_due, replay
from orders.models import Event, InboxEntry, Order, RefundFact
from orders.statuses import InboxState, OrderEvent, Status
from tests.factories import StoreConnectionFactory
from tests.shop import post_shopify, post_woocommerce, shopify_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def shopify():
    return StoreConnectionFactory(kind="shopify")


@pytest.fixture
def woocommerce():
    return StoreConnectionFactory(kind="woocommerce")


def apply():
    while apply_due(now=timezone.now()):
        pass


def test_an_order_comes_in(client, shopify):
    assert post_shopify(client, shopify, "orders/create", shopify_order()).status_code == 200
    apply()

    order = Order.every.get()
    assert order.merchant_id == shopify.merchant_id
    assert (order.number, str(order.total), order.status) == ("#1042", "59.80 EUR", "packing")
    assert order.customer.email == "ana@example.com"
    assert list(order.lines.order_by("pk").values_list("ordered", "total_minor")) == [
        (2, 2990),
        (1, 2495),
    ]
    assert [event.kind for event in order.events.all()] == [OrderEvent.PLACED]
    shopify.refresh_from_db()
    assert shopify.last_seen_at is not None


def test_the_same_event_five_times_is_one(client, shopify):
    for _ in range(5):
        answer = post_shopify(
            client, shopify, "orders/create", shopify_order(minutes_ago=5), event_id="e1"
        )
        assert answer.status_code == 200
        apply()

    assert InboxEntry.every.count() == 1
    assert Order.every.count() == 1


def test_a_wrong_signature_stores_nothing(client, shopify):
    answer = post_shopify(client, shopify, "orders/create", shopify_order(), secret="other")

    assert answer.status_code == 401
    assert InboxEntry.every.count() == 0
    shopify.refresh_from_db()
    assert shopify.last_error == "A delivery was signed with another secret."


def test_an_unknown_address_answers_like_a_wrong_signature(client, shopify):
    wrong = post_shopify(client, shopify, "orders/create", {}, secret="other")
    shopify.public_id = "00000000-0000-7000-8000-000000000000"
    unknown = post_shopify(client, shopify, "orders/create", {})

    assert (wrong.status_code, wrong.content) == (unknown.status_code, unknown.content)


def test_both_secrets_are_good_while_one_replaces_the_other(client, shopify):
    old = shopify.secret
    post_shopify(client, shopify, "orders/create", shopify_order(1))
    new = shopify.rotate(now=timezone.now())

    for number, secret in enumerate((old, new), start=2):
        answer = post_shopify(
            client, shopify, "orders/create", shopify_order(number), secret=secret
        )
        assert answer.status_code == 200
    assert InboxEntry.every.count() == 3


def test_a_malformed_body_gets_a_reason(client, shopify):
    answer = post_shopify(client, shopify, "orders/create", b'{"id": 1,')

    assert answer.status_code == 400
    assert "JSON" in answer.json()["detail"]
    assert InboxEntry.every.count() == 0


def test_an_unknown_topic_is_answered_and_dropped(client, shopify):
    assert post_shopify(client, shopify, "carts/create", {"id": 1}).status_code == 200
    assert InboxEntry.every.count() == 0


def test_an_unusable_delivery_is_kept_with_its_reason_and_can_be_read_again(client, shopify):
    post_shopify(client, shopify, "orders/create", {"id": 1, "name": "#1"})
    apply()

    entry = InboxEntry.every.get()
    assert entry.state == InboxState.FAILED
    assert entry.reason
    replay([entry], now=timezone.now())
    entry.refresh_from_db()
    assert entry.state == InboxState.PLANNED


def test_the_unsigned_ping_of_woocommerce_is_answered(client, woocommerce):
    answer = client.post(
        f"/hooks/woocommerce/{woocommerce.public_id}/",
        data="webhook_id=7",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 200
    assert InboxEntry.every.count() == 0


def test_two_woocommerce_orders_of_one_second_are_two(client, woocommerce):
    for number in (1, 2):
        order = {"id": number, "number": str(number), "status": "processing", "total": "5.00",
                 "currency": "EUR", "date_created_gmt": "2026-11-21T10:00:00", "line_items": []}  # fmt: skip
        post_woocommerce(client, woocommerce, "order.created", order)
    apply()

    assert Order.every.count() == 2


def test_a_refund_ahead_of_its_order_waits_for_it(client, shopify):
    order = shopify_order()
    refund = {
        "id": 5,
        "admin_graphql_api_id": "gid://shopify/Refund/5",
        "order_id": order["id"],
        "created_at": timezone.now().isoformat(),
        "transactions": [
            {"kind": "refund", "status": "success", "amount": "14.95", "currency": "EUR"}
        ],
        "refund_line_items": [],
    }
    post_shopify(client, shopify, "refunds/create", refund)
    apply()
    assert InboxEntry.every.get().state == InboxState.WAITING

    post_shopify(client, shopify, "orders/create", order)
    apply()

    stored = Order.every.get()
    assert str(stored.refunded) == "14.95 EUR"
    assert stored.payment_status == "partially_refunded"
    assert RefundFact.every.count() == 1
    assert set(InboxEntry.every.values_list("state", flat=True)) == {InboxState.DONE}


def test_an_older_document_changes_nothing(client, shopify):
    paid = shopify_order(minutes_ago=1)
    pending = shopify_order(minutes_ago=9, financial_status="pending", total_price="1.00")
    for document in (paid, pending):
        post_shopify(client, shopify, "orders/updated", document)
        apply()

    order = Order.every.get()
    assert (order.status, order.total_minor) == (Status.PACKING, 5980)


def test_cancelling_and_shipping_are_told(client, shopify):
    first = shopify_order(minutes_ago=9)
    post_shopify(client, shopify, "orders/create", first)
    apply()
    fulfilment = {
        "id": 3,
        "admin_graphql_api_id": "gid://shopify/Fulfillment/3",
        "order_id": first["id"],
        "status": "success",
        "created_at": timezone.now().isoformat(),
        "updated_at": timezone.now().isoformat(),
        "tracking_company": "DHL",
        "tracking_numbers": ["00340434161094015902"],
        "tracking_urls": ["https://example.com/track"],
        "line_items": [{**first["line_items"][0], "quantity": 2}],
    }
    post_shopify(client, shopify, "fulfillments/create", fulfilment)
    apply()
    assert Order.every.get().status == Status.PART_SHIPPED
    gone = shopify_order(minutes_ago=0, cancelled_at=timezone.now().isoformat())
    post_shopify(client, shopify, "orders/cancelled", gone)
    apply()

    assert Order.every.get().status == Status.CANCELLED
    kinds = Event.every.filter(kind__startswith="order.").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        OrderEvent.PLACED,
        OrderEvent.PARTLY_SHIPPED,
        OrderEvent.CANCELLED,
    ]


def test_one_poisoned_delivery_does_not_spoil_its_batch(client, shopify):
    for number in range(1, 6):
        post_shopify(client, shopify, "orders/create", shopify_order(number))
    # A total past what the database can hold, put in behind the source's back.
    entry = InboxEntry.every.order_by("pk")[2]
    document = json.loads(bytes(entry.body)) | {"total_price": "9" * 25}
    InboxEntry.every.filter(pk=entry.pk).update(body=json.dumps(document).encode())
    apply()

    assert Order.every.count() == 4
    assert InboxEntry.every.get(pk=entry.pk).state == InboxState.FAILED
