"""WooCommerce's documents: every real one, and what each rule of reading them says."""

import json
import logging
from decimal import Decimal

import pytest

from orders.sources.base import (
    FulfilmentStated,
    Malformed,
    OrderDeleted,
    OrderStated,
    ProductStated,
    RefundStated,
    Unusable,
)
from orders.sources.document import QuantityOf, RefundDoc
from orders.sources.woocommerce import SOURCE, TOPICS

from .documents import body, document, real, the_one, utc

ORDER = {
    "id": 1,
    "number": "1001",
    "status": "processing",
    "currency": "EUR",
    "total": "24.20",
    "date_created": "2026-01-02T04:04:05",
    "date_created_gmt": "2026-01-02T03:04:05",
    "date_modified_gmt": "2026-01-03T03:04:05",
    "date_paid_gmt": "2026-01-02T03:05:05",
    "payment_method": "stripe",
    "payment_method_title": "Card",
    "line_items": [
        {"id": 11, "name": "Tee", "quantity": 2, "subtotal": "20.00", "subtotal_tax": "4.20",
         "total": "16.53", "total_tax": "3.47"}
    ],
    "shipping_lines": [{"method_title": "DHL"}],
    "shipping_total": "3.47",
    "shipping_tax": "0.73",
    "total_tax": "4.20",
}  # fmt: skip


def read(**fields):
    facts = SOURCE.facts(topic="order.updated", body=body({**ORDER, **fields}))
    return the_one(facts, OrderStated).order


@real("woocommerce/order/*.json")
def test_real_orders(path):
    stated = document(path)
    facts = SOURCE.facts(topic="order.updated", body=path.read_bytes())
    order = the_one(facts, OrderStated).order

    for ours, theirs in {
        "total": "total",
        "tax": "total_tax",
        "shipping": "shipping_total",
        "discount": "discount_total",
    }.items():
        assert Decimal(getattr(order, ours)) == Decimal(stated[theirs])
    assert Decimal(order.subtotal) == sum(Decimal(one["total"]) for one in stated["line_items"])
    assert [Decimal(one.total) for one in order.lines] == [
        Decimal(one["total"]) for one in stated["line_items"]
    ]
    assert {one.external_id: Decimal(one.amount) for one in order.refunds} == {
        str(one["id"]): abs(Decimal(one["total"])) for one in stated["refunds"]
    }
    assert order.external_id == str(stated["id"])
    assert order.number == stated["number"]
    assert order.email == stated["billing"]["email"]


@real("woocommerce/refund/*.json")
def test_real_refunds(path):
    stated = document(path)
    if "_links" not in stated:
        with pytest.raises(Unusable, match=r"which order|no id"):
            SOURCE.facts(topic="refund.created", body=path.read_bytes())
        return
    fact = the_one(SOURCE.facts(topic="refund.created", body=path.read_bytes()), RefundStated)

    assert Decimal(fact.refund.amount) == Decimal(stated["amount"])
    assert f"/orders/{fact.order_id}/refunds/{stated['id']}" in stated["_links"]["self"][0]["href"]


@real("woocommerce/shipment_tracking/*.json")
def test_real_parcels(path):
    stated = document(path)
    facts = SOURCE.facts(topic="shipment_tracking.created", body=path.read_bytes())
    fact = the_one(facts, FulfilmentStated)

    assert fact.fulfilment.tracking_numbers == (stated["tracking_number"],)
    assert fact.fulfilment.carrier == stated["tracking_provider"]
    assert fact.fulfilment.shipped_at.date().isoformat() == stated["date_shipped"]
    assert f"/orders/{fact.order_id}/" in stated["_links"]["self"][0]["href"]
    assert fact.fulfilment.tracking_urls[0] == stated["tracking_link"].replace("\n", "")


@real("woocommerce/product/*.json")
def test_real_products(path):
    stated = document(path)
    facts = SOURCE.facts(topic="product.updated", body=path.read_bytes())
    if not (stated.get("name") or stated.get("title")) or stated.get("type") == "variation":
        assert facts == []
        return
    product = the_one(facts, ProductStated).product

    assert product.external_id == str(stated["id"])
    assert product.image_url == (stated["images"][0]["src"] if stated["images"] else "")


@real("woocommerce/order_note/*.json", "woocommerce/customer/*.json", "woocommerce/webhook/*.json")
def test_other_documents_under_a_topic_of_orders_are_unusable(path):
    with pytest.raises(Unusable):
        SOURCE.facts(topic="order.updated", body=path.read_bytes())


def test_dates_are_gmt():
    order = read()

    assert order.placed_at == utc(2026, 1, 2, 3, 4, 5)
    assert order.updated_at == utc(2026, 1, 3, 3, 4, 5)


@pytest.mark.parametrize(
    "old", ["2016-05-30 19:35:25", "2016-05-30T19:35:25", "2016-05-30T19:35:25Z"]
)
def test_local_dates_of_old_shops_are_taken_as_utc(old):
    order = read(date_created_gmt=None, date_created=old)

    assert order.placed_at == utc(2016, 5, 30, 19, 35, 25)


@pytest.mark.parametrize("empty", ["", None, "0000-00-00 00:00:00", "0000-00-00T00:00:00"])
def test_empty_dates_are_none(empty):
    order = read(date_modified_gmt=empty, date_paid_gmt=empty)

    assert order.updated_at is None
    assert order.payments[0].at is None


def test_net_prices_add_up_to_the_total():
    order = read(prices_include_tax=False)
    (one,) = order.lines

    assert (one.unit_price, one.discount, one.total) == ("10.00", "3.47", "16.53")
    parts = [order.subtotal, order.shipping, order.fees, order.tax]
    assert sum(map(Decimal, parts)) == Decimal(order.total)


def test_prices_with_tax_add_up_to_the_total():
    order = read(prices_include_tax=True, discount_total="3.47", discount_tax="0.73")
    (one,) = order.lines

    assert (one.unit_price, one.discount, one.total) == ("12.10", "4.20", "20.00")
    assert (order.shipping, order.discount, order.tax_included) == ("4.20", "4.20", True)
    parts = [order.subtotal, order.shipping, order.fees]
    assert sum(map(Decimal, parts)) == Decimal(order.total)


@pytest.mark.parametrize(
    ("status", "paid", "payment", "hold", "fulfilled", "cancelled"),
    [
        ("pending", False, "pending", "", False, False),
        ("on-hold", False, "pending", "on_hold", False, False),
        ("checkout-draft", False, "pending", "draft", False, False),
        ("processing", True, "paid", "", False, False),
        ("wc-processing", True, "paid", "", False, False),
        ("completed", True, "paid", "", True, False),
        ("cancelled", False, "voided", "", False, True),
        ("cancelled", True, "paid", "", False, True),
        ("refunded", True, "refunded", "", False, False),
        ("failed", False, "failed", "", False, False),
        ("trash", False, "voided", "", False, True),
        ("shipped", True, "paid", "", True, False),
    ],
)
def test_words_of_status(status, paid, payment, hold, fulfilled, cancelled, caplog):
    order = read(status=status, date_paid_gmt=ORDER["date_paid_gmt"] if paid else None)

    assert (order.payment, order.hold, order.fulfilled) == (payment, hold, fulfilled)
    assert order.cancelled_at == (utc(2026, 1, 3, 3, 4, 5) if cancelled else None)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("paid_at", "payment"), [(None, "unknown"), ("2026-01-02T00:00:00", "paid")]
)
def test_a_custom_status_is_logged_and_accepted(paid_at, payment, caplog):
    caplog.set_level(logging.WARNING)

    order = read(status="wc-being-knitted", date_paid_gmt=paid_at)

    assert order.payment == payment
    assert "being-knitted" in caplog.text


def test_cash_on_delivery_is_not_paid_before_the_door():
    assert read(payment_method="cod", date_paid_gmt=None).payment == "pending"
    assert read(payment_method="cod", date_paid_gmt=None, status="completed").payment == "paid"


@pytest.mark.parametrize(
    ("given_back", "payment"), [("-4.20", "partially_refunded"), ("-24.20", "refunded")]
)
def test_listed_refunds_tell_the_payment(given_back, payment):
    order = read(refunds=[{"id": 9, "reason": "too big", "total": given_back}])

    assert order.payment == payment
    assert order.refunds == (RefundDoc(external_id="9", amount=given_back[1:], reason="too big"),)


def test_a_refund_names_the_lines_of_the_order():
    stated = {
        "id": 9,
        "parent_id": 1,
        "amount": "9.00",
        "line_items": [
            {"id": 14, "quantity": -1, "meta_data": [{"key": "_refunded_item_id", "value": "11"}]},
            {"id": 15, "quantity": -1},
        ],
    }
    fact = the_one(SOURCE.facts(topic="order_refund.created", body=body(stated)), RefundStated)

    assert fact.order_id == "1"
    assert fact.refund.lines == (QuantityOf(line_id="11", quantity=1),)


def test_entities_and_tags_in_names_are_resolved():
    order = read(
        customer_note="5 &lt; 6",
        line_items=[
            {"id": 1, "name": "Tee &ndash; <em>A&amp;B</em>", "quantity": 1, "total": "1",
             "meta_data": [
                 {"key": "pa_color", "display_key": "Color", "display_value": "<p>Black</p>"},
                 {"key": "_hidden", "value": "x"},
                 {"key": "size", "value": ["not", "text"]},
             ]}
        ],
    )  # fmt: skip

    assert order.lines[0].title == "Tee – A&B"
    assert order.lines[0].variant == "Color: Black"
    assert order.note == "5 < 6"


ITEM = {
    "tracking_id": "abc",
    "tracking_provider": "dhl-de",
    "custom_tracking_provider": None,
    "tracking_number": "00340434161094015902",
    "tracking_link": None,
    "date_shipped": "1767268800",
}
SERIALISED = (
    'a:1:{i:0;a:4:{s:11:"tracking_id";s:3:"abc";s:17:"tracking_provider";s:6:"dhl-de";'
    's:15:"tracking_number";s:20:"00340434161094015902";s:12:"date_shipped";i:1767268800;}}'
)


@pytest.mark.parametrize(
    "value",
    [[ITEM], {"0": ITEM}, ITEM, json.dumps([ITEM]), json.dumps({"5": ITEM}), SERIALISED],
    ids=["list", "numbered", "single", "json", "json-numbered", "php"],
)
@pytest.mark.parametrize("place", ["meta", "field"])
def test_parcels_from_plugins(value, place):
    if place == "meta":
        order = read(meta_data=[{"id": 1, "key": "_wc_shipment_tracking_items", "value": value}])
    else:
        order = read(shipment_trackings=value)
    (parcel,) = order.fulfilments

    assert parcel.external_id == "abc"
    assert parcel.carrier == "dhl-de"
    assert parcel.tracking_numbers == ("00340434161094015902",)
    assert parcel.shipped_at == utc(2026, 1, 1, 12)
    assert parcel.lines == ()


@pytest.mark.parametrize("value", [None, "", [], {}, "a:broken", "[", [None], [{"a": 1}], 7])
def test_empty_and_broken_meta_tell_no_parcels(value):
    order = read(meta_data=[{"key": "_wc_shipment_tracking_items", "value": value}])

    assert order.fulfilments == ()


def test_advanced_shipment_tracking_tells_the_lines():
    item = {**ITEM, "products_list": [{"product": 5, "item_id": "11", "qty": "2"}]}
    order = read(meta_data=[{"key": "_wc_shipment_tracking_items", "value": [item]}])

    assert order.fulfilments[0].lines == (QuantityOf(line_id="11", quantity=2),)


def test_goods_by_weight_are_one_unit_that_says_so():
    order = read(line_items=[{"id": 1, "name": "Cheese", "quantity": 1.5, "total": "12.00"}])

    assert (order.lines[0].title, order.lines[0].quantity) == ("Cheese × 1.5", 1)


def test_a_unit_price_that_does_not_divide_keeps_six_decimals():
    order = read(line_items=[{"id": 1, "name": "Pen", "quantity": 3, "total": "10.00"}])

    assert order.lines[0].unit_price == "3.333333"


def test_guests_have_no_account():
    assert read(customer_id=0).customer is None
    assert read(customer_id="7").customer.external_id == "7"


def test_an_empty_shipping_address_is_the_billing_address():
    billing = {"first_name": "A", "last_name": "B", "address_1": "Weg 1", "country": "DE"}
    empty = dict.fromkeys(billing, "")

    assert read(billing=billing, shipping=empty).ship_to.street == "Weg 1"
    assert read(billing=billing, shipping=empty, shipping_lines=[]).ship_to is None


@pytest.mark.parametrize("wrapper", ["order", "data"])
def test_wrapped_orders_with_text_ids(wrapper):
    content = {
        wrapper: {**ORDER, "id": "42", "line_items": [{"id": "7", "total": 5, "quantity": "1"}]}
    }
    order = the_one(SOURCE.facts(topic="order.created", body=body(content)), OrderStated).order

    assert (order.external_id, order.lines[0].external_id) == ("42", "7")


def test_deleted():
    facts = SOURCE.facts(topic="order.deleted", body=b'{"id":5}')

    assert facts == [OrderDeleted("5", None)]


@pytest.mark.parametrize(
    ("content", "ping"),
    [(b"webhook_id=142", True), (b"webhook_id=142\n", True), (b"", False), (b"webhook_id=", False),
     (b"webhook_id=1&order=2", False), (b'{"webhook_id":1}', False)],
)  # fmt: skip
def test_pings(content, ping):
    assert SOURCE.is_ping({}, content) == ping


def key(content, topic="order.updated", delivery="d1"):
    headers = {"x-wc-webhook-topic": topic, "x-wc-webhook-delivery-id": delivery}
    return SOURCE.envelope(headers=headers, body=body(content)).event_key


def test_two_orders_of_one_second_are_two_events():
    assert key({"id": 1}) != key({"id": 2})


def test_events_are_told_apart_by_what_they_say():
    keys = [key(ORDER), key({**ORDER, "total": "1"}), key(ORDER, topic="order.created")]

    assert len(set(keys)) == 3
    assert key(ORDER, delivery="d2") == key(ORDER)
    assert max(map(len, keys)) <= 200


def test_an_order_can_be_deleted_twice():
    first = key({"id": 1}, topic="order.deleted", delivery="d1")

    assert first != key({"id": 1}, topic="order.deleted", delivery="d2")


@pytest.mark.parametrize("topic", ["order.created", "customer.created", "action.woocommerce_x"])
def test_only_our_topics_are_handled(topic):
    headers = {"x-wc-webhook-topic": topic}

    assert SOURCE.envelope(headers=headers, body=body(ORDER)).handled == (topic in TOPICS)
    assert bool(SOURCE.facts(topic=topic, body=body(ORDER))) == (topic in TOPICS)


def test_malformed():
    for content in (b"", b"[]", b"<html>"):
        with pytest.raises(Malformed):
            SOURCE.envelope(headers={"x-wc-webhook-topic": "order.created"}, body=content)
    with pytest.raises(Malformed, match="Topic"):
        SOURCE.envelope(headers={}, body=b"{}")
