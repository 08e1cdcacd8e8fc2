"""Orders and parcels for machines: JSON-LD of https://schema.org, as mail programs read it.

Which properties are needed: https://developers.google.com/workspace/gmail/markup/reference/order
and …/parcel-delivery
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from notifications.rendering.frame import Frame
from notifications.rendering.text import one_line
from orders.models import Address
from orders.rendering import LineView, OrderView
from orders.statuses import PaymentStatus, Status
from postpurchase.lib.money import to_text
from tracking.models import Shipment
from tracking.rendering import ParcelView

SCHEMA = "https://schema.org"
STATUS = {
    Status.DRAFT: "OrderPaymentDue",
    Status.PAYMENT_PENDING: "OrderPaymentDue",
    Status.ON_HOLD: "OrderProblem",
    Status.PLACED: "OrderProcessing",
    Status.PACKING: "OrderProcessing",
    Status.PART_SHIPPED: "OrderInTransit",
    Status.SHIPPED: "OrderInTransit",
    Status.DELIVERED: "OrderDelivered",
    Status.REFUNDED: "OrderReturned",
    Status.CANCELLED: "OrderCancelled",
}
PAID = frozenset({PaymentStatus.PAID, PaymentStatus.AUTHORIZED})

# Nothing in the data may end the script element or start another (HTML standard, 4.12.1.3);
# U+2028 and U+2029 end a line in older JavaScript.
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def order_markup(
    view: OrderView, *, lines: Sequence[LineView], shop: str, shop_url: str, url: str
) -> SafeString:
    """Write the order as JSON that is safe inside a script element; `lines` are those listed."""
    document: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Order",
        "merchant": _merchant(shop, shop_url),
        "orderNumber": view.number,
        "orderDate": view.placed_at.isoformat(),
        "orderStatus": f"{SCHEMA}/{STATUS[view.status]}",
        "priceCurrency": view.total.currency,
        "price": to_text(view.total.minor, view.total.currency),
        "paymentStatus": f"{SCHEMA}/{_payment(view)}",
        "acceptedOffer": [_offer(line) for line in lines],
        "url": url,
        "potentialAction": {"@type": "ViewAction", "target": url, "url": url},
    }
    return _written(document)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A parcel, how it is shown, and the cleaned lines in it."""

    parcel: Shipment
    seen: ParcelView
    lines: Sequence[LineView]


def parcel_markup(
    deliveries: Sequence[Delivery], *, door: Address | None, frame: Frame, view: OrderView, url: str
) -> SafeString:
    """Write parcels as JSON that is safe inside a script element; nothing without an address."""
    if door is None:
        return SafeString("")
    order = {
        "@type": "Order",
        "orderNumber": one_line(view.number),
        "merchant": _merchant(frame.shop, frame.shop_url),
    }
    shared = {
        "deliveryAddress": _address(door),
        "partOfOrder": order,
        "potentialAction": {"@type": "TrackAction", "target": url, "url": url},
    }
    return _written([_delivery(each) | shared for each in deliveries])


def _delivery(each: Delivery) -> dict[str, Any]:
    parcel, seen = each.parcel, each.seen
    document: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "ParcelDelivery",
        "carrier": {"@type": "Organization", "name": one_line(seen.carrier) or "–"},
        "itemShipped": [_product(line) for line in each.lines],
        "trackingNumber": one_line(seen.number),
        "trackingUrl": seen.url,
        "deliveryStatus": {"@type": "DeliveryEvent", "name": seen.chip},
    }
    if parcel.since:
        document["deliveryStatus"]["startDate"] = parcel.since.isoformat()
    if parcel.expected_from and parcel.expected_until:
        document["expectedArrivalFrom"] = parcel.expected_from.isoformat()
        document["expectedArrivalUntil"] = parcel.expected_until.isoformat()
    return {name: value for name, value in document.items() if value}


def _address(door: Address) -> dict[str, Any]:
    parts = {
        "name": door.name,
        "streetAddress": ", ".join(part for part in (door.street, door.street2) if part),
        "postalCode": door.postcode,
        "addressLocality": door.city,
        "addressRegion": door.province or door.city,
        "addressCountry": door.country,
    }
    cleaned = {name: one_line(value) for name, value in parts.items()}
    return {"@type": "PostalAddress", **{name: text for name, text in cleaned.items() if text}}


def _merchant(shop: str, shop_url: str) -> dict[str, str]:
    return {"@type": "Organization", "name": shop, **({"url": shop_url} if shop_url else {})}


def _written(document: Any) -> SafeString:
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    return SafeString(text.translate(_ESCAPES))


def _payment(view: OrderView) -> str:
    return "PaymentComplete" if view.payment_status in PAID else "PaymentDue"


def _product(line: LineView) -> dict[str, Any]:
    item = {"@type": "Product", "name": line.title, **({"sku": line.sku} if line.sku else {})}
    if line.picture_url:
        item["image"] = line.picture_url
    return item


def _offer(line: LineView) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "itemOffered": _product(line),
        "price": to_text(line.unit_price.minor, line.unit_price.currency),
        "priceCurrency": line.unit_price.currency,
        "eligibleQuantity": {"@type": "QuantitativeValue", "value": line.quantity},
    }
