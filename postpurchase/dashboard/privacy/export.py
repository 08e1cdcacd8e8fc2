"""All that is held of a person as one JSON document, written piece by piece."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from merchants.models import Merchant
from notifications.models import Message, Suppression
from notifications.queries import message_pks
from orders import people
from orders.actions import traces
from orders.models import (
    Address,
    Event,
    Fulfilment,
    InboxEntry,
    Note,
    OneTimeCode,
    Order,
    OrderLine,
    OrderTag,
    Payment,
    RefundFact,
)
from orders.people import Person
from postpurchase.staff.mail_preview import preview
from tracking.models import ParcelCase, Shipment, TrackingEvent

BATCH = 50
OURS = frozenset(
    {
        "dedupe_key",
        "depth",
        "digest",
        "leased_until",
        "link_epoch",
        "stated_fulfilled",
        "stated_payment",
        "token",
    }
)
"""Columns that say nothing of the person, or would let somebody in."""
PARTS: dict[str, type[Model]] = {
    "lines": OrderLine,
    "addresses": Address,
    "payments": Payment,
    "refunds": RefundFact,
    "fulfilments": Fulfilment,
    "events": Event,
    "notes": Note,
    "tags": OrderTag,
    "one_time_codes": OneTimeCode,
}


def document(
    merchant: Merchant, person: Person, pks: Sequence[int], *, now: datetime
) -> Iterator[str]:
    """Write the document. Nothing is held in memory but some fifty orders or messages."""
    yield "{\n"
    yield _member("exported_at", now) + _member("shop", merchant.name)
    yield _member("customers", [_facts(row) for row in people.customers(person)])
    yield from _list("orders", _orders(pks))
    yield ",\n"
    yield from _list("messages", _messages(merchant, person, pks, now=now))
    yield ",\n"
    yield _member("addresses_without_mail", [_facts(row) for row in _blocked(person)])
    orders = list(Order.every.filter(pk__in=pks))
    yield from _list("deliveries_from_the_shop", map(_delivery, traces.deliveries(person, orders)))
    yield "\n}\n"


def _member(name: str, value: object) -> str:
    return f'"{name}": {_json(value)},\n'


def _list(name: str, rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield f'"{name}": ['
    for place, row in enumerate(rows):
        yield (",\n" if place else "\n") + _json(row)
    yield "\n]"


def _json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _facts(row: Model) -> dict[str, Any]:
    """Give a row's columns by name, without those of the machinery."""
    return {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if not (field.is_relation or field.primary_key or field.name in OURS)
        and (field.editable or field.name in ("public_id", "created_at"))
    }


def _orders(pks: Sequence[int]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(pks), BATCH):
        batch = list(pks[start : start + BATCH])
        parts = {name: _by_order(model, batch) for name, model in PARTS.items()}
        parcels = _parcels(batch)
        for order in Order.every.filter(pk__in=batch).order_by("-placed_at", "-pk"):
            facts = {name: found[order.pk] for name, found in parts.items()}
            yield _facts(order) | facts | {"parcels": parcels[order.pk]}


def _by_order(model: type[Model], pks: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in model._base_manager.filter(order_id__in=pks).order_by("pk"):
        found[row.order_id].append(_facts(row))  # type: ignore[attr-defined]  # each part has one
    return found


def _parcels(pks: list[int]) -> dict[int, list[dict[str, Any]]]:
    """Give the parcels of orders, each with all its scans and what its recipient answered."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = list(Shipment.every.filter(order_id__in=pks).order_by("pk"))
    scans, cases = defaultdict(list), defaultdict(list)
    keys = [row.pk for row in rows]
    for scan in TrackingEvent.every.filter(shipment_id__in=keys).order_by("occurred_at"):
        scans[scan.shipment_id].append(_facts(scan))
    for case in ParcelCase.every.filter(shipment_id__in=keys).order_by("pk"):
        cases[case.shipment_id].append(_facts(case))
    for row in rows:
        facts = {name: value for name, value in _facts(row).items() if name != "recent"}
        told = facts | {"scans": scans[row.pk], "cases": cases[row.pk]}
        found[row.order_id].append(told)
    return found


def _messages(
    merchant: Merchant, person: Person, pks: Sequence[int], *, now: datetime
) -> Iterator[dict[str, Any]]:
    keys = message_pks(merchant.pk, email=person.email, order_pks=pks)
    for start in range(0, len(keys), BATCH):
        rows = Message.every.filter(pk__in=keys[start : start + BATCH]).order_by("pk")
        for row in rows.select_related("order", "merchant").prefetch_related("tries"):
            yield _facts(row) | {
                "attempts": [_facts(attempt) for attempt in row.tries.all()],
                "says": _said(row, now=now),
            }


def _said(message: Message, *, now: datetime) -> str:
    """Give the text of a mail as it would read now; nothing where it cannot be written."""
    try:
        mail = preview(message, now=now) if message.recipient else None
    except Exception:  # one mail that cannot be written must not cut the file short
        return ""
    return mail.text if mail else ""


def _blocked(person: Person) -> list[Suppression]:
    if not person.email:
        return []
    return list(Suppression.every.of(person.merchant_id).filter(address=person.email))


def _delivery(entry: InboxEntry) -> dict[str, Any]:
    body = bytes(entry.body).decode("utf-8", "replace")
    try:
        said: object = json.loads(body)
    except ValueError:
        said = body
    return {"topic": entry.topic, "received_at": entry.received_at, "body": said}
