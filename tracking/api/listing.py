"""The questions that the list of parcels answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from msgspec import Meta, Struct

from orders.api.listing import Cursor, Limit, Since
from orders.sources.document import Key
from postpurchase.lib.keyset import Ordering
from tracking.api.documents import MilestoneWord
from tracking.detection import compact
from tracking.models import Shipment

ORDERINGS = {
    "changed_at": Ordering("updated_at"),
    "-changed_at": Ordering("updated_at", newest_first=True),
}


class ShipmentQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the list of parcels may be asked."""

    number: Annotated[Key | None, Meta(description="The tracking number, however written")] = None
    milestone: MilestoneWord | None = None
    direction: Literal["out", "return"] | None = None
    changed_after: Since | None = None
    sort: Annotated[
        Literal["changed_at", "-changed_at"],
        Meta(description="In the order of change (to keep a copy up to date), or newest first"),
    ] = "changed_at"
    limit: Limit = 50
    cursor: Cursor | None = None


def matching(shipments: QuerySet[Shipment], query: ShipmentQuery) -> QuerySet[Shipment]:
    """Keep the parcels that a query asks for."""
    asked: Mapping[str, Any] = {
        "number_key": query.number and compact(query.number),
        "milestone": query.milestone,
        "direction": query.direction,
        "updated_at__gte": query.changed_after,
    }
    return shipments.filter(**{name: value for name, value in asked.items() if value is not None})
