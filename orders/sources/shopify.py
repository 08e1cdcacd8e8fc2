"""Shopify: its webhooks, checked and turned into facts.

Signature, headers and duplicates: https://shopify.dev/docs/apps/build/webhooks
Ids are the global ones (gid://shopify/Order/1): see `shopify_parts.gid`.
"""

from collections.abc import Callable, Mapping, Sequence

from orders.sources.base import (
    Envelope,
    Fact,
    FulfilmentStated,
    Malformed,
    OrderDeleted,
    OrderStated,
    ProductStated,
    RefundStated,
    Uninstalled,
    Unusable,
)
from orders.sources.document import ProductDoc
from orders.sources.foreign import (
    JsonObject,
    checked,
    first_text,
    identifier,
    json_object,
    moment,
    objects,
    text,
    web_address,
    within,
)
from orders.sources.shopify_orders import order
from orders.sources.shopify_parcels import parcel_seen, status_of_parcel
from orders.sources.shopify_parts import fulfilment, gid, refund, required_gid, required_order
from orders.sources.signatures import event_key, is_signed_by_any


def _order(document: JsonObject) -> list[Fact]:
    return [OrderStated(checked(order(document)))]


def _deleted(document: JsonObject) -> list[Fact]:
    return [OrderDeleted(required_gid("Order", document), moment(document.get("deleted_at")))]


def _refund(document: JsonObject) -> list[Fact]:
    """Read a refund; one that moved no money is no fact of ours."""
    order_id = required_order(document)
    stated = refund(document, {})
    return [RefundStated(order_id, checked(stated))] if stated else []


def _fulfilment(document: JsonObject) -> list[Fact]:
    order_id = required_order(document)
    stated = checked(fulfilment(document, {}))
    return [FulfilmentStated(order_id, stated), *status_of_parcel(document, order_id, stated)]


def _parcel_seen(document: JsonObject) -> list[Fact]:
    return [parcel_seen(document)]


def _product(document: JsonObject) -> list[Fact]:
    return [ProductStated(checked(product(document)))]


def _uninstalled(_document: JsonObject) -> list[Fact]:
    return [Uninstalled()]


READERS: dict[str, Callable[[JsonObject], list[Fact]]] = {
    "orders/create": _order,
    "orders/updated": _order,
    "orders/paid": _order,
    "orders/cancelled": _order,
    "orders/fulfilled": _order,
    "orders/partially_fulfilled": _order,
    "orders/delete": _deleted,
    "refunds/create": _refund,
    "fulfillments/create": _fulfilment,
    "fulfillments/update": _fulfilment,
    "fulfillment_events/create": _parcel_seen,
    "products/create": _product,
    "products/update": _product,
    "app/uninstalled": _uninstalled,
}
"""Every other topic is logged and dropped. orders/edited is among them: it tells only what
changed, and orders/updated follows it with the whole order."""

# How the REST API wraps what webhooks send bare.
WRAPPERS = ("order", "refund", "fulfillment", "fulfillment_event", "product")


def product(document: JsonObject) -> ProductDoc:
    """Read a product and which picture shows which variant (by the variant's id and SKU)."""
    images = objects(document.get("images"))
    sources = {identifier(each.get("id")): web_address(each.get("src")) for each in images}
    variants = objects(document.get("variants"))
    pictures: dict[str, str] = {}
    for variant in variants:
        if source := sources.get(identifier(variant.get("image_id"))):
            for name in (gid("ProductVariant", variant), text(variant.get("sku"))):
                if name:
                    pictures[name] = source
    first = next(iter(sources.values()), "")
    return ProductDoc(
        external_id=required_gid("Product", document),
        title=first_text(document.get("title"), document.get("handle")),
        image_url=web_address(within(document, "image", "src")) or first,
        variant_images=pictures,
        updated_at=moment(document.get("updated_at")),
    )


class Shopify:
    """Webhooks of a Shopify shop; one secret (the app's client secret) signs all of them."""

    kind = "shopify"
    name = "Shopify"

    def is_ping(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Shopify sends no pings: its test notifications are signed deliveries."""
        return False

    def verify(self, *, secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> bool:
        """Check X-Shopify-Hmac-Sha256."""
        signature = headers.get("x-shopify-hmac-sha256", "")
        return is_signed_by_any(secrets, signature=signature, body=body)

    def envelope(self, *, headers: Mapping[str, str], body: bytes) -> Envelope:
        """Name the event by X-Shopify-Event-Id, which stays the same through retries."""
        json_object(body)
        topic = text(headers.get("x-shopify-topic"), limit=100).lower()
        if not topic:
            raise Malformed("The X-Shopify-Topic header is missing.")
        event_id = first_text(
            headers.get("x-shopify-event-id"), headers.get("x-shopify-webhook-id")
        )
        key = event_key(topic, event_id=event_id, body=body)
        return Envelope(topic=topic, event_key=key, handled=topic in READERS)

    def facts(self, *, topic: str, body: bytes) -> list[Fact]:
        """Turn a delivery into facts; a topic that is not ours gives none."""
        reader = READERS.get(topic)
        if reader is None:
            return []
        try:
            document = json_object(body)
        except Malformed as error:
            raise Unusable(str(error)) from error
        return reader(_unwrapped(document))


def _unwrapped(document: JsonObject) -> JsonObject:
    """Take {"order": {…}} for the order in it."""
    if len(document) == 1:
        for name in WRAPPERS:
            if isinstance(inner := document.get(name), dict):
                return inner
    return document


SOURCE = Shopify()
