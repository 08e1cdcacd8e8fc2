"""What WooCommerce's documents have in common: dates, meta data, refunds and parcels.

Parcels are told by plugins. "Shipment Tracking" and "Advanced Shipment Tracking" write the same
meta data, `_wc_shipment_tracking_items`; its items are also documents of their own in REST.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from orders.sources.base import Malformed, Unusable
from orders.sources.document import FulfilmentDoc, RefundDoc
from orders.sources.foreign import (
    JsonObject,
    decimal,
    first_text,
    identifier,
    json_object,
    long_text,
    moment,
    objects,
    quantities,
    required_amount,
    text,
    units,
    web_address,
    within,
)
from orders.sources.php_serialized import NotSerialized, loads

MOST_PARCELS = 200
TRACKING_META = ("_wc_shipment_tracking_items", "wc_shipment_tracking_items")
CARRIERS = ("custom_tracking_provider", "tracking_provider", "formatted_tracking_provider")
LINKS = (
    "custom_tracking_link",
    "tracking_link",
    "formatted_tracking_link",
    "ast_tracking_link",
)
LEGACY_DATES = {
    "date_created": "created_at",
    "date_modified": "updated_at",
    "date_completed": "completed_at",
}
_ORDER_IN_ADDRESS = re.compile(r"/orders/([0-9]{1,20})(?:[/?]|\Z)")


def when(document: JsonObject, field: str) -> datetime | None:
    """Read a date: the one in GMT, else the local one.

    The local one has no offset and the document does not tell the shop's zone, so it is taken
    as UTC; only WooCommerce before 3.0 (2017) lacks the GMT dates.
    """
    return (
        moment(document.get(f"{field}_gmt"))
        or moment(document.get(field))
        or moment(document.get(LEGACY_DATES.get(field, "")))
    )


def meta(document: JsonObject, key: str) -> Any:
    """Give the value of a key of the meta data, or None."""
    for each in objects(document.get("meta_data") or document.get("meta")):
        if each.get("key") == key:
            return each.get("value")
    return None


def refunds(document: JsonObject) -> tuple[RefundDoc, ...]:
    """Read the refunds that an order lists: id, reason and a negative total."""
    found: dict[str, RefundDoc] = {}
    for each in objects(document.get("refunds")):
        key, amount = identifier(each.get("id")), decimal(each.get("total"))
        if amount is None:
            amount = decimal(each.get("amount"))
        if key and amount:
            reason = long_text(each.get("reason")) or long_text(each.get("refund"))
            found[key] = RefundDoc(external_id=key, amount=f"{abs(amount):f}", reason=reason)
    return tuple(found.values())


def refund(document: JsonObject) -> RefundDoc:
    """Read a refund document. Raises Unusable without an id or an amount."""
    if not (key := identifier(document.get("id"))):
        raise Unusable("The refund has no id.")
    stated = document.get("amount")
    if stated is None:
        stated = document.get("total")
    return RefundDoc(
        external_id=key,
        amount=required_amount(stated, name="amount").removeprefix("-"),
        reason=long_text(document.get("reason")),
        at=when(document, "date_created"),
        lines=quantities(_refunded_lines(document)),
    )


def _refunded_lines(document: JsonObject) -> Iterator[tuple[str, int]]:
    """Give the order's lines and units, of those refund lines that name the order's line."""
    for item in objects(document.get("line_items")):
        line = item.get("refunded_item_id") or meta(item, "_refunded_item_id")
        yield identifier(line), units(item.get("quantity"))


def order_of(document: JsonObject) -> str:
    """Give the order's id of a document that hangs under it. Raises Unusable where none is told."""
    for field in ("parent_id", "order_id"):
        if found := identifier(document.get(field)):
            return found
    for relation in ("up", "self", "collection"):
        for link in objects(within(document, "_links", relation)):
            if match := _ORDER_IN_ADDRESS.search(text(link.get("href"), limit=2000)):
                return match[1]
    raise Unusable("The document does not say which order it belongs to.")


def fulfilments(document: JsonObject) -> tuple[FulfilmentDoc, ...] | None:
    """Read the parcels of an order, wherever a plugin put them; None where there is no plugin."""
    entries = objects(document.get("meta_data") or document.get("meta"))
    keys = {text(each.get("key")) for each in entries}
    if keys.isdisjoint(TRACKING_META) and "shipment_trackings" not in document:
        return None
    items: list[JsonObject] = []
    for key in TRACKING_META:
        items += _items(meta(document, key))
    items += _items(document.get("shipment_trackings"))
    parcels: dict[str, FulfilmentDoc] = {}
    for item in items[:MOST_PARCELS]:
        if parcel := fulfilment(item):
            parcels.setdefault(parcel.external_id, parcel)
    return tuple(parcels.values())


def _items(value: object) -> list[JsonObject]:
    """Give the tracking items of a list, or of a list written as JSON or PHP in a text."""
    if isinstance(value, str):
        value = _parsed(value.strip())
    if isinstance(value, dict) and "tracking_number" in value:
        return [value]
    return objects(value)


def _parsed(source: str) -> object:
    """Read JSON or PHP's serialised form; nothing for anything else."""
    try:
        if source.startswith("a:"):
            return loads(source)
        return json_object(f'{{"items": {source}}}'.encode("utf-8", "replace"))["items"]
    except (Malformed, NotSerialized):
        return None


def fulfilment(item: JsonObject) -> FulfilmentDoc | None:
    """Read a tracking item, or None for one without a number and a link.

    Its values may be null, its carrier a free text. Only Advanced Shipment Tracking tells which
    lines are in the parcel.
    """
    number = text(item.get("tracking_number"))
    link = next(filter(None, (web_address(item.get(name)) for name in LINKS)), "")
    if not number and not link:
        return None
    shipped_at = moment(item.get("date_shipped"))
    lines = (
        (identifier(each.get("item_id")), units(each.get("qty")))
        for each in objects(item.get("products_list"))
    )
    return FulfilmentDoc(
        external_id=identifier(item.get("tracking_id")) or f"tracking:{number or link}"[:200],
        carrier=first_text(*(item.get(name) for name in CARRIERS)),
        tracking_numbers=(number,) if number else (),
        tracking_urls=(link,) if link else (),
        shipped_at=shipped_at,
        lines=quantities(lines),
    )
