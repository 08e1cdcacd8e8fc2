"""From the bytes that programs send of parcels to documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from orders.api.reading import decoded, refuse, whole
from orders.sources.limits import EARLIEST, LATEST, Excess
from postpurchase.lib.problems import invalid
from tracking.actions.stating import Stated
from tracking.api.documents import ParcelEventDoc, ShipmentDoc
from tracking.statuses import Direction

ORDER_NAMES = ("order_id", "order_number", "order_public_id")


class EventBatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to 1,000 events, each read on its own."""

    events: list[msgspec.Raw]


_shipment = msgspec.json.Decoder(ShipmentDoc).decode
_event = msgspec.json.Decoder(ParcelEventDoc).decode
_batch = msgspec.json.Decoder(EventBatch).decode


def read_shipment(body: bytes) -> ShipmentDoc:
    """Read a parcel. Raises Problem."""
    doc = whole(_shipment, body)
    if sum(getattr(doc, name) is not None for name in ORDER_NAMES) != 1:
        raise invalid("/order_id", f"Name the order in one way: {', '.join(ORDER_NAMES)}.")
    if not doc.external_id and not doc.number.strip():
        raise invalid("/number", "Give the parcel a number, or an external_id of your own.")
    _refuse_far(doc, "shipped_at")
    return doc


def order_named(doc: ShipmentDoc) -> Mapping[str, Any]:
    """Give how a parcel's document names its order."""
    return {name: value for name in ORDER_NAMES if (value := getattr(doc, name)) is not None}


def stated_in(doc: ShipmentDoc) -> Stated:
    """Give what a document states; of lines that stand there twice the units are added up."""
    lines: dict[str, int] = {}
    for line in doc.lines:
        lines[line.line_id] = lines.get(line.line_id, 0) + line.quantity
    return Stated(
        direction=Direction(doc.direction),
        external_id=doc.external_id,
        number=doc.number.strip(),
        carrier=doc.carrier,
        service=doc.service,
        url=doc.url,
        leg=doc.leg,
        shipped_at=doc.shipped_at,
        lines=lines,
    )


def read_events(body: bytes) -> EventBatch:
    """Read the frame of a batch; its events are still bytes. Raises Problem."""
    return decoded(_batch, body)


def read_event(body: bytes) -> ParcelEventDoc:
    """Read an event. Raises Problem."""
    doc = whole(_event, body)
    if (doc.shipment_id is None) == (not doc.number.strip()):
        raise invalid("/number", "Name the parcel by shipment_id or by number.")
    _refuse_far(doc, "at")
    return doc


def _refuse_far(doc: msgspec.Struct, name: str) -> None:
    moment = getattr(doc, name)
    if moment is not None and not EARLIEST <= moment < LATEST:
        refuse(Excess(f"/{name}", "Use a moment between the years 1900 and 2199"))
