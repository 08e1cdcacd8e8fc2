"""Shopify's order document, turned into ours.

Amounts are those of the shop's currency and of the order as it was placed; what was refunded
later is told by refunds. The fields: https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orders.sources.base import Unusable
from orders.sources.document import AddressDoc, CustomerDoc, LineDoc, OrderDoc
from orders.sources.foreign import (
    MOST_LINES,
    JsonObject,
    address,
    amount,
    currency,
    decimal,
    distinct,
    first_text,
    identifier,
    long_text,
    mapping,
    moment,
    objects,
    required_amount,
    shown,
    text,
    total_of,
    units,
    web_address,
    within,
)
from orders.sources.shopify_parts import fulfilment, gid, gid_of, refund, required_gid, shop_money
from orders.sources.shopify_payments import payment_word, payments

logger = logging.getLogger(__name__)

MOST_CODES = 50
FULFILMENT_WORDS = frozenset(
    ["", "fulfilled", "partial", "partially_fulfilled", "unfulfilled", "restocked", "not_eligible",
     "unshipped", "on_hold", "scheduled", "in_progress", "open", "pending_fulfillment"]
)  # fmt: skip


def order(document: JsonObject) -> OrderDoc:
    """Read an order. Raises Unusable where it lacks what no order can do without."""
    placed_at = moment(document.get("processed_at")) or moment(document.get("created_at"))
    if placed_at is None:
        raise Unusable("The order does not say when it was placed.")
    key = required_gid("Order", document)
    word = _fulfilment_word(document)
    return OrderDoc(
        external_id=key,
        number=first_text(
            document.get("name"), document.get("order_number"), document.get("id"), key, limit=200
        ),
        placed_at=placed_at,
        updated_at=moment(document.get("updated_at")),
        locale=text(document.get("customer_locale"), limit=35),
        discount_codes=_codes(document),
        shipping_method=_shipping_method(document),
        payment=payment_word(document),
        hold="on_hold" if word == "on_hold" else "",
        fulfilled=word == "fulfilled",
        cancelled_at=moment(document.get("cancelled_at")),
        cancel_reason=long_text(document.get("cancel_reason")),
        note=long_text(document.get("note")),
        **_people(document),
        **_amounts(document),
        **_goods(document),
    )


def _people(document: JsonObject) -> dict[str, Any]:
    """Read who bought and where it goes."""
    customer = mapping(document.get("customer"))
    contact = document.get("contact_email")
    return {
        "email": first_text(document.get("email"), contact, customer.get("email")),
        "phone": first_text(document.get("phone"), customer.get("phone")),
        "customer": _customer(customer),
        "ship_to": _address(document.get("shipping_address")),
        "bill_to": _address(document.get("billing_address")),
    }


def _amounts(document: JsonObject) -> dict[str, Any]:
    """Read the amounts of the whole order, and what pays them."""
    stated = shop_money(document, "total_price")
    total = required_amount(
        document.get("total_price") if stated is None else stated, name="total_price"
    )
    shipping, off = _shipping(document)
    discount = shop_money(document, "total_discounts") or Decimal(0)
    shop_currency = within(document, "total_price_set", "shop_money", "currency_code")
    return {
        "currency": currency(document.get("currency"), shop_currency),
        "subtotal": amount(shop_money(document, "subtotal_price")),
        # What is off the price of shipping is off `shipping` already.
        "discount": shown(max(discount - off, Decimal(0))),
        "shipping": shown(shipping),
        "fees": _fees(document),
        "tax": amount(shop_money(document, "total_tax")),
        "tax_included": document.get("taxes_included") is True,
        "total": total,
        "payments": payments(document, total=total),
    }


def _goods(document: JsonObject) -> dict[str, Any]:
    """Read the lines and what became of them."""
    lines = objects(document.get("line_items"))
    if len(lines) > MOST_LINES:
        raise Unusable(f"The order has {len(lines)} lines; {MOST_LINES} are the most.")
    keys = distinct(iter([gid("LineItem", line) for line in lines]))
    line_ids = {identifier(line.get("id")): each for line, each in zip(lines, keys, strict=True)}
    refunds = objects(document.get("refunds"))
    return {
        "lines": _lines(lines, keys, _cancelled(lines, refunds)),
        "refunds": tuple(filter(None, (refund(each, line_ids) for each in refunds))),
        "fulfilments": tuple(
            fulfilment(each, line_ids) for each in objects(document.get("fulfillments"))
        ),
    }


def _fulfilment_word(document: JsonObject) -> str:
    """Give `fulfillment_status`; an unknown word is logged."""
    word = text(document.get("fulfillment_status")).lower()
    if word not in FULFILMENT_WORDS:
        logger.warning("Shopify: unknown fulfillment_status %.60r", word)
    return word


def _customer(document: JsonObject) -> CustomerDoc | None:
    if not (key := gid("Customer", document)):
        return None
    return CustomerDoc(
        external_id=key,
        name=_full_name(document),
        email=text(document.get("email")),
        phone=text(document.get("phone")),
    )


def _full_name(document: JsonObject) -> str:
    both = f"{text(document.get('first_name'))} {text(document.get('last_name'))}"
    return first_text(document.get("name"), both)


def _address(value: object) -> AddressDoc | None:
    document = mapping(value)
    if not document:
        return None
    return address(
        name=_full_name(document),
        company=document.get("company"),
        street=document.get("address1"),
        street2=document.get("address2"),
        city=document.get("city"),
        province=first_text(document.get("province"), document.get("province_code")),
        postcode=document.get("zip"),
        country=document.get("country_code"),
        phone=document.get("phone"),
    )


def _lines(
    documents: list[JsonObject], keys: list[str], cancelled: Mapping[str, int]
) -> tuple[LineDoc, ...]:
    return tuple(
        _line(document, key, cancelled.get(identifier(document.get("id")), 0))
        for document, key in zip(documents, keys, strict=True)
    )


def _line(document: JsonObject, key: str, cancelled: int) -> LineDoc:
    """Read a line; it costs price × quantity less its share of every discount."""
    quantity = units(document.get("quantity"))
    price = shop_money(document, "price") or Decimal(0)
    discount = _discount_of_line(document)
    taxes = (shop_money(each, "price") for each in objects(document.get("tax_lines")))
    return LineDoc(
        external_id=key,
        title=first_text(document.get("title"), document.get("name"), document.get("sku")),
        variant=text(document.get("variant_title")),
        sku=text(document.get("sku")),
        product_id=gid_of("Product", document.get("product_id")),
        variant_id=gid_of("ProductVariant", document.get("variant_id")),
        image_url=web_address(within(document, "image", "src")),
        quantity=quantity,
        cancelled=min(cancelled, quantity),
        unit_price=amount(price),
        discount=shown(discount),
        tax=shown(total_of(*taxes)),
        total=shown(price * quantity - discount),
        requires_shipping=document.get("requires_shipping") is not False,
    )


def _discount_of_line(document: JsonObject) -> Decimal:
    """Add up a line's shares of discounts; old documents only know `total_discount`."""
    shares = objects(document.get("discount_allocations"))
    if not shares:
        return shop_money(document, "total_discount") or Decimal(0)
    return total_of(*(shop_money(share, "amount") for share in shares))


def _cancelled(lines: list[JsonObject], refunds: list[JsonObject]) -> dict[str, int]:
    """Count the units of each line that were removed before they left the shop.

    Those are units removed by editing the order (`quantity` − `current_quantity` − all that
    refunds name) and units refunded with restock_type "cancel". Units refunded with "return"
    or "no_restock" were not cancelled: they left the shop, or are still to leave it.
    """
    refunded: dict[str, int] = {}
    withdrawn: dict[str, int] = {}
    for each in refunds:
        for item in objects(each.get("refund_line_items")):
            line, count = identifier(item.get("line_item_id")), units(item.get("quantity"))
            refunded[line] = refunded.get(line, 0) + count
            if text(item.get("restock_type")) == "cancel":
                withdrawn[line] = withdrawn.get(line, 0) + count
    removed = dict(withdrawn)
    for line_document in lines:
        if decimal(line_document.get("current_quantity")) is not None:
            line = identifier(line_document.get("id"))
            gone = units(line_document.get("quantity")) - units(line_document["current_quantity"])
            removed[line] = withdrawn.get(line, 0) + max(gone - refunded.get(line, 0), 0)
    return removed


def _codes(document: JsonObject) -> tuple[str, ...]:
    codes = (text(each.get("code")) for each in objects(document.get("discount_codes")))
    return tuple(dict.fromkeys(filter(None, codes)))[:MOST_CODES]


def _shipping(document: JsonObject) -> tuple[Decimal, Decimal]:
    """Give what shipping costs after its own discounts, and what those take off.

    `total_shipping_price_set` is the price before them; they are on the shipping lines. Where
    the two don't agree, the set stands as stated.
    """
    lines = [each for each in objects(document.get("shipping_lines")) if not each.get("is_removed")]
    full = total_of(*(shop_money(line, "price") for line in lines))
    stated = shop_money(document, "total_shipping_price")
    if stated is not None and stated != full:
        return stated, Decimal(0)
    shares = (
        shop_money(share, "amount")
        for line in lines
        for share in objects(line.get("discount_allocations"))
    )
    off = min(total_of(*shares), full)
    return (full if stated is None else stated) - off, off


def _shipping_method(document: JsonObject) -> str:
    titles = (text(each.get("title")) for each in objects(document.get("shipping_lines")))
    return text(", ".join(dict.fromkeys(filter(None, titles))))


def _fees(document: JsonObject) -> str:
    """Add up duties, additional fees and the tip, all of which are in the total."""
    duties = shop_money(document, "original_total_duties")
    return shown(
        total_of(
            None if document.get("duties_included") is True else duties,
            shop_money(document, "original_total_additional_fees"),
            document.get("total_tip_received"),
        )
    )
