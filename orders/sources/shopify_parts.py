"""What Shopify's documents have in common: global ids, money sets, refunds and fulfilments.

The fields: https://shopify.dev/docs/api/admin-rest/latest/resources/refund and …/fulfillment.
"""

import logging
import math
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from orders.sources.base import Unusable
from orders.sources.document import FulfilmentDoc, FulfilmentState, QuantityOf, RefundDoc
from orders.sources.foreign import (
    JsonObject,
    decimal,
    identifier,
    long_text,
    moment,
    objects,
    quantities,
    shown,
    text,
    total_of,
    units,
    web_address,
    within,
)

logger = logging.getLogger(__name__)

MOST_PARCELS = 50

FULFILMENT_STATES: dict[str, FulfilmentState] = {
    "success": "success",
    "pending": "open",
    "open": "open",
    "cancelled": "cancelled",
    # The fulfilment service gave it back: nothing left the shop.
    "error": "cancelled",
    "failure": "cancelled",
}


def gid_of(kind: str, number: object) -> str:
    """Build the global id of a numeric one; empty for none."""
    found = identifier(number)
    return found if not found or found.startswith("gid://") else f"gid://shopify/{kind}/{found}"


def gid(kind: str, document: JsonObject) -> str:
    """Give a document's global id.

    It is preferred to `id`, which passes 2^53 and arrives rounded from senders whose numbers
    are floats.
    """
    stated = identifier(document.get("admin_graphql_api_id"))
    return stated if stated.startswith("gid://") else gid_of(kind, document.get("id"))


def rounded_from(order_id: str) -> tuple[str, str] | None:
    """Give the least and the greatest global id that a float may have turned into this one.

    None where the id is small enough to be exact, as those of real shops are; the examples in
    Shopify's documentation are not.
    """
    head, _, number = order_id.rpartition("/")
    if not number.isdecimal() or not 2**53 < int(number[:40]) < 2**64:
        return None
    gap = int(math.ulp(float(number)))
    return f"{head}/{int(number) - gap}", f"{head}/{int(number) + gap}"


def shop_money(document: JsonObject, field: str) -> Decimal | None:
    """Read an amount in the shop's currency: from the money set, else from the plain field."""
    if money_set := document.get(f"{field}_set"):
        stated = decimal(within(money_set, "shop_money", "amount"))
        if stated is not None:
            return stated
    return decimal(document.get(field))


def required_gid(kind: str, document: JsonObject) -> str:
    """Give a document's global id. Raises Unusable where it has none."""
    if not (found := gid(kind, document)):
        raise Unusable(f"The document has no id of its {kind.lower()}.")
    return found


def required_order(document: JsonObject) -> str:
    """Give the global id of the order that a document belongs to. Raises Unusable."""
    if not (found := gid_of("Order", document.get("order_id"))):
        raise Unusable("The document does not say which order it belongs to.")
    return found


def _units_of(items: list[JsonObject], line_ids: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Give line and units of each item, which holds its line or is one."""
    for item in items:
        inner = item.get("line_item")
        line = inner if isinstance(inner, dict) else item
        number = identifier(item.get("line_item_id")) or identifier(line.get("id"))
        stated = identifier(line.get("admin_graphql_api_id"))
        key = stated if stated.startswith("gid://") else line_ids.get(number)
        yield key or gid_of("LineItem", number), units(item.get("quantity"))


def refund(document: JsonObject, line_ids: Mapping[str, str]) -> RefundDoc | None:
    """Read a refund, or None where no money was given back, as when unpaid lines are removed.

    `line_ids` gives global ids by `id` for lines that are known from the order.
    """
    given_back = _given_back(document)
    if not given_back:
        return None
    lines: tuple[QuantityOf, ...] = quantities(
        _units_of(objects(document.get("refund_line_items")), line_ids)
    )
    return RefundDoc(
        external_id=required_gid("Refund", document),
        amount=shown(given_back),
        reason=long_text(document.get("note")),
        at=moment(document.get("processed_at")) or moment(document.get("created_at")),
        lines=lines,
    )


def _given_back(document: JsonObject) -> Decimal:
    """Add up the money of a refund: what was paid out, else what its parts come to."""
    if not isinstance(document.get("transactions"), list):
        return _sum_of_parts(document)
    paid_out = [
        each
        for each in objects(document["transactions"])
        if text(each.get("kind")) == "refund" and text(each.get("status")) in ("success", "")
    ]
    home = _currency_of_parts(document)
    for each in paid_out:
        abroad = text(each.get("currency"))
        if home and abroad and abroad != home and "amount_set" not in each:
            # Paid out in the shopper's currency: the parts are also stated in the shop's.
            return _sum_of_parts(document)
    return sum((shop_money(each, "amount") or Decimal(0) for each in paid_out), Decimal(0))


def _currency_of_parts(document: JsonObject) -> str:
    """Give the shop's currency as the refunded lines state it."""
    items = objects(document.get("refund_line_items"))[:1]
    return text(within(items[0], "subtotal_set", "shop_money", "currency_code")) if items else ""


def _sum_of_parts(document: JsonObject) -> Decimal:
    """Add up refunded lines, their taxes, shipping and adjustments (negative: to the shopper)."""
    whole = Decimal(0)
    for item in objects(document.get("refund_line_items")):
        whole += shop_money(item, "subtotal") or 0
        whole += shop_money(item, "total_tax") or 0
    shipping = objects(document.get("refund_shipping_lines"))
    for line in shipping:
        whole += total_of(within(line, "subtotal_amount_set", "shop_money", "amount"))
    for adjustment in objects(document.get("order_adjustments")):
        if not (shipping and text(adjustment.get("kind")) == "shipping_refund"):
            whole -= shop_money(adjustment, "amount") or 0
            whole -= shop_money(adjustment, "tax_amount") or 0
    return whole


def fulfilment(document: JsonObject, line_ids: Mapping[str, str]) -> FulfilmentDoc:
    """Read a fulfilment. `line_ids` gives global ids by `id`. Raises Unusable without an id."""
    word = text(document.get("status")).lower()
    state = FULFILMENT_STATES.get(word)
    if state is None:
        logger.warning("Shopify: unknown fulfilment status %.60r", word)
    created = moment(document.get("created_at"))
    return FulfilmentDoc(
        external_id=required_gid("Fulfillment", document),
        state=state or "open",
        carrier=text(document.get("tracking_company")),
        tracking_numbers=_several(document, "tracking_number", text),
        tracking_urls=_several(document, "tracking_url", web_address),
        shipped_at=created if state == "success" else None,
        updated_at=moment(document.get("updated_at")),
        lines=quantities(_units_of(objects(document.get("line_items")), line_ids)),
    )


def _several(document: JsonObject, field: str, reader: Callable[[object], str]) -> tuple[str, ...]:
    """Give the distinct texts of a field that exists in the plural and in the singular."""
    many = document.get(f"{field}s")
    stated = many if isinstance(many, list) and many else [document.get(field)]
    return tuple(dict.fromkeys(filter(None, map(reader, stated))))[:MOST_PARCELS]
