"""What a delivery says: its body for people, and the order that it speaks of."""

from __future__ import annotations

import json
import re
from itertools import accumulate

from merchants.models import StoreConnection
from orders.models import InboxEntry, Order
from orders.sources import SOURCES
from orders.sources.base import Fact, FulfilmentStated, OrderDeleted, OrderStated, RefundStated

SHOWN = 200 * 1024
INDENTED = 2 * 1024 * 1024
DEEPEST = 40
"""A body beyond these is shown as it came: indenting it would take too long, or make it huge."""


def shown_body(body: bytes) -> tuple[str, bool]:
    """Give a body for a page, indented where it is JSON, and whether it was cut."""
    is_large = len(body) > INDENTED or _depth(body) > DEEPEST
    text = body[:SHOWN].decode("utf-8", "replace") if is_large else _indented(body)
    return text[:SHOWN].replace("\0", "\ufffd"), is_large or len(text) > SHOWN


def order_of(entry: InboxEntry) -> Order | None:
    """Find the order that a delivery speaks of, if it is here."""
    key = _order_key(entry.connection, entry.topic, bytes(entry.body))
    if not key:
        return None
    orders = Order.objects.filter(connection_id=entry.connection_id, external_id=key)
    return orders.only("pk", "public_id", "number", "merchant_id").first()


def _depth(body: bytes) -> int:
    """Give how deep brackets nest; those inside of texts count as well."""
    brackets = re.sub(rb"[^\[\]{}]+", b"", body)
    steps = (1 if sign in b"[{" else -1 for sign in brackets)
    return max(accumulate(steps), default=0)


def _indented(body: bytes) -> str:
    raw = body.decode("utf-8", "replace")
    try:
        written = json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return raw
    # Half a character (a lone surrogate) is allowed in JSON and on no page.
    return written.encode("utf-8", "replace").decode()


def _order_key(connection: StoreConnection, topic: str, body: bytes) -> str:
    try:
        facts = SOURCES[connection.kind].facts(topic=topic, body=body)
    except Exception:  # whatever kept it from being read: then it leads to no order
        return ""
    return next(filter(None, map(_key_of, facts)), "")


def _key_of(fact: Fact) -> str:
    match fact:
        case OrderStated(order):
            return order.external_id
        case RefundStated() | FulfilmentStated() | OrderDeleted():
            return fact.order_id
        case _:
            return ""
