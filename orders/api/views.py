"""Orders for programs: state them, read them, read their story."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import quote
from uuid import UUID

import msgspec
from django.db.models import Case, IntegerField, Model, QuerySet, Value, When
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request

from merchants.api import MerchantView, body_of, key_of, once
from merchants.connections import note_seen, own_connection
from merchants.models import StoreConnection
from merchants.statuses import ConnectionKind
from orders.actions.facts import apply_fulfilment, apply_refund
from orders.actions.intake import Intake, Outcome, Result, take_in
from orders.actions.many import UNSTORABLE
from orders.api import describe, reading
from orders.api.batch import MOST_ORDERS, fault_of, take_in_batch
from orders.api.documents import (
    WrittenOrderResource,
    event_resource,
    order_fields,
    order_resource,
    with_parts,
)
from orders.api.listing import (
    ORDERINGS,
    STORY,
    NoQuery,
    OrderQuery,
    StoryQuery,
    WriteQuery,
    matching,
    read_query,
)
from orders.models import Event, Order
from orders.sources.document import OrderDoc
from orders.sources.limits import excess_of_fulfilment, excess_of_refund
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.lib import keyset
from postpurchase.lib.problems import Problem, invalid

Row = TypeVar("Row", bound=Model)

_encode = msgspec.json.Encoder().encode


def as_json(document: Any, *, status: int = 200) -> HttpResponse:
    """Answer with a document."""
    return HttpResponse(_encode(document), status=status, content_type="application/json")


def order_or_404(found: QuerySet[Order], **named: str | UUID) -> Order:
    """Give the order of that name; of several shops that use one id, the API's comes first."""
    api_first = Case(
        When(connection__kind=ConnectionKind.API, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    if any("\0" in str(value) for value in named.values()):
        raise Http404
    order = found.filter(**named).order_by(api_first, "pk").first()
    if order is None:
        raise Http404
    return order


class OrderList(MerchantView):
    """All orders of the merchant, wherever they come from."""

    @describe.order_list
    def get(self, request: Request) -> HttpResponse:
        """List orders, newest first, or in the order in which they changed."""
        query = read_query(request.query_params, OrderQuery)
        orders = matching(with_parts(Order.objects.all()), query)
        page = page_of(orders, ORDERINGS[query.sort], query)
        now = timezone.now()
        return listed(request, "orders", [order_resource(row, now=now) for row in page.rows], page)


class OrderBatch(MerchantView):
    """Many orders in one request."""

    @describe.order_batch
    @once
    def post(self, request: Request) -> HttpResponse:
        """State up to 1,000 orders; each gets its own result, and a bad one spoils no other."""
        read_query(request.query_params, NoQuery)
        batch = reading.read_batch(body_of(request))
        if len(batch.orders) > MOST_ORDERS:
            raise Problem(413, "too-large", f"A batch holds at most {MOST_ORDERS} orders.")
        intake = intake_of(request, is_history=batch.history)
        result = take_in_batch(intake, batch.orders)
        note_seen(intake.connection, now=intake.now)
        return as_json(result)


class OrderByExternalId(MerchantView):
    """One order, by its id in the shop. The id is percent-encoded in the address."""

    @describe.order_read
    def get(self, request: Request, external_id: str) -> HttpResponse:
        """Read an order."""
        return _shown(request, external_id=external_id)

    @describe.order_write
    @once
    def put(self, request: Request, external_id: str) -> HttpResponse:
        """State an order, whole. Stating it again, or an older version, changes nothing."""
        query = read_query(request.query_params, WriteQuery)
        doc = reading.read_order_named(body_of(request), external_id)
        intake = intake_of(request, is_history=query.history)
        outcome = _taken_in(intake, doc)
        note_seen(intake.connection, now=intake.now)
        response = as_json(
            _written(outcome, now=intake.now),
            status=201 if outcome.result == Result.CREATED else 200,
        )
        if outcome.result == Result.CREATED:
            response.headers["Location"] = request.build_absolute_uri(
                f"{reverse('api:orders')}/{quote(external_id, safe='')}"
            )
        return response


class OrderByPublicId(MerchantView):
    """One order, by the id it has here."""

    @describe.order_read
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read an order."""
        return _shown(request, public_id=public_id)


class OrderTimeline(MerchantView):
    """The story of an order, oldest first."""

    @describe.timeline
    def get(self, request: Request, **named: Any) -> HttpResponse:
        """Read what happened to an order, what shoppers do not see included."""
        query = read_query(request.query_params, StoryQuery)
        order = order_or_404(Order.objects.all(), **named)
        page = page_of(Event.objects.filter(order=order), STORY, query)
        return listed(request, "events", [event_resource(event) for event in page.rows], page)


class OrderRefunds(MerchantView):
    """Money given back, stated apart from the order."""

    @describe.refund
    @once
    def post(self, request: Request, **named: Any) -> HttpResponse:
        """Add a refund, or correct the one with that id."""
        read_query(request.query_params, NoQuery)
        doc = reading.read_refund(body_of(request))
        order = order_or_404(Order.objects.select_related("connection"), **named)
        reading.refuse(excess_of_refund(doc, order.currency))
        intake = intake_of(request, connection=order.connection)
        with refusing_unstorable():
            apply_refund(intake, order.external_id, doc)
        return _shown(request, public_id=order.public_id)


class OrderFulfilments(MerchantView):
    """Lines that left the shop, stated apart from the order."""

    @describe.fulfilment
    @once
    def post(self, request: Request, **named: Any) -> HttpResponse:
        """Add a fulfilment, or correct the one with that id."""
        read_query(request.query_params, NoQuery)
        doc = reading.read_fulfilment(body_of(request))
        reading.refuse(excess_of_fulfilment(doc))
        order = order_or_404(Order.objects.select_related("connection"), **named)
        intake = intake_of(request, connection=order.connection)
        with refusing_unstorable():
            apply_fulfilment(intake, order.external_id, doc)
        return _shown(request, public_id=order.public_id)


def intake_of(
    request: Request, *, connection: StoreConnection | None = None, is_history: bool = False
) -> Intake:
    """Say for whom a program states something; new orders come in by the merchant's own door."""
    key = key_of(request)
    return Intake(
        connection=connection or own_connection(key.merchant_id, ConnectionKind.API),
        now=timezone.now(),
        actor=Actor(ActorKind.PROGRAM, key.name),
        is_history=is_history,
    )


def _taken_in(intake: Intake, doc: OrderDoc) -> Outcome:
    with refusing_unstorable():
        return take_in(intake, [doc])[0]


@contextmanager
def refusing_unstorable() -> Iterator[None]:
    """Raise Problem where a document of the right form cannot be stored."""
    try:
        yield
    except UNSTORABLE as error:
        fault = fault_of(error)
        raise Problem(400, "invalid", fault.detail, [fault]) from None


def _written(outcome: Outcome, *, now: datetime) -> WrittenOrderResource:
    order = with_parts(Order.objects.all()).get(pk=outcome.order.pk)
    return WrittenOrderResource(**order_fields(order, now=now), result=outcome.result.value)


def _shown(request: Request, **named: str | UUID) -> HttpResponse:
    if request.method == "GET":
        read_query(request.query_params, NoQuery)
    order = order_or_404(with_parts(Order.objects.all()), **named)
    return as_json(order_resource(order, now=timezone.now()))


class Paged(Protocol):
    """A question that a list answers page by page."""

    @property
    def cursor(self) -> str | None: ...
    @property
    def limit(self) -> int: ...


def page_of(rows: QuerySet[Row], ordering: keyset.Ordering, query: Paged) -> keyset.Page[Row]:
    """Give the page that a question asks for. Raises Problem."""
    try:
        return keyset.page(rows, ordering=ordering, cursor=query.cursor, limit=query.limit)
    except keyset.BadCursor as error:
        raise invalid("cursor", str(error)) from None


def listed(
    request: Request, name: str, documents: list[Any], page: keyset.Page[Any]
) -> HttpResponse:
    """Answer with a page; the next one's address stands in the header Link, too."""
    response = as_json({name: documents, "next_cursor": page.next_cursor})
    if page.next_cursor:
        query = request.query_params.copy()
        query["cursor"] = page.next_cursor
        address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response
