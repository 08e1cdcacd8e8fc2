"""Shopify's documents: every real one, and what each rule of reading them says."""

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
    Uninstalled,
    Unusable,
)
from orders.sources.document import PaymentDoc, QuantityOf
from orders.sources.shopify import READERS, SOURCE
from orders.sources.shopify_parts import rounded_from

from .documents import body, document, real, the_one, utc

ORDER = {
    "id": 1,
    "name": "#1001",
    "currency": "EUR",
    "total_price": "25.00",
    "processed_at": "2026-01-02T03:04:05+01:00",
    "updated_at": "2026-01-02T04:00:00Z",
    "financial_status": "paid",
    "line_items": [{"id": 11, "title": "Tee", "quantity": 3, "price": "10.00"}],
}


def read(**fields):
    return the_one(
        SOURCE.facts(topic="orders/create", body=body({**ORDER, **fields})), OrderStated
    ).order


def line(**fields):
    return read(line_items=[{**ORDER["line_items"][0], **fields}]).lines[0]


@real("shopify/order/*.json", "shopify/webhook_docs/orders/*.json")
def test_real_orders(path):
    stated = document(path)
    topic = f"orders/{path.stem}" if "webhook_docs" in path.parts else "orders/updated"
    facts = SOURCE.facts(topic=topic, body=body(stated))
    if topic not in READERS:
        assert facts == []
        return
    if topic == "orders/delete":
        assert facts == [OrderDeleted(f"gid://shopify/Order/{stated['id']}", None)]
        return
    order = the_one(facts, OrderStated).order

    for ours, theirs in {
        "total": "total_price",
        "subtotal": "subtotal_price",
        "discount": "total_discounts",
        "tax": "total_tax",
    }.items():
        assert Decimal(getattr(order, ours)) == Decimal(stated[theirs])
    built = f"gid://shopify/Order/{stated['id']}"
    assert order.external_id == stated.get("admin_graphql_api_id", built)
    assert order.number == stated["name"]
    assert order.currency == stated["currency"]
    assert [one.quantity for one in order.lines] == [
        one["quantity"] for one in stated["line_items"]
    ]
    if shipping := stated.get("total_shipping_price_set"):
        assert Decimal(order.shipping) == Decimal(shipping["shop_money"]["amount"])


@real("shopify/refund/*.json", "shopify/webhook_docs/refunds/*.json")
def test_real_refunds(path):
    stated = document(path)
    fact = the_one(SOURCE.facts(topic="refunds/create", body=body(stated)), RefundStated)

    paid_out = [Decimal(each["amount"]) for each in stated["transactions"]]
    assert Decimal(fact.refund.amount) == sum(paid_out)
    assert fact.order_id == f"gid://shopify/Order/{stated['order_id']}"
    assert sum(each.quantity for each in fact.refund.lines) == len(stated["refund_line_items"])


@real("shopify/fulfillment/*.json", "shopify/webhook_docs/fulfillments/*.json")
def test_real_fulfilments(path):
    stated = document(path)
    fact = the_one(SOURCE.facts(topic="fulfillments/update", body=body(stated)), FulfilmentStated)

    assert fact.order_id == f"gid://shopify/Order/{stated['order_id']}"
    assert fact.fulfilment.tracking_numbers == tuple(stated["tracking_numbers"])
    assert fact.fulfilment.tracking_urls == tuple(stated["tracking_urls"])
    assert [one.line_id for one in fact.fulfilment.lines] == [
        one.get("admin_graphql_api_id", f"gid://shopify/LineItem/{one['id']}")
        for one in stated["line_items"]
    ]


@real("shopify/product/*.json", "shopify/webhook_docs/products/[cu]*.json")
def test_real_products(path):
    stated = document(path)
    if not stated.get("id"):
        with pytest.raises(Unusable, match="no id"):
            SOURCE.facts(topic="products/update", body=body(stated))
        return
    product = the_one(SOURCE.facts(topic="products/update", body=body(stated)), ProductStated)

    # One fixture is GraphQL's answer, whose images are nested otherwise.
    listed = stated["images"] if isinstance(stated["images"], list) else []
    images = [image["src"] for image in listed]
    assert product.product.image_url == (images or [""])[0]


@real("shopify/webhook_docs/**/*.json")
def test_every_topic_is_answered(path):
    topic = str(path.relative_to(path.parents[1])).removesuffix(".json")
    topic = topic.removeprefix("webhook_docs/")
    content = body(document(path))
    envelope = SOURCE.envelope(headers={"x-shopify-topic": topic}, body=content)

    assert envelope.handled == (topic in READERS)
    assert bool(SOURCE.facts(topic=topic, body=content)) == envelope.handled


def test_the_global_id_wins_over_a_rounded_number():
    order = read(
        id=820982911946154500, admin_graphql_api_id="gid://shopify/Order/820982911946154508"
    )

    assert order.external_id == "gid://shopify/Order/820982911946154508"


def test_rounded_ids_have_neighbours_and_real_ones_have_none():
    least, greatest = rounded_from("gid://shopify/Order/820982911946154500")

    assert least < "gid://shopify/Order/820982911946154508" < greatest
    assert rounded_from("gid://shopify/Order/5123456789012") is None
    assert rounded_from("gid://shopify/Order/x") is None


@pytest.mark.parametrize(
    ("currency", "total"), [("JPY", "1500"), ("EUR", "12.30"), ("KWD", "12.345"), ("CLF", "1.2345")]
)
def test_totals_keep_their_decimals(currency, total):
    assert read(currency=currency, total_price=total).total == total


def test_a_bare_number_keeps_its_cents():
    content = body(ORDER).replace(b'"25.00"', b"1234567890123.45")

    order = the_one(SOURCE.facts(topic="orders/create", body=content), OrderStated).order

    assert order.total == "1234567890123.45"


def test_amounts_are_those_of_the_shops_currency():
    order = read(
        total_price="25.00",
        total_price_set={
            "shop_money": {"amount": "25.00", "currency_code": "EUR"},
            "presentment_money": {"amount": "27.10", "currency_code": "USD"},
        },
        presentment_currency="USD",
    )

    assert (order.total, order.currency) == ("25.00", "EUR")


def test_a_line_costs_its_price_less_all_its_discounts():
    one = line(
        total_discount="0.00",
        discount_allocations=[
            {"amount": "4.00"},
            {"amount_set": {"shop_money": {"amount": "1.50"}}},
        ],
        tax_lines=[{"price": "2.10"}, {"price": 1.05}],
    )

    assert (one.total, one.discount, one.tax) == ("24.50", "5.50", "3.15")


def test_without_shares_the_lines_own_discount_counts():
    assert line(total_discount="3.00").total == "27.00"


@pytest.mark.parametrize(
    ("current", "refunds", "cancelled"),
    [
        (3, [], 0),
        (1, [], 2),  # removed by editing the order
        (2, [(1, "return")], 0),
        (2, [(1, "no_restock")], 0),
        (2, [(1, "cancel")], 1),
        (0, [(1, "cancel"), (1, "return")], 2),  # and one by editing
        (None, [(2, "cancel")], 2),
        (None, [(9, "cancel")], 3),
        (None, [(1, None)], 0),
    ],
)
def test_units_that_never_left_the_shop_are_cancelled(current, refunds, cancelled):
    items = [{"line_item_id": 11, "quantity": n, "restock_type": kind} for n, kind in refunds]
    order = read(
        line_items=[{**ORDER["line_items"][0], "current_quantity": current}],
        refunds=[{"id": 5, "refund_line_items": items, "transactions": []}],
    )

    assert order.lines[0].cancelled == cancelled
    assert order.lines[0].quantity == 3


def refund(**fields):
    return SOURCE.facts(topic="refunds/create", body=body({"id": 5, "order_id": 1, **fields}))


def test_only_money_that_went_back_is_refunded():
    (fact,) = refund(
        transactions=[
            {"kind": "refund", "status": "success", "amount": "7.00"},
            {"kind": "refund", "status": "failure", "amount": "100.00"},
            {"kind": "refund", "status": "pending", "amount": "100.00"},
            {"kind": "sale", "status": "success", "amount": "100.00"},
        ]
    )

    assert fact.refund.amount == "7.00"


def test_a_refund_without_transactions_is_the_sum_of_its_parts():
    (fact,) = refund(
        refund_line_items=[
            {"line_item_id": 11, "quantity": 2, "subtotal": 20.1, "total_tax": 3.99},
        ],
        order_adjustments=[{"kind": "shipping_refund", "amount": "-5.00", "tax_amount": "-0.50"}],
    )

    assert fact.refund.amount == "29.59"
    assert fact.refund.lines == (QuantityOf(line_id="gid://shopify/LineItem/11", quantity=2),)


def test_a_refund_paid_out_abroad_is_stated_in_the_shops_currency():
    money = {"shop_money": {"amount": "20.00", "currency_code": "EUR"}}
    (fact,) = refund(
        refund_line_items=[{"line_item_id": 11, "quantity": 2, "subtotal_set": money}],
        transactions=[
            {"kind": "refund", "status": "success", "amount": "21.70", "currency": "USD"}
        ],
    )

    assert fact.refund.amount == "20.00"


def test_removing_unpaid_lines_is_no_refund():
    assert refund(refund_line_items=[{"line_item_id": 11, "subtotal": 10}], transactions=[]) == []


@pytest.mark.parametrize(
    ("word", "payment"),
    [
        ("pending", "pending"),
        ("authorized", "authorized"),
        ("partially_paid", "partially_paid"),
        ("paid", "paid"),
        ("partially_refunded", "partially_refunded"),
        ("refunded", "refunded"),
        ("voided", "voided"),
        ("expired", "voided"),
        (None, "unknown"),
    ],
)
def test_words_of_payment(word, payment, caplog):
    assert read(financial_status=word).payment == payment
    assert caplog.records == []


def test_unknown_words_are_logged_and_accepted(caplog):
    caplog.set_level(logging.WARNING)

    order = read(
        financial_status="haggling",
        fulfillment_status="levitating",
        fulfillments=[{"id": 7, "status": "evaporated"}],
    )

    assert (order.payment, order.fulfilled, order.fulfilments[0].state) == (
        "unknown",
        False,
        "open",
    )
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert all(word in logged for word in ("haggling", "levitating", "evaporated"))


def test_payments_come_from_transactions():
    card = {"credit_card_number": "•••• •••• •••• 4242", "credit_card_company": "Visa"}
    order = read(
        transactions=[
            {"id": 1, "kind": "authorization", "status": "success", "amount": "25.00"},
            {"id": 2, "parent_id": 1, "kind": "capture", "status": "success", "amount": "20.00",
             "gateway": "shopify_payments", "payment_details": card},
            {"id": 3, "kind": "sale", "status": "failure", "amount": "5.00"},
            {"id": 4, "kind": "refund", "status": "success", "amount": "5.00"},
        ]
    )  # fmt: skip

    assert order.payments == (
        PaymentDoc(
            external_id="gid://shopify/OrderTransaction/2",
            method="Credit card",
            card_brand="Visa",
            last4="4242",
            amount="20.00",
        ),
        PaymentDoc(external_id="gid://shopify/OrderTransaction/3", amount="5.00", state="failed"),
    )


def test_full_card_numbers_do_not_pass():
    order = read(
        payment_details={"credit_card_number": "4242424242424242", "credit_card_company": "Visa"}
    )

    assert "42424242" not in repr(order)


def test_shipping_is_what_is_paid_after_its_discount():
    order = read(
        subtotal_price="19.00",
        total_discounts="15.00",
        total_shipping_price_set={"shop_money": {"amount": "10.00"}},
        shipping_lines=[
            {"title": "Express", "price": "10.00", "discount_allocations": [{"amount": "4.00"}]}
        ],
    )

    assert (order.shipping, order.shipping_method) == ("6.00", "Express")
    assert order.discount == "11.00"
    assert Decimal(order.subtotal) + Decimal(order.shipping) == Decimal(order.total)


def test_duties_fees_and_tips_are_fees():
    order = read(
        original_total_duties_set={"shop_money": {"amount": "3.00"}},
        original_total_additional_fees_set={"shop_money": {"amount": "2.00"}},
        total_tip_received="1.50",
    )

    assert order.fees == "6.50"


@pytest.mark.parametrize(
    ("status", "state", "shipped"),
    [("success", "success", True), ("pending", "open", False), ("open", "open", False),
     ("cancelled", "cancelled", False), ("error", "cancelled", False),
     ("failure", "cancelled", False)],
)  # fmt: skip
def test_states_of_fulfilments(status, state, shipped):
    order = read(
        fulfillments=[
            {"id": 7, "status": status, "created_at": "2026-01-03T00:00:00Z",
             "tracking_number": "1Z",
             "line_items": [{"id": 11, "quantity": 2}, {"id": 11, "quantity": 1}]}
        ]
    )  # fmt: skip
    (parcel,) = order.fulfilments

    assert parcel.state == state
    assert parcel.shipped_at == (utc(2026, 1, 3) if shipped else None)
    assert parcel.tracking_numbers == ("1Z",)
    assert parcel.lines == (QuantityOf(line_id="gid://shopify/LineItem/11", quantity=3),)


def test_variants_have_their_pictures():
    stated = {
        "id": 9,
        "title": "Tee",
        "images": [{"id": 1, "src": "https://x/a.png"}, {"id": 2, "src": "https://x/b.png"}],
        "variants": [
            {"id": 21, "sku": "B", "image_id": 2},
            {"id": 22, "sku": "A", "image_id": None},
        ],
    }
    (fact,) = SOURCE.facts(topic="products/create", body=body(stated))

    assert fact.product.image_url == "https://x/a.png"
    assert fact.product.variant_images == {
        "gid://shopify/ProductVariant/21": "https://x/b.png",
        "B": "https://x/b.png",
    }


def test_uninstalled():
    assert SOURCE.facts(topic="app/uninstalled", body=b"{}") == [Uninstalled()]


@pytest.mark.parametrize(
    ("missing", "reason"),
    [("id", "no id"), ("currency", "currency"), ("total_price", "total_price"),
     ("processed_at", "when it was placed")],
)  # fmt: skip
def test_what_no_order_can_do_without(missing, reason):
    content = {name: value for name, value in ORDER.items() if name != missing}

    with pytest.raises(Unusable, match=reason):
        SOURCE.facts(topic="orders/create", body=body(content))


def test_a_wrapped_order_is_unwrapped():
    facts = SOURCE.facts(topic="orders/create", body=body({"order": ORDER}))

    assert the_one(facts, OrderStated).order.number == "#1001"


def test_event_keys_join_repeats_and_keep_topics_apart():
    def key(**headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return SOURCE.envelope(headers=given, body=b"{}").event_key

    first = key(x_shopify_topic="orders/create", x_shopify_event_id="e1", x_shopify_webhook_id="a")
    again = key(x_shopify_topic="orders/create", x_shopify_event_id="e1", x_shopify_webhook_id="b")
    other = key(x_shopify_topic="orders/paid", x_shopify_event_id="e1", x_shopify_webhook_id="c")
    bare = key(x_shopify_topic="orders/paid", x_shopify_webhook_id="c")

    assert first == again
    assert len({first, other, bare}) == 3


@pytest.mark.parametrize("content", [b"", b"x", b"[]", b'"a"', b"1", b"{", b'{"a":NaN}x'])
def test_malformed_bodies(content):
    with pytest.raises(Malformed):
        SOURCE.envelope(headers={"x-shopify-topic": "orders/create"}, body=content)


def test_a_delivery_names_its_topic():
    with pytest.raises(Malformed, match="Topic"):
        SOURCE.envelope(headers={}, body=b"{}")
