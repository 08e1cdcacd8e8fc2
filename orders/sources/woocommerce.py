"""WooCommerce: its webhooks, checked and turned into facts.

WooCommerce delivers once, without retries, and stops after five failures in a row
(class-wc-webhook.php). Its Delivery-ID is made of the webhook's id and the second, so that two
orders of one second share it; events are told apart by what they say instead.
"""

import html
import re
from collections.abc import Mapping, Sequence

from orders.sources.base import (
    Envelope,
    Fact,
    FulfilmentStated,
    Malformed,
    OrderDeleted,
    OrderStated,
    ProductStated,
    RefundStated,
    Unusable,
)
from orders.sources.document import ProductDoc
from orders.sources.foreign import (
    JsonObject,
    checked,
    identifier,
    json_object,
    objects,
    text,
    web_address,
    within,
)
from orders.sources.signatures import fingerprint, is_signed_by_any
from orders.sources.woocommerce_lines import plain
from orders.sources.woocommerce_orders import order
from orders.sources.woocommerce_parts import fulfilment, order_of, refund, when

TOPICS = frozenset(
    {
        "order.created", "order.updated", "order.restored", "order.deleted",
        # Not among WooCommerce's own topics: shops add them through its filters.
        "order.refunded", "refund.created", "refund.updated", "order_refund.created",
        "shipment_tracking.created", "shipment_tracking.updated",
        "product.created", "product.updated", "product.restored",
    }
)  # fmt: skip
"""Every other topic is logged and dropped."""

WRAPPERS = ("order", "data", "refund", "order_refund", "product")
_PING = re.compile(rb"\s*webhook_id=[0-9]{1,20}\s*")


class WooCommerce:
    """Webhooks of a WooCommerce shop, each signed with the secret it was set up with."""

    kind = "woocommerce"
    name = "WooCommerce"

    def is_ping(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Tell the unsigned form post that follows the first saving of a webhook."""
        return len(body) < 64 and _PING.fullmatch(body) is not None

    def verify(self, *, secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> bool:
        """Check X-WC-Webhook-Signature. WooCommerce signs with the secret's entities resolved."""
        both = {form for secret in secrets for form in (secret, html.unescape(secret))}
        signature = headers.get("x-wc-webhook-signature", "")
        return is_signed_by_any(sorted(both), signature=signature, body=body)

    def envelope(self, *, headers: Mapping[str, str], body: bytes) -> Envelope:
        """Name the event by its topic, order, version and bytes."""
        document = _unwrapped(json_object(body))
        topic = text(headers.get("x-wc-webhook-topic"), limit=100).lower()
        if not topic:
            raise Malformed("The X-WC-Webhook-Topic header is missing.")
        number = identifier(document.get("id"))
        version = text(document.get("date_modified_gmt"), limit=40)
        if topic == "order.deleted":
            # It says nothing but the id; the second tells a deletion from one after a restore.
            version = text(headers.get("x-wc-webhook-delivery-id"), limit=100)
        key = f"{number[:60]}:{version[:40]}:{fingerprint(topic, number, version, body)}"
        return Envelope(topic=topic, event_key=key, handled=topic in TOPICS)

    def facts(self, *, topic: str, body: bytes) -> list[Fact]:
        """Turn a delivery into facts; a topic that is not ours gives none.

        What a document is shows in its fields: shops send refunds and parcels under topics of
        their own making.
        """
        if topic not in TOPICS:
            return []
        try:
            document = _unwrapped(json_object(body))
        except Malformed as error:
            raise Unusable(str(error)) from error
        if topic == "order.deleted":
            return [_deleted(document)]
        if topic.startswith("product."):
            return _product_facts(document)
        return [_fact(document)]


def _fact(document: JsonObject) -> Fact:
    """Read an order, a refund or a parcel."""
    if "tracking_number" in document and "total" not in document:
        parcel = fulfilment(document)
        if parcel is None:
            raise Unusable("The parcel has neither a tracking number nor a link.")
        return FulfilmentStated(order_of(document), checked(parcel))
    if "amount" in document and "status" not in document:
        stated = refund(document)
        return RefundStated(order_of(document), checked(stated))
    return OrderStated(checked(order(document)))


def _deleted(document: JsonObject) -> Fact:
    if not (key := identifier(document.get("id"))):
        raise Unusable("The deleted order has no id.")
    return OrderDeleted(key, when(document, "date_modified"))


def _product_facts(document: JsonObject) -> list[Fact]:
    """Read a product; its variations come as documents of their own and are left out."""
    stated = product(document)
    if not stated.title or text(document.get("type")) == "variation":
        return []
    return [ProductStated(checked(stated))]


def product(document: JsonObject) -> ProductDoc:
    """Read a product and its first picture. Raises Unusable without an id."""
    if not (key := identifier(document.get("id"))):
        raise Unusable("The product has no id.")
    images = (web_address(each.get("src")) for each in objects(document.get("images")))
    return ProductDoc(
        external_id=key,
        title=plain(document.get("name")) or plain(document.get("title")),
        image_url=next(filter(None, images), "") or web_address(within(document, "image", "src")),
        updated_at=when(document, "date_modified"),
    )


def _unwrapped(document: JsonObject) -> JsonObject:
    """Take {"order": {…}} and {"data": {…}} for what is in them."""
    if "id" not in document:
        for name in WRAPPERS:
            if isinstance(inner := document.get(name), dict):
                return inner
    return document


SOURCE = WooCommerce()
