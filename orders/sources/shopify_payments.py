"""How a Shopify order was paid, as far as its document tells.

Transactions tell it best but are rarely in a webhook; then the old `payment_details`; then the
names of the gateways.
"""

import logging
from collections.abc import Iterator

from orders.sources.document import PaymentDoc, PaymentState, PaymentWord
from orders.sources.foreign import (
    JsonObject,
    amount,
    first_text,
    identifier,
    mapping,
    moment,
    objects,
    scalars,
    text,
    within,
)
from orders.sources.shopify_parts import gid, shop_money

logger = logging.getLogger(__name__)

MOST_PAYMENTS = 50

PAYMENT_WORDS: dict[str, PaymentWord] = {
    "pending": "pending",
    "authorized": "authorized",
    "partially_paid": "partially_paid",
    "paid": "paid",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "voided": "voided",
    # Shopify gave up waiting for the money.
    "expired": "voided",
}
STATE_OF_WORD: dict[PaymentWord, PaymentState] = {
    "pending": "pending",
    "authorized": "authorized",
    "voided": "voided",
    "failed": "failed",
    "unknown": "pending",
}
METHODS = {
    "shopify_payments": "Credit card",
    "paypal": "PayPal",
    "gift_card": "Gift card",
    "manual": "Manual payment",
    "cash_on_delivery": "Cash on delivery (COD)",
    "bank_deposit": "Bank deposit",
    "apple_pay": "Apple Pay",
    "google_pay": "Google Pay",
    "shop_cash": "Shop Cash",
    "shopify_store_credit": "Store credit",
}


def payment_word(order: JsonObject) -> PaymentWord:
    """Give our word for `financial_status`; an unknown one is logged."""
    stated = text(order.get("financial_status")).lower()
    if stated and stated not in PAYMENT_WORDS:
        logger.warning("Shopify: unknown financial status %.60r", stated)
    return PAYMENT_WORDS.get(stated, "unknown")


def payments(order: JsonObject, *, total: str) -> tuple[PaymentDoc, ...]:
    """Give the means of payment of an order that costs `total`."""
    transactions = objects(order.get("transactions"))
    if transactions:
        return tuple(_from_transactions(transactions))[:MOST_PAYMENTS]
    state = STATE_OF_WORD.get(payment_word(order), "captured")
    names = list(dict.fromkeys(scalars(order.get("payment_gateway_names"))))
    names = names or list(scalars(order.get("gateway")))
    card = mapping(order.get("payment_details"))
    if card and not names:
        names = ["card"]
    return tuple(
        PaymentDoc(
            external_id=f"gateway:{name}"[:200],
            method=method(name),
            card_brand=text(card.get("credit_card_company")),
            last4=last4(card),
            # Which gateway took how much is only known where there is one.
            amount=total if len(names) == 1 else "0",
            state=state,
        )
        for name in names[:MOST_PAYMENTS]
    )


def method(name: str) -> str:
    """Write a gateway's technical name the way people know it."""
    return METHODS.get(name.lower(), name.replace("_", " ").strip().capitalize())[:500]


def last4(card: JsonObject) -> str:
    """Give the last four digits of a masked card number."""
    digits = "".join(each for each in text(card.get("credit_card_number"))[-4:] if each.isdecimal())
    return digits if len(digits) == 4 else ""


def _from_transactions(transactions: list[JsonObject]) -> Iterator[PaymentDoc]:
    """Give one payment per sale, capture, or authorisation that nothing came of yet."""
    followed = {
        identifier(each.get("parent_id")): text(each.get("kind"))
        for each in transactions
        if text(each.get("kind")) in ("capture", "void")
        and text(each.get("status")) in ("success", "")
    }
    seen: set[str] = set()
    for each in transactions:
        outcome = followed.get(identifier(each.get("id")))
        state = "voided" if outcome == "void" else _state(each)
        key = gid("OrderTransaction", each)
        if not state or not key or outcome == "capture" or key in seen:
            continue
        seen.add(key)
        card = mapping(each.get("payment_details"))
        yield PaymentDoc(
            external_id=key,
            method=method(first_text(card.get("payment_method_name"), each.get("gateway"))),
            card_brand=text(card.get("credit_card_company")),
            last4=last4(card),
            amount=amount(shop_money(each, "amount"), within(each, "amount")),
            state=state,
            at=moment(each.get("processed_at")) or moment(each.get("created_at")),
        )


def _state(transaction: JsonObject) -> PaymentState | None:
    """Give our word for where a transaction stands; None for what is no payment."""
    kind, status = text(transaction.get("kind")), text(transaction.get("status"))
    if kind not in ("sale", "capture", "authorization"):
        return None
    if status in ("failure", "error"):
        return "failed"
    if status == "pending":
        return "pending"
    return "authorized" if kind == "authorization" else "captured"
