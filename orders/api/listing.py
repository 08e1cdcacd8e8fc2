"""The questions that lists answer: their parameters, checked, as filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from django.db.models import QuerySet
from django.http import QueryDict
from msgspec import Meta, Struct

from orders.models import Order
from orders.queries import number_key
from orders.sources.document import Key, PaymentWord, Text
from orders.sources.limits import EARLIEST, LATEST
from postpurchase.lib.keyset import Ordering
from postpurchase.lib.problems import invalid

Moment = Annotated[datetime, Meta(tz=True)]
Limit = Annotated[int, Meta(ge=1, le=200, description="Rows on a page")]
Cursor = Annotated[str, Meta(max_length=500, description="`next_cursor` of the page before")]
StatusWord = Literal[
    "draft", "payment_pending", "on_hold", "placed", "packing", "part_shipped", "shipped",
    "delivered", "refunded", "cancelled",
]  # fmt: skip
Since = Annotated[Moment, Meta(description="At or after, RFC 3339 with an offset")]
Until = Annotated[Moment, Meta(description="Before, RFC 3339 with an offset")]

Query = TypeVar("Query", bound=Struct)

ORDERINGS = {
    "-placed_at": Ordering("placed_at", newest_first=True),
    "changed_at": Ordering("updated_at"),
}
STORY = Ordering("at")


class OrderQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a list of orders may be asked."""

    number: Annotated[Key | None, Meta(description="As shoppers type it: #1042 and 1042")] = None
    email: Text | None = None
    external_id: Key | None = None
    status: StatusWord | None = None
    payment_status: PaymentWord | None = None
    fulfilment_status: Literal["unfulfilled", "partial", "fulfilled"] | None = None
    placed_after: Since | None = None
    placed_before: Until | None = None
    updated_after: Since | None = None
    updated_before: Until | None = None
    changed_after: Since | None = None
    changed_before: Until | None = None
    sort: Annotated[
        Literal["-placed_at", "changed_at"],
        Meta(description="Newest first, or in the order of change (to keep a copy up to date)"),
    ] = "-placed_at"
    limit: Limit = 50
    cursor: Cursor | None = None


class StoryQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an order's timeline may be asked."""

    limit: Limit = 100
    cursor: Cursor | None = None


class WriteQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an order is taken in."""

    history: Annotated[
        bool, Meta(description="Take the order in silently: no message goes out")
    ] = False


class NoQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing may be asked."""


def read_query(given: QueryDict, kind: type[Query]) -> Query:
    """Check the parameters of a request. Raises Problem: unknown, given twice, not understood."""
    fields: dict[str, str] = {}
    for name, values in given.lists():
        if len(values) != 1:
            raise invalid(name, f"The parameter {name[:50]!r} is given more than once.")
        if "\0" in values[0]:
            raise invalid(name, "The character U+0000 cannot be used.")
        fields[name] = _mended(name, values[0])
    try:
        query = msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError as error:
        detail, _, path = str(error).partition(" - at `$.")
        raise invalid(path.rstrip("`") or detail.split("`")[1], f"{detail}.") from None
    _refuse_far_moments(query)
    return query


def _mended(name: str, value: str) -> str:
    """Give back the + of an offset that was not percent-encoded and so became a space."""
    return value.replace(" ", "+") if name.endswith(("_after", "_before")) else value


def _refuse_far_moments(query: Struct) -> None:
    for name, value in msgspec.structs.asdict(query).items():
        if isinstance(value, datetime) and not EARLIEST <= value < LATEST:
            raise invalid(name, "Use a moment between the years 1900 and 2199.")


def matching(orders: QuerySet[Order], query: OrderQuery) -> QuerySet[Order]:
    """Keep the orders that a query asks for."""
    asked: Mapping[str, Any] = {
        "number_key": query.number and number_key(query.number),
        "email": query.email and query.email.strip().lower(),
        "external_id": query.external_id,
        "status": query.status,
        "payment_status": query.payment_status,
        "fulfilment_status": query.fulfilment_status,
        "placed_at__gte": query.placed_after,
        "placed_at__lt": query.placed_before,
        "version_at__gte": query.updated_after,
        "version_at__lt": query.updated_before,
        "updated_at__gte": query.changed_after,
        "updated_at__lt": query.changed_before,
    }
    return orders.filter(**{name: value for name, value in asked.items() if value is not None})


def parameters_of(kind: type[Struct]) -> Sequence[tuple[str, dict[str, Any]]]:
    """Give the name and the JSON Schema of each parameter that a query knows."""
    (_,), components = msgspec.json.schema_components([kind])
    properties: dict[str, dict[str, Any]] = components[kind.__name__].get("properties", {})
    return [(name, _without_null(schema)) for name, schema in properties.items()]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is not asked for is left out, never null."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if not kinds:
        return schema
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    return {**kinds[0], **rest}
