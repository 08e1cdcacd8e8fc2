"""What is left of a person outside of their orders: raw deliveries, stored answers, problems."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from merchants.models import IdempotencyKey, StoreConnection
from orders.models import ImportProblem, ImportUpload, InboxEntry, Order
from orders.people import Person
from orders.sources import SOURCES
from orders.sources.base import FulfilmentStated, OrderDeleted, OrderStated, RefundStated
from orders.statuses import InboxState

BATCH = 200
ANSWERS_KEPT = timedelta(days=2)

# Bodies are bytes of any kind: written as text with escapes, they can be searched in any case.
_MENTIONS = """
SELECT id FROM orders_inboxentry
WHERE merchant_id = %(merchant)s AND length(body) > 0
  AND ((%(email)s <> '' AND (strpos(lower(encode(body, 'escape')), %(email)s) > 0
                          OR strpos(lower(encode(body, 'escape')), %(quoted)s) > 0))
    OR (%(ids)s <> '' AND lower(encode(body, 'escape')) ~ %(ids)s))
ORDER BY id
"""


def deliveries(person: Person, orders: Sequence[Order]) -> Iterator[InboxEntry]:
    """Give the stored deliveries that mention a person or state one of these orders."""
    names = {(order.connection_id, order.external_id) for order in orders}
    pks = _mentioning(person, [order.external_id for order in orders])
    for start in range(0, len(pks), BATCH):
        rows = InboxEntry.every.filter(pk__in=pks[start : start + BATCH]).order_by("pk")
        for entry in rows.select_related("connection"):
            if _mentions(entry, person.email) or _states(entry) & names:
                yield entry


def forget_deliveries(person: Person, orders: Sequence[Order]) -> int:
    """Empty what was read already of these; what was not yet is emptied when it is read."""
    read = {InboxState.DONE, InboxState.FAILED}
    pks = [entry.pk for entry in deliveries(person, orders) if entry.state in read]
    return InboxEntry.every.filter(pk__in=pks).update(body=b"", reason="")


def forget_words(person: Person, orders: Sequence[Order], *, now: datetime) -> None:
    """Remove answers kept for programs, and complaints that quote the person's address."""
    mine = IdempotencyKey.every.of(person.merchant_id).filter(created_at__gt=now - ANSWERS_KEPT)
    told = Q(response__body__icontains=person.email) if person.email else Q(pk__in=[])
    for order in orders:
        told |= Q(response__body__icontains=str(order.public_id))
    mine.filter(told).delete()
    if not person.email:
        return
    ImportProblem.every.of(person.merchant_id).filter(reason__icontains=person.email).delete()
    errors = StoreConnection.every.of(person.merchant_id)
    errors.filter(last_error__icontains=person.email).update(last_error="")
    for name in ("expected", "result"):
        told_by = ImportUpload.every.of(person.merchant_id).alias(text=Cast(name, TextField()))
        told_by.filter(text__icontains=person.email).update(**{name: {}})


def _mentioning(person: Person, external_ids: Sequence[str]) -> list[int]:
    values: dict[str, int | str] = {
        "merchant": person.merchant_id,
        "email": _escaped(person.email),
        "quoted": _escaped(json.dumps(person.email)[1:-1]),
        "ids": _pattern(external_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MENTIONS, values)
        return [pk for (pk,) in cursor.fetchall()]


def _pattern(external_ids: Sequence[str]) -> str:
    """Write an expression for JSON values that are one of these ids, with or without their path."""
    ends = sorted({_escaped(key.rpartition("/")[2]) for key in external_ids})
    one = "|".join(re.escape(end) for end in ends if end)
    return rf':\s*"?([^",]*/)?({one})\s*["\s,\}}\]]' if one else ""


def _escaped(text: str) -> str:
    """Write text as Postgres writes bytes with encode(…, 'escape'), in lower case."""
    raw = text.lower().encode("utf-8", "replace")
    return "".join(
        "\\\\" if byte == 0x5C else chr(byte) if 0 < byte < 0x80 else f"\\{byte:03o}"
        for byte in raw
    )


def _mentions(entry: InboxEntry, email: str) -> bool:
    body = bytes(entry.body).lower()
    quoted = json.dumps(email)[1:-1].encode()
    return bool(email) and (email.encode("utf-8", "replace") in body or quoted in body)


def _states(entry: InboxEntry) -> set[tuple[int, str]]:
    """Give the orders that a delivery is about; none where it cannot be read."""
    try:
        facts = SOURCES[entry.connection.kind].facts(topic=entry.topic, body=bytes(entry.body))
    except Exception:  # whatever is wrong with it, nobody can tell whose it is
        return set()
    keys = set()
    for fact in facts:
        match fact:
            case OrderStated(order):
                keys.add(order.external_id)
            case RefundStated() | FulfilmentStated() | OrderDeleted():
                keys.add(fact.order_id)
    return {(entry.connection_id, key) for key in keys}
