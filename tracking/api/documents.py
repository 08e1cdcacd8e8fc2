"""Parcels as programs state and get them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db.models import Prefetch, QuerySet
from msgspec import UNSET, Meta, UnsetType

from orders.sources.document import Key, Moment, QuantityOf, Text
from postpurchase.lib.problems import Fault
from tracking.models import Shipment, ShipmentLine

Number = Annotated[str, Meta(max_length=100)]
MilestoneWord = Literal[
    "unknown", "label_created", "picked_up", "in_transit", "out_for_delivery", "ready_for_pickup",
    "attempt_failed", "delivered", "exception", "returning", "returned", "lost", "cancelled",
    "expired",
]  # fmt: skip
CauseWord = Literal[
    "", "address", "recipient_absent", "refused", "business_closed", "customs_documents",
    "customs_duty", "weather", "capacity", "missort", "payment_due", "damaged", "age_check",
    "security", "unclaimed", "other",
]  # fmt: skip


class ShipmentDoc(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parcel of an order, which is named in one of three ways.

    `external_id`, or else the number, tells it from other parcels of the order.
    """

    order_id: Annotated[Key | None, Meta(description="The order's id in the shop")] = None
    order_number: Annotated[Key | None, Meta(description="As shoppers type it")] = None
    order_public_id: UUID | None = None
    external_id: Annotated[str, Meta(max_length=190)] = ""
    direction: Literal["out", "return"] = "out"
    leg: Annotated[int, Meta(ge=1, le=9, description="Of a parcel sent again: 2, 3, …")] = 1
    number: Number = ""
    carrier: Annotated[Text, Meta(description="In any words: DHL, dhl_paket, …")] = ""
    service: Annotated[str, Meta(max_length=200)] = ""
    url: Annotated[str, Meta(max_length=1000, pattern="^(https?://.*)?$")] = ""
    shipped_at: Moment | None = None
    lines: Annotated[
        tuple[QuantityOf, ...],
        Meta(max_length=1000, description="What is in it; empty: not said"),
    ] = ()


class ParcelEventDoc(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happened to a parcel, named by our id or by its number."""

    shipment_id: UUID | None = None
    number: Number = ""
    carrier: Annotated[Text, Meta(description="Noted where the parcel's is not known")] = ""
    id: Annotated[
        str, Meta(max_length=200, description="Yours; the same event with the same id is one")
    ] = ""
    at: Moment
    milestone: Annotated[
        MilestoneWord | None, Meta(description="null: it says nothing of where the parcel is")
    ]
    cause: CauseWord = ""
    delayed: bool = False
    text: Annotated[str, Meta(max_length=1000)] = ""
    place: Annotated[str, Meta(max_length=300)] = ""
    country: Annotated[str, Meta(pattern="^([A-Z]{2})?$")] = ""


class BatchOfEvents(msgspec.Struct, kw_only=True):
    """Up to 1,000 events of any parcels, in any order."""

    events: list[ParcelEventDoc]


class EventResult(msgspec.Struct, kw_only=True):
    """What became of one event of a batch."""

    index: int
    result: Annotated[str, Meta(description="accepted or failed")]
    shipment_ids: list[UUID] | UnsetType = UNSET
    errors: list[Fault] | UnsetType = UNSET


class EventBatchResult(msgspec.Struct, kw_only=True):
    """What became of a batch, row by row in the order given."""

    accepted: int
    failed: int
    new: Annotated[int, Meta(description="Of the accepted ones, those not known before")]
    results: list[EventResult]


class ScanResource(msgspec.Struct, kw_only=True):
    """One thing that a source said of a parcel."""

    at: datetime
    milestone: str
    cause: str
    delayed: bool
    text: str
    place: str
    country: str
    code: Annotated[str, Meta(description="The source's own word")]
    source: str


class OrderOfShipment(msgspec.Struct, kw_only=True):
    """Whose parcel it is."""

    public_id: UUID
    external_id: str
    number: str


class ShipmentResource(msgspec.Struct, kw_only=True):
    """A parcel: what was stated of it, where it is, and when it comes."""

    public_id: UUID
    order: OrderOfShipment
    external_id: str
    direction: str
    leg: int
    number: str
    carrier: Annotated[str, Meta(description="The carrier that we take it to be; empty: unknown")]
    carrier_said: Annotated[str, Meta(description="The carrier as it was stated")]
    service: str
    url: str
    shipped_at: datetime | None
    withdrawn_at: Annotated[datetime | None, Meta(description="Taken back by who stated it")]
    lines: list[QuantityOf]
    milestone: str
    since: datetime | None
    cause: str
    must_act: Annotated[str, Meta(description="carrier, shop, recipient, customs or nobody")]
    delayed: bool
    picked_up_at: datetime | None
    delivered_at: datetime | None
    returning_since: datetime | None
    last_scan_at: datetime | None
    attempts: int
    signed_by: str
    expected_from: Annotated[date | None, Meta(description="What the shopper reads")]
    expected_until: date | None
    expected_by: Annotated[str, Meta(description="carrier, estimate, promise, or empty")]
    promised_from: Annotated[date | None, Meta(description="What the shopper read first")]
    promised_until: date | None
    scans: Annotated[list[ScanResource], Meta(description="Newest first, at most 30")]
    changed_at: datetime


class WrittenShipmentResource(ShipmentResource, kw_only=True):
    """A parcel, and what a write did to it."""

    result: Annotated[str, Meta(description="created, updated or unchanged")]


class ShipmentPage(msgspec.Struct, kw_only=True):
    """Some parcels; `next_cursor` asks for the next ones and is null at the end."""

    shipments: list[ShipmentResource]
    next_cursor: str | None


class ShipmentsOfOrder(msgspec.Struct, kw_only=True):
    """All parcels of an order, withdrawn ones included."""

    shipments: list[ShipmentResource]


def with_parts(shipments: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """Load all that a document shows, in two queries."""
    lines = ShipmentLine.every.select_related("order_line").order_by("pk")
    return shipments.select_related("order").prefetch_related(Prefetch("lines", lines))


SAME = (
    "public_id", "external_id", "direction", "leg", "number", "carrier", "carrier_said", "service",
    "url", "shipped_at", "withdrawn_at", "milestone", "since", "cause", "picked_up_at",
    "delivered_at", "returning_since", "last_scan_at", "attempts", "signed_by", "expected_from",
    "expected_until", "expected_by", "promised_from", "promised_until",
)  # fmt: skip


def shipment_fields(shipment: Shipment) -> dict[str, Any]:
    """Give the fields of a parcel's document; `shipment` comes from `with_parts`."""
    order = shipment.order
    return {name: getattr(shipment, name) for name in SAME} | {
        "order": OrderOfShipment(
            public_id=order.public_id, external_id=order.external_id, number=order.number
        ),
        "must_act": shipment.must_act or "nobody",
        "delayed": shipment.is_delayed,
        "changed_at": shipment.updated_at,
        "lines": [
            QuantityOf(line_id=part.order_line.external_id, quantity=part.quantity)
            for part in shipment.lines.all()
        ],
        "scans": [_scan(row) for row in shipment.recent],
    }


def shipment_resource(shipment: Shipment) -> ShipmentResource:
    """Put a parcel into its document."""
    return ShipmentResource(**shipment_fields(shipment))


def _scan(row: dict[str, Any]) -> ScanResource:
    return ScanResource(
        at=datetime.fromisoformat(row["at"]),
        milestone=row.get("milestone") or "",
        cause=row.get("cause", ""),
        delayed=row.get("is_delay", False),
        text=row.get("text", ""),
        place=row.get("place", ""),
        country=row.get("country", ""),
        code=row.get("code", ""),
        source=row.get("source", ""),
    )
