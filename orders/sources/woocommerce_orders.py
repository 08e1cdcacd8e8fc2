"""WooCommerce's order document (REST v1 to v3), turned into ours.

Where the shop's prices include tax, what we state of lines, shipping, fees and discounts includes
it too (WooCommerce itself keeps them net): then the figures add up to the total the way the
shopper saw them, and `tax` is the share that was in them. Where they don't, all are net and the
tax is one more figure. The fields: https://woocommerce.github.io/woocommerce-rest-api-docs/#orders
"""

import html
import logging
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orders.sources.base import Unusable
from orders.sources.document import (
    AddressDoc,
    CustomerDoc,
    HoldWord,
    OrderDoc,
    PaymentDoc,
    PaymentState,
    PaymentWord,
)
from orders.sources.foreign import (
    KEY,
    JsonObject,
    address,
    amount,
    currency,
    first_text,
    identifier,
    long_text,
    mapping,
    objects,
    required_amount,
    shown,
    text,
    total_of,
)
from orders.sources.woocommerce_lines import gross, lines_of, plain
from orders.sources.woocommerce_parts import fulfilments, meta, refunds, when

logger = logging.getLogger(__name__)

MOST_CODES = 50
METHODS = {
    "bacs": "Direct bank transfer",
    "cheque": "Check payments",
    "cod": "Cash on delivery",
    "paypal": "PayPal",
}
LOCALE_KEYS = ("wpml_language", "trp_language", "pll_language", "_order_locale")


@dataclass(frozen=True, slots=True)
class Standing:
    """What one of WooCommerce's statuses says of an order."""

    payment: PaymentWord = "unknown"
    hold: HoldWord = ""
    fulfilled: bool = False
    cancelled: bool = False


PAID = Standing(payment="paid")
STATUSES: dict[str, Standing] = {
    "pending": Standing(payment="pending"),
    "on-hold": Standing(payment="pending", hold="on_hold"),
    "checkout-draft": Standing(payment="pending", hold="draft"),
    "auto-draft": Standing(payment="pending", hold="draft"),
    "draft": Standing(payment="pending", hold="draft"),
    "processing": PAID,
    "completed": Standing(payment="paid", fulfilled=True),
    "refunded": Standing(payment="refunded"),
    "failed": Standing(payment="failed"),
    "cancelled": Standing(payment="voided", cancelled=True),
    "trash": Standing(payment="voided", cancelled=True),
    # Statuses that widely used plugins add.
    "shipped": Standing(payment="paid", fulfilled=True),
    "delivered": Standing(payment="paid", fulfilled=True),
    "partial-shipped": PAID,
    "partially-shipped": PAID,
    "updated-tracking": Standing(payment="paid", fulfilled=True),
    "pre-ordered": PAID,
    "partial-payment": Standing(payment="partially_paid"),
    "partially-paid": Standing(payment="partially_paid"),
}
PAYMENT_STATES: dict[str, PaymentState] = {
    "pending": "pending",
    "failed": "failed",
    "voided": "voided",
    "unknown": "pending",
}


def order(document: JsonObject) -> OrderDoc:
    """Read an order. Raises Unusable where it lacks what no order can do without."""
    if not (key := identifier(document.get("id"))):
        raise Unusable("The order has no id.")
    changed = when(document, "date_modified")
    placed_at = when(document, "date_created") or when(document, "date_paid") or changed
    if placed_at is None:
        raise Unusable("The order does not say when it was placed.")
    standing = _standing(document)
    return OrderDoc(
        external_id=key,
        number=first_text(document.get("number"), document.get("order_number"), key, limit=KEY),
        placed_at=placed_at,
        updated_at=changed,
        locale=first_text(*(meta(document, name) for name in LOCALE_KEYS), limit=35),
        discount_codes=_codes(document),
        shipping_method=_shipping_method(document),
        hold=standing.hold,
        fulfilled=standing.fulfilled,
        # WooCommerce keeps no moment of cancelling; it is the last change that we know of.
        cancelled_at=(changed or placed_at) if standing.cancelled else None,
        note=_note(document),
        fulfilments=fulfilments(document),
        **_people(document),
        **_amounts(document),
        **_money(document, standing),
    )


def _note(document: JsonObject) -> str:
    stated = long_text(document.get("customer_note")) or long_text(document.get("note"))
    return long_text(html.unescape(stated))


def _standing(document: JsonObject) -> Standing:
    """Give what the order's status says; an unknown one is logged and says nothing."""
    word = text(document.get("status")).lower().removeprefix("wc-")
    if word and word not in STATUSES:
        logger.warning("WooCommerce: unknown order status %.60r", word)
    return STATUSES.get(word, Standing())


def _money(document: JsonObject, standing: Standing) -> dict[str, Any]:
    """Read the total, and what was paid and given back."""
    total = required_amount(document.get("total"), name="total")
    given_back = refunds(document)
    word = _payment_word(document, standing)
    if word == "paid" and (sum_back := total_of(*(each.amount for each in given_back))):
        word = "partially_refunded" if sum_back < Decimal(total) else "refunded"
    return {
        "currency": currency(document.get("currency")),
        "total": total,
        "payment": word,
        "payments": _payments(document, word=word, total=total),
        "refunds": given_back,
    }


def _payment_word(document: JsonObject, standing: Standing) -> PaymentWord:
    """Say whether the order is paid: its status tells, and the moment of payment knows better."""
    paid_at = when(document, "date_paid")
    if standing.payment in ("voided", "unknown") and paid_at:
        return "paid"
    on_delivery = text(document.get("payment_method")) == "cod"
    if standing.payment == "paid" and on_delivery and not paid_at and not standing.fulfilled:
        # Cash on delivery is "processing" from the start and paid at the door.
        return "pending"
    return standing.payment


def _payments(document: JsonObject, *, word: str, total: str) -> tuple[PaymentDoc, ...]:
    """Give the one means of payment that a WooCommerce order has."""
    legacy = mapping(document.get("payment_details"))
    method = plain(
        first_text(
            document.get("payment_method_title"),
            legacy.get("method_title"),
            document.get("payment_method"),
            legacy.get("method_id"),
        )
    )
    if not method:
        return ()
    return (
        PaymentDoc(
            # One key for all: the transaction's id is only there once it is paid.
            external_id="payment",
            method=METHODS.get(method, method),
            amount=total,
            state=PAYMENT_STATES.get(word, "captured"),
            at=when(document, "date_paid"),
        ),
    )


def _people(document: JsonObject) -> dict[str, Any]:
    """Read who bought and where it goes. Guests have the customer number 0."""
    billing = mapping(document.get("billing") or document.get("billing_address"))
    shipping = mapping(document.get("shipping") or document.get("shipping_address"))
    bill_to, ship_to = _address(billing), _address(shipping)
    account = identifier(document.get("customer_id"))
    email, phone = text(billing.get("email")), text(billing.get("phone"))
    name = bill_to.name if bill_to else ""
    return {
        "email": email,
        "phone": phone or text(shipping.get("phone")),
        "customer": CustomerDoc(external_id=account, name=name, email=email, phone=phone)
        if account
        else None,
        # Some shops leave the shipping address empty when it is the billing address.
        "ship_to": ship_to or (bill_to if objects(document.get("shipping_lines")) else None),
        "bill_to": bill_to,
    }


def _address(document: JsonObject) -> AddressDoc | None:
    return address(
        name=f"{plain(document.get('first_name'))} {plain(document.get('last_name'))}",
        company=plain(document.get("company")),
        street=plain(document.get("address_1")),
        street2=plain(document.get("address_2")),
        city=plain(document.get("city")),
        province=plain(document.get("state")),
        postcode=document.get("postcode"),
        country=document.get("country"),
        phone=document.get("phone"),
    )


def _amounts(document: JsonObject) -> dict[str, Any]:
    """Read the lines and the figures between them and the total.

    `subtotal` is what the lines cost after discounts; WooCommerce does not state it.
    """
    included = document.get("prices_include_tax") is True
    lines = lines_of(document, included)
    shipping = "shipping_total" if "shipping_total" in document else "total_shipping"
    discount = "discount_total" if "discount_total" in document else "total_discount"
    fees = (
        gross(fee, "total", tax="total_tax", included=included)
        for fee in objects(document.get("fee_lines"))
    )
    return {
        "lines": lines,
        "subtotal": shown(total_of(*(line.total for line in lines))),
        "discount": shown(gross(document, discount, tax="discount_tax", included=included)),
        "shipping": shown(gross(document, shipping, tax="shipping_tax", included=included)),
        "fees": shown(total_of(*fees)),
        "tax": amount(document.get("total_tax")),
        "tax_included": included,
    }


def _codes(document: JsonObject) -> tuple[str, ...]:
    codes = (plain(each.get("code")) for each in objects(document.get("coupon_lines")))
    return tuple(dict.fromkeys(filter(None, codes)))[:MOST_CODES]


def _shipping_method(document: JsonObject) -> str:
    lines = objects(document.get("shipping_lines"))
    titles = (plain(each.get("method_title")) for each in lines)
    return text(", ".join(dict.fromkeys(filter(None, titles))))
