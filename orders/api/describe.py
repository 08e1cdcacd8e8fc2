"""What the description of the API (OpenAPI) says of each operation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from orders.api import examples
from orders.api.batch import BatchResult
from orders.api.documents import EventResource, OrderResource, WrittenOrderResource
from orders.api.listing import NoQuery, OrderQuery, StoryQuery, WriteQuery, parameters_of
from orders.sources.document import FulfilmentDoc, OrderDoc, RefundDoc
from postpurchase.lib.problems import ProblemDoc


class OrderPage(msgspec.Struct, kw_only=True):
    """Some orders; `next_cursor` asks for the next ones and is null at the end."""

    orders: list[OrderResource]
    next_cursor: str | None


class StoryPage(msgspec.Struct, kw_only=True):
    """Some events; `next_cursor` asks for the next ones and is null at the end."""

    events: list[EventResource]
    next_cursor: str | None


class BatchOfOrders(msgspec.Struct, kw_only=True):
    """Up to 1,000 orders. `history`: take them in silently, no message goes out."""

    orders: list[OrderDoc]
    history: bool = False


class PutOrderDoc(OrderDoc, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order as its shop states it, whole. The id in the address is enough."""

    external_id: str = ""


F = TypeVar("F", bound=Callable[..., Any])
Answers = dict[int, tuple[type[msgspec.Struct], str, Any]]

_REFUSALS = {
    400: "The request is malformed or invalid; `errors` says where.",
    401: "The API key is missing, unknown or revoked.",
    403: "The API key lacks the scope.",
    404: "There is no such thing.",
    409: "The first request with this Idempotency-Key is still at work.",
    411: "The body came in chunks, without Content-Length.",
    413: "The body is larger than 12 MB, or holds too many rows.",
    415: "The body is not application/json.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many requests with this key; Retry-After says when to ask again.",
}
_ALWAYS = (400, 401, 403, 429)
_ON_WRITES = (409, 411, 413, 415, 422)

_IDEMPOTENCY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    type={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    description="Any text that is new for each act. Within 24 hours the same request with the"
    " same key is answered as the first time, with Idempotent-Replayed: true.",
)


DOCUMENTS: list[type[msgspec.Struct]] = [
    OrderPage,
    OrderResource,
    PutOrderDoc,
    WrittenOrderResource,
    BatchOfOrders,
    BatchResult,
    StoryPage,
    RefundDoc,
    FulfilmentDoc,
    ProblemDoc,
]
"""Whose JSON Schemas the description needs."""


def _ref(document: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{document.__name__}"}


def _query(kind: type[msgspec.Struct]) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(
            name=name,
            type={key: value for key, value in schema.items() if key != "description"},
            description=schema.get("description", ""),
        )
        for name, schema in parameters_of(kind)
    ]


def _answers(given: Answers, refusals: Sequence[int]) -> dict[Any, OpenApiResponse]:
    good = {
        (status, "application/json"): OpenApiResponse(
            _ref(document), description, [OpenApiExample("An answer", example)]
        )
        for status, (document, description, example) in given.items()
    }
    bad = {
        (status, "application/problem+json"): OpenApiResponse(
            _ref(ProblemDoc),
            _REFUSALS[status],
            [OpenApiExample("A refusal", examples.PROBLEM)] if status == 400 else [],
        )
        for status in sorted({*_ALWAYS, *refusals})
    }
    return {**good, **bad}


def reading(
    *,
    query: type[msgspec.Struct],
    answer: tuple[type[msgspec.Struct], str, Any],
    refusals: Sequence[int] = (404,),
    name: str | None = None,
    tag: str = "Orders",
) -> Callable[[F], F]:
    """Describe an operation that reads."""
    return extend_schema(
        operation_id=name,
        tags=[tag],
        parameters=_query(query),
        responses=_answers({200: answer}, refusals),
    )


def writing(  # noqa: PLR0913  # all of them named, and most of them left out
    *,
    body: type[msgspec.Struct],
    example: Any,
    answers: Answers,
    query: type[msgspec.Struct] = NoQuery,
    refusals: Sequence[int] = (),
    tag: str = "Orders",
) -> Callable[[F], F]:
    """Describe an operation that writes."""
    return extend_schema(
        tags=[tag],
        parameters=[*_query(query), _IDEMPOTENCY],
        request={"application/json": _ref(body)},
        responses=_answers(answers, [*_ON_WRITES, *refusals]),
        examples=[OpenApiExample("A request", example, request_only=True)],
    )


order_list = reading(
    name="orders_list",
    query=OrderQuery,
    answer=(OrderPage, "A page of orders.", examples.LIST),
    refusals=(),
)
order_read = reading(query=NoQuery, answer=(OrderResource, "The order.", examples.SHOWN))
order_write = writing(
    body=PutOrderDoc,
    example=examples.ORDER,
    query=WriteQuery,
    answers={
        200: (
            WrittenOrderResource,
            "The order was here already.",
            {**examples.WRITTEN, "result": "updated"},
        ),
        201: (WrittenOrderResource, "The order is new.", examples.WRITTEN),
    },
)
order_batch = writing(
    body=BatchOfOrders,
    example=examples.BATCH,
    answers={200: (BatchResult, "What became of each order.", examples.BATCH_RESULT)},
)
timeline = reading(
    query=StoryQuery,
    answer=(StoryPage, "What happened, oldest first.", examples.STORY),
)
refund = writing(
    body=RefundDoc,
    example=examples.REFUND,
    answers={200: (OrderResource, "The order as it stands now.", examples.REFUNDED)},
    refusals=(404,),
)
fulfilment = writing(
    body=FulfilmentDoc,
    example=examples.FULFILMENT,
    answers={200: (OrderResource, "The order as it stands now.", examples.FULFILLED)},
    refusals=(404,),
)
