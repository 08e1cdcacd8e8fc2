"""Parcels for programs: state them, tell what happens to them, read them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request

from merchants.api import MerchantView, body_of, key_of, once
from orders.api.listing import NoQuery, read_query
from orders.api.views import as_json, listed, order_or_404, page_of, refusing_unstorable
from orders.keys import number_key
from orders.models import Order
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.lib.problems import Problem, invalid
from tracking.actions.stating import NoSuchLine, Result, state_parcel, teller_of, withdraw
from tracking.api import describe, reading
from tracking.api.batch import MOST_EVENTS, take_in_events
from tracking.api.documents import (
    ShipmentDoc,
    ShipmentsOfOrder,
    WrittenShipmentResource,
    shipment_fields,
    shipment_resource,
    with_parts,
)
from tracking.api.listing import ORDERINGS, ShipmentQuery, matching
from tracking.models import Shipment


class ShipmentList(MerchantView):
    """All parcels of the merchant."""

    @describe.shipment_list
    def get(self, request: Request) -> HttpResponse:
        """List parcels, in the order in which they changed."""
        query = read_query(request.query_params, ShipmentQuery)
        shipments = matching(with_parts(Shipment.objects.all()), query)
        page = page_of(shipments, ORDERINGS[query.sort], query)
        return listed(request, "shipments", [shipment_resource(row) for row in page.rows], page)

    @describe.shipment_write
    @once
    def post(self, request: Request) -> HttpResponse:
        """State a parcel of an order. Stating it again changes nothing, or corrects it."""
        read_query(request.query_params, NoQuery)
        doc = reading.read_shipment(body_of(request))
        order, now = _order_of(doc), timezone.now()
        intake = teller_of(order, actor=_actor(request), now=now)
        try:
            with refusing_unstorable():
                shipment, result = state_parcel(intake, order, reading.stated_in(doc))
        except NoSuchLine as refusal:
            place = [line.line_id for line in doc.lines].index(refusal.line_id)
            raise invalid(f"/lines/{place}", str(refusal.reason)) from None
        shown = with_parts(Shipment.objects.all()).get(pk=shipment.pk)
        document = WrittenShipmentResource(**shipment_fields(shown), result=result.value)
        response = as_json(document, status=201 if result == Result.CREATED else 200)
        if result == Result.CREATED:
            where = reverse("api:shipment", args=[shown.public_id])
            response.headers["Location"] = request.build_absolute_uri(where)
        return response


class OneShipment(MerchantView):
    """One parcel, by the id it has here."""

    http_method_names = (*MerchantView.http_method_names, "delete")

    @describe.shipment_read
    def get(self, request: Request, shipment_id: UUID) -> HttpResponse:
        """Read a parcel: where it is, when it comes, and its newest scans."""
        read_query(request.query_params, NoQuery)
        shipments = with_parts(Shipment.objects.all())
        return as_json(shipment_resource(_shipment_or_404(shipments, shipment_id)))

    @describe.shipment_withdraw
    def delete(self, request: Request, shipment_id: UUID) -> HttpResponse:
        """Take back a parcel that was stated here, or that is on its way back to the shop."""
        read_query(request.query_params, NoQuery)
        parcels = Shipment.objects.select_related("order__connection")
        shipment = _shipment_or_404(parcels, shipment_id)
        withdraw(teller_of(shipment.order, actor=_actor(request), now=timezone.now()), shipment)
        shown = with_parts(Shipment.objects.all()).get(pk=shipment.pk)
        return as_json(shipment_resource(shown))


class OrderShipments(MerchantView):
    """The parcels of an order."""

    @describe.shipments_of_order
    def get(self, request: Request, **named: Any) -> HttpResponse:
        """Read all parcels of an order, those taken back included."""
        read_query(request.query_params, NoQuery)
        order = order_or_404(Order.objects.all(), **named)
        rows = with_parts(Shipment.objects.filter(order=order)).order_by("pk")
        return as_json(ShipmentsOfOrder(shipments=[shipment_resource(row) for row in rows]))


class EventBatchView(MerchantView):
    """Many events of many parcels in one request."""

    @describe.event_batch
    @once
    def post(self, request: Request) -> HttpResponse:
        """Tell up to 1,000 events; each gets its own result, and a bad one spoils no other."""
        read_query(request.query_params, NoQuery)
        batch = reading.read_events(body_of(request))
        if len(batch.events) > MOST_EVENTS:
            raise Problem(413, "too-large", f"A batch holds at most {MOST_EVENTS} events.")
        result = take_in_events(
            batch.events,
            merchant_id=key_of(request).merchant_id,
            actor=_actor(request),
            now=timezone.now(),
        )
        return as_json(result)


def _order_of(doc: ShipmentDoc) -> Order:
    """Find the order that a parcel names. Raises Problem: none, or several of that number."""
    [(name, value)] = reading.order_named(doc).items()
    column = {"order_id": "external_id", "order_number": "number_key"}.get(name, "public_id")
    if name == "order_number":
        value = number_key(value)
    orders = Order.objects.select_related("connection", "merchant")
    if name == "order_number" and orders.filter(number_key=value)[:2].count() > 1:
        raise invalid("/order_number", "Several orders have this number; name it another way.")
    try:
        return order_or_404(orders, **{column: value})
    except Http404:
        raise invalid(f"/{name}", "There is no such order.") from None


def _shipment_or_404(shipments: QuerySet[Shipment], public_id: UUID) -> Shipment:
    found = shipments.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _actor(request: Request) -> Actor:
    return Actor(ActorKind.PROGRAM, key_of(request).name)
