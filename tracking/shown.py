"""Reads of parcels for the shopper's pages: one query each, whatever there is to show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Field, Q, QuerySet
from django.db.models.expressions import RawSQL

from tracking.detection import compact
from tracking.models import Shipment
from tracking.statuses import TERMINAL

SHOWN_AFTER_END = timedelta(days=90)
"""Carriers give their numbers out again: an old parcel is not shown to who types its number."""

# Written out: Django takes three times as long to put the same together for each page.
LINES: RawSQL = RawSQL(
    "ARRAY(SELECT json_build_array(line.order_line_id, line.quantity)"
    " FROM tracking_shipmentline line"
    " WHERE line.shipment_id = tracking_shipment.id ORDER BY line.id)",
    (),
    output_field=Field(),
)
CASES: RawSQL = RawSQL(
    "ARRAY(SELECT json_build_object('public_id', one.public_id, 'kind', one.kind,"
    " 'state', one.state, 'answer', one.answer, 'answer_data', one.answer_data)"
    " FROM tracking_parcelcase one"
    " WHERE one.shipment_id = tracking_shipment.id AND one.state <> 'closed'"
    " ORDER BY one.opened_at, one.id)",
    (),
    output_field=Field(),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A parcel, what is in it by order line, and its cases that are not closed."""

    shipment: Shipment
    units: dict[int, int]
    cases: tuple[dict[str, Any], ...]
    """public_id, kind, state, answer, answer_data."""

    @property
    def troubles(self) -> frozenset[str]:
        """Give the kinds of its cases."""
        return frozenset(case["kind"] for case in self.cases)


def of_order(order_id: int) -> list[Shown]:
    """Give the parcels of an order of the current merchant, in the sequence they left in."""
    rows = _with_parts(Shipment.objects.filter(order_id=order_id, withdrawn_at=None))
    left = F("shipped_at").asc(nulls_last=True)
    return [_shown(row) for row in rows.order_by(left, "pk")]


def by_number(number: str, *, now: datetime) -> Shown | None:
    """Give the current merchant's parcel with this number, the one under way first.

    One that ended long ago is not given: its number may be somebody else's by now.
    """
    key = compact(number)
    if not key or "\0" in key:
        return None
    rows = Shipment.objects.filter(number_key=key, withdrawn_at=None).filter(
        ~Q(milestone__in=TERMINAL) | Q(since__gte=now - SHOWN_AFTER_END)
    )
    rows = _with_parts(rows).order_by("delivered_at", "-created_at", "-pk")
    found = sorted(rows[:5], key=lambda row: row.milestone in TERMINAL)
    return _shown(found[0]) if found else None


def fingerprint(parcels: Iterable[Shown]) -> str:
    """Name all that may change on the page of these parcels, in a few letters."""
    told = [
        (
            str(shown.shipment.public_id),
            shown.shipment.milestone,
            str(shown.shipment.since),
            str(shown.shipment.expected_from),
            str(shown.shipment.expected_until),
            shown.shipment.is_delayed,
            shown.shipment.number,
            shown.shipment.recent[:1],
            len(shown.shipment.recent),
            sorted((case["public_id"], case["state"]) for case in shown.cases),
        )
        for shown in parcels
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _with_parts(rows: QuerySet[Shipment]) -> QuerySet[Shipment]:
    return rows.annotate(line_parts=LINES, case_parts=CASES)


def _shown(row: Any) -> Shown:
    units: dict[int, int] = {}
    for line, quantity in row.line_parts:
        units[line] = units.get(line, 0) + quantity
    return Shown(row, units, tuple(row.case_parts))
