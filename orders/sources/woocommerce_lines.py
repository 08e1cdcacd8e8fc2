"""The lines of a WooCommerce order, and how WooCommerce writes texts and amounts."""

import html
import re
from decimal import Decimal

from orders.sources.base import Unusable
from orders.sources.document import LineDoc
from orders.sources.foreign import (
    MOST_LINES,
    JsonObject,
    amount,
    decimal,
    distinct,
    identifier,
    objects,
    shown,
    text,
    total_of,
    units,
    web_address,
    within,
)

_TAG = re.compile(r"<[^<>]{0,500}>")


def plain(value: object) -> str:
    """Give a text with HTML's entities and tags resolved; WordPress stores them in names."""
    found = text(value, limit=2000)
    if "&" in found or "<" in found:
        found = html.unescape(_TAG.sub("", found))
    return text(found)


def gross(document: JsonObject, field: str, *, tax: str, included: object) -> Decimal:
    """Give an amount, with its tax where the shop's prices include it."""
    return total_of(document.get(field), document.get(tax) if included is True else None)


def lines_of(document: JsonObject, included: object) -> tuple[LineDoc, ...]:
    """Read the lines of an order. Raises Unusable where there are too many."""
    documents = objects(document.get("line_items"))
    if len(documents) > MOST_LINES:
        raise Unusable(f"The order has {len(documents)} lines; {MOST_LINES} are the most.")
    keys = distinct(iter([identifier(each.get("id")) for each in documents]))
    return tuple(_line(each, key, included) for each, key in zip(documents, keys, strict=True))


def _line(document: JsonObject, key: str, included: object) -> LineDoc:
    """Read a line. A quantity with a fraction (goods by weight) is one unit that says so."""
    stated = decimal(document.get("quantity"))
    whole = stated is None or stated == int(stated)
    quantity = units(stated) if whole else 1
    title = plain(document.get("parent_name")) or plain(document.get("name"))
    total = gross(document, "total", tax="total_tax", included=included)
    full = total
    if decimal(document.get("subtotal")) is not None:
        full = gross(document, "subtotal", tax="subtotal_tax", included=included)
    return LineDoc(
        external_id=key,
        title=title if whole else text(f"{title[:440]} × {stated}"),
        variant=_variant(document),
        sku=text(document.get("sku")),
        product_id=identifier(document.get("product_id")),
        variant_id=identifier(document.get("variation_id")),
        image_url=web_address(within(document, "image", "src")),
        quantity=quantity,
        unit_price=_unit_price(full, quantity),
        discount=shown(full - total),
        tax=amount(document.get("total_tax")),
        total=shown(total),
    )


def _unit_price(full: Decimal, quantity: int) -> str:
    """Share a line's price before discounts among its units, in cents where that is exact."""
    if quantity < 2:
        return shown(full)
    cents = round(full / quantity, 2)
    return shown(cents if cents * quantity == full else round(full / quantity, 6))


def _variant(document: JsonObject) -> str:
    """Write the options of a line ("Color: Black, Size: M") from its visible meta data."""
    name = plain(document.get("name"))
    options = []
    for each in objects(document.get("meta_data") or document.get("meta"))[:20]:
        key = text(each.get("key"))
        value = plain(each.get("display_value")) or plain(each.get("value"))
        if not value or key.startswith("_"):
            continue
        label = plain(each.get("display_key")) or plain(each.get("label")) or key
        label = label.removeprefix("attribute_").removeprefix("pa_").replace("_", " ")
        if not (document.get("parent_name") is None and value.lower() in name.lower()):
            options.append(f"{label[:1].upper()}{label[1:]}: {value}")
    return text(", ".join(options))
