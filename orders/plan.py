"""From a source's document to the values of our rows. Pure: no database, no clock.

`plan(doc)` gives the fields of each row; amounts become minor units, line shares are frozen by
largest remainder. What the shop states is never corrected; where figures do not fit
stated the plan says so in `conflicts`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import phonenumbers

from orders.keys import name_words
from orders.policy import (
    Counts,
    Shipped,
    count_fulfilled,
    delivery_status,
    fulfilment_status,
    status_of,
)
from orders.sources.document import (
    AddressDoc,
    FulfilmentDoc,
    LineDoc,
    OrderDoc,
    PaymentDoc,
    RefundDoc,
)
from orders.statuses import DeliveryStatus, FulfilmentStatus, PaymentStatus, Status
from postpurchase.lib.money import LARGEST, NotMoney, split, to_minor

Values = dict[str, Any]

_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(slots=True)
class OrderPlan:
    """The rows of one order, by field."""

    doc: OrderDoc
    order: Values
    lines: list[Values]
    addresses: list[Values]
    payments: list[Values]
    refunds: list[Values]
    fulfilments: list[Values]
    words: list[Values]
    """Of the names on it, for the search."""


def fingerprint(doc: msgspec.Struct) -> str:
    """Name the content of a document: equal documents have equal names."""
    return hashlib.sha256(_encode(doc)).hexdigest()


def plan(doc: OrderDoc) -> OrderPlan:
    """Work out the rows of an order. Raises NotMoney for an amount too large to store."""
    order = _order(doc)
    addresses = _addresses(doc)
    return OrderPlan(
        doc=doc,
        order=order,
        lines=_lines(doc, order),
        addresses=addresses,
        payments=[_payment(payment, doc.currency) for payment in _once(doc.payments)],
        refunds=[refund_values(refund, doc.currency) for refund in _once(doc.refunds or ())],
        fulfilments=[fulfilment_values(row) for row in _once(doc.fulfilments or ())],
        words=_words(order, addresses),
    )


def _words(order: Values, addresses: list[Values]) -> list[Values]:
    names = {order["name"]} | {row[key] for row in addresses for key in ("name", "company")}
    return [{"word": word} for word in name_words(names)]


def _once(docs: Any) -> list[Any]:
    """Keep the last of documents with one id."""
    return list({doc.external_id: doc for doc in docs}.values())


def _order(doc: OrderDoc) -> Values:
    customer_name = doc.customer.name if doc.customer else ""
    places = [place for place in (doc.ship_to, doc.bill_to) if place]
    phone = doc.phone or next((place.phone for place in places if place.phone), "")
    country = next((place.country for place in places if place.country), "")
    amounts = {
        f"{name}_minor": to_minor(getattr(doc, name), doc.currency)
        for name in ("subtotal", "discount", "shipping", "fees", "tax", "total")
    }
    return {
        **amounts,
        "external_id": doc.external_id,
        "number": doc.number,
        "email": doc.email.strip().lower() or _customer_email(doc),
        "phone": phone,
        "phone_key": phone_key(phone, country),
        "name": customer_name or next((place.name for place in places if place.name), ""),
        "language": doc.locale.replace("_", "-"),
        "placed_at": doc.placed_at,
        "currency": doc.currency,
        "discount_codes": list(doc.discount_codes),
        "shipping_method": doc.shipping_method,
        "tax_included": doc.tax_included,
        "stated_payment": doc.payment,
        "stated_fulfilled": doc.fulfilled,
        "hold": doc.hold,
        "cancelled_at": doc.cancelled_at,
        "cancel_reason": doc.cancel_reason,
        "note": doc.note,
        "version_at": doc.updated_at,
        "version_hash": fingerprint(doc),
    }


def _customer_email(doc: OrderDoc) -> str:
    return doc.customer.email.strip().lower() if doc.customer else ""


def phone_key(phone: str, country: str = "") -> str:
    """Fold a phone number to +<digits> (E.164) where it can be read, else to its digits."""
    if not phone:
        return ""
    try:
        number = phonenumbers.parse(phone, country.upper() or None)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[:20]
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", phone)[:20]


def _lines(doc: OrderDoc, order: Values) -> list[Values]:
    docs: list[LineDoc] = _once(doc.lines)
    lines = [_line(line, position, doc.currency) for position, line in enumerate(docs)]
    totals = [line["total_minor"] for line in lines]
    gross = [line["unit_minor"] * line["ordered"] for line in lines]
    discounts = [line["discount_minor"] for line in lines]
    taxes = [line["tax_minor"] for line in lines]
    shares = {
        "discount_share_minor": split(
            order["discount_minor"], discounts if any(discounts) else gross
        ),
        "tax_share_minor": split(order["tax_minor"], taxes if any(taxes) else totals),
        "shipping_share_minor": split(order["shipping_minor"], totals),
        "paid_minor": split(order["total_minor"] - order["shipping_minor"], totals),
    }
    for name, parts in shares.items():
        for line, part in zip(lines, parts, strict=True):
            line[name] = part
    return lines


def _line(line: LineDoc, position: int, currency: str) -> Values:
    return {
        "external_id": line.external_id,
        "position": position,
        "title": line.title,
        "variant": line.variant,
        "sku": line.sku,
        "product_id": line.product_id,
        "image_url": line.image_url,
        "variant_key": line.variant_id,
        "requires_shipping": line.requires_shipping,
        "ordered": line.quantity,
        "cancelled": min(line.cancelled, line.quantity),
        "currency": currency,
        "unit_minor": to_minor(line.unit_price, currency),
        "discount_minor": to_minor(line.discount, currency),
        "tax_minor": to_minor(line.tax, currency),
        "total_minor": to_minor(line.total, currency),
    }


def _addresses(doc: OrderDoc) -> list[Values]:
    rows = []
    if doc.ship_to and _says_something(doc.ship_to):
        rows.append({"kind": "shipping", **msgspec.structs.asdict(doc.ship_to)})
    if doc.bill_to and doc.bill_to != doc.ship_to and _says_something(doc.bill_to):
        rows.append({"kind": "billing", **msgspec.structs.asdict(doc.bill_to)})
    return rows


def _says_something(address: AddressDoc) -> bool:
    return any((address.name, address.street, address.city, address.postcode, address.country))


def _payment(payment: PaymentDoc, currency: str) -> Values:
    return {
        "external_id": payment.external_id,
        "method": payment.method,
        "card_brand": payment.card_brand,
        "last4": payment.last4,
        "state": payment.state,
        "amount_minor": to_minor(payment.amount, currency),
        "currency": currency,
        "at": payment.at,
    }


def refund_values(refund: RefundDoc, currency: str) -> Values:
    """Work out the row of a refund; the amount is positive, whatever sign the shop writes."""
    return {
        "external_id": refund.external_id,
        "amount_minor": abs(to_minor(refund.amount, currency)),
        "currency": currency,
        "reason": refund.reason,
        "lines": [msgspec.structs.asdict(line) for line in refund.lines],
        "at": refund.at,
    }


def fulfilment_values(row: FulfilmentDoc) -> Values:
    """Work out the row of a fulfilment."""
    return {
        "external_id": row.external_id,
        "state": row.state,
        "carrier": row.carrier,
        "tracking_numbers": list(row.tracking_numbers),
        "tracking_urls": list(row.tracking_urls),
        "lines": [msgspec.structs.asdict(line) for line in row.lines],
        "shipped_at": row.shipped_at,
        "version_at": row.updated_at,
        "version_hash": fingerprint(row),
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """What follows from an order's facts, whichever came first."""

    fulfilled: dict[str, int]
    fulfilment_status: str
    delivery_status: str
    payment_status: str
    status: Status
    refunded_minor: int
    conflicts: list[str]


def standing(
    *,
    order: Values,
    lines: Sequence[Values],
    fulfilments: Sequence[Mapping[str, Any]],
    refunds: Sequence[Mapping[str, Any]],
) -> Standing:
    """Derive counters, axes and the shopper's word from an order's facts. Raises NotMoney."""
    conflicts = []
    if not any(line["ordered"] for line in lines):
        conflicts.append("The order has no items.")
    counts = {
        line["external_id"]: Counts(ordered=line["ordered"], cancelled=line["cancelled"])
        for line in lines
    }
    fulfilled, exceeds = count_fulfilled(
        counts,
        [_shipped(row) for row in fulfilments],
        stated_fulfilled=order["stated_fulfilled"],
    )
    if exceeds:
        conflicts.append("More was shipped than was ordered.")
    refunded = sum(row["amount_minor"] for row in refunds)
    if refunded >= LARGEST:
        raise NotMoney("The refunds add up to more than can be stored.")
    if refunded > max(order["total_minor"], 0):
        conflicts.append("More was refunded than the order’s total.")
    fulfilment = _fulfilment(counts, fulfilled, stated=order["stated_fulfilled"])
    delivery = delivery_status(
        Counts(line["ordered"], line["cancelled"], delivered=line.get("delivered", 0))
        for line in lines
    )
    payment = payment_status(order["stated_payment"], order["total_minor"], refunded)
    return Standing(
        fulfilled=fulfilled,
        fulfilment_status=fulfilment,
        delivery_status=delivery,
        payment_status=payment,
        status=status_of(
            payment=payment,
            fulfilment=fulfilment,
            delivered=delivery == DeliveryStatus.DELIVERED,
            hold=order["hold"],
            cancelled=order["cancelled_at"] is not None,
        ),
        refunded_minor=refunded,
        conflicts=conflicts,
    )


def _fulfilment(counts: dict[str, Counts], fulfilled: dict[str, int], *, stated: bool) -> str:
    if stated:
        return FulfilmentStatus.FULFILLED
    return fulfilment_status(
        Counts(ordered=line.ordered, cancelled=line.cancelled, fulfilled=fulfilled[key])
        for key, line in counts.items()
    )


def _shipped(row: Mapping[str, Any]) -> Shipped:
    lines: dict[str, int] = {}
    for part in row["lines"]:
        lines[part["line_id"]] = lines.get(part["line_id"], 0) + part["quantity"]
    return Shipped(counts=row["state"] == "success", lines=lines)


def payment_status(stated: str, total_minor: int, refunded_minor: int) -> str:
    """Join what the shop says of the money with the refunds that came on their own."""
    settled = {PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.UNKNOWN}
    if stated not in settled or not refunded_minor:
        return stated
    if refunded_minor >= total_minor:
        return PaymentStatus.REFUNDED
    return PaymentStatus.PARTIALLY_REFUNDED


__all__ = [
    "NotMoney",
    "OrderPlan",
    "Standing",
    "Values",
    "fingerprint",
    "fulfilment_values",
    "payment_status",
    "phone_key",
    "plan",
    "refund_values",
    "standing",
]
