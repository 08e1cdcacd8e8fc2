"""An order for machines: JSON-LD of https://schema.org/Order, as mail programs read it.

Which properties are needed: https://developers.google.com/workspace/gmail/markup/reference/order
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString

from orders.rendering import LineView, OrderView
from orders.statuses import PaymentStatus, Status
from postpurchase.lib.money import to_text

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
    merchant = {"@type": "Organization", "name": shop, **({"url": shop_url} if shop_url else {})}
    document: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Order",
        "merchant": merchant,
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
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    return SafeString(text.translate(_ESCAPES))


def _payment(view: OrderView) -> str:
    return "PaymentComplete" if view.payment_status in PAID else "PaymentDue"


def _offer(line: LineView) -> dict[str, Any]:
    item = {"@type": "Product", "name": line.title, **({"sku": line.sku} if line.sku else {})}
    if line.picture_url:
        item["image"] = line.picture_url
    return {
        "@type": "Offer",
        "itemOffered": item,
        "price": to_text(line.unit_price.minor, line.unit_price.currency),
        "priceCurrency": line.unit_price.currency,
        "eligibleQuantity": {"@type": "QuantitativeValue", "value": line.quantity},
    }
