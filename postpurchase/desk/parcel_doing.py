"""The small page before an act on a parcel, and the page of all its scans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from postpurchase.desk import stamp
from postpurchase.desk.doing import CONFLICT, Stale, actor_of, guard, since
from postpurchase.desk.once import Form, do_once, new_key
from postpurchase.desk.parcel_acts import ACTS, Act, Wish, scan_token, subject_of
from postpurchase.desk.parcels import scan_of
from postpurchase.desk.stamp import Stamp
from postpurchase.desk.subject import order_or_404
from postpurchase.lib.errors import Refused
from postpurchase.lib.keyset import BadCursor, Ordering, page
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.carriers import carrier_text
from postpurchase.staff.frame import desk_frame
from tracking.models import Shipment, TrackingEvent

UNPROCESSABLE = 422
NEWEST = Ordering("occurred_at", newest_first=True)
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Question:
    """What the page before an act says."""

    name: str
    act: Act
    wish: Wish
    seen: Stamp
    form: forms.Form
    subject: str
    refusal: object = ""


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.SERVE)
def act(
    request: HttpRequest, place: Place, public_id: UUID, parcel: UUID, act: str
) -> HttpResponse:
    """Ask before an act on GET, do it once on POST; a stale or refused one is explained."""
    if act not in ACTS:
        raise Http404("no such act")
    order = order_or_404(public_id)
    fields = request.POST if request.method == "POST" else request.GET
    shipment = _parcel_or_404(order.pk, parcel)
    shipment.order = order
    subject = fields.get("subject", "")[:500]
    found = subject_of(act, shipment, subject)
    wish = Wish(order, shipment, found, actor_of(place), timezone.now())
    form = ACTS[act].form(wish, request.POST if request.method == "POST" else None)
    question = Question(act, ACTS[act], wish, Stamp.read(fields.get("seen", "")), form, subject)
    if request.method != "POST":
        return _ask(request, place, question)
    if not form.is_valid():
        return _ask(request, place, question, status=UNPROCESSABLE)
    return _do(request, place, question)


def _do(request: HttpRequest, place: Place, question: Question) -> HttpResponse:
    wish, fields = question.wish, question.form.cleaned_data
    subject = wish.subject.pk if wish.subject else ""
    told = sorted((name, str(value)) for name, value in fields.items())
    form = Form.of(request, question.name, wish.shipment.pk, subject, told)

    def perform() -> None:
        guard(wish.order, question.seen)
        question.act.do(wish, fields)

    try:
        do_once(place, form, act=perform, now=wish.now)
    except Stale:
        return _ask(request, place, question, status=CONFLICT)
    except Refused as refusal:
        question.form.add_error(None, str(refusal.reason))
        return _ask(request, place, question, status=CONFLICT)
    messages.success(request, str(question.act.done))
    order = reverse("admin:desk_order", args=[wish.order.public_id])
    return redirect(f"{order}#p-{wish.shipment.public_id}")


def _ask(request: HttpRequest, place: Place, question: Question, status: int = 200) -> HttpResponse:
    wish = question.wish
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "order": wish.order,
        "shipment": wish.shipment,
        "carrier": carrier_text(wish.shipment.carrier),
        "act": question.act,
        "name": question.name,
        "form": question.form,
        "subject": question.subject,
        "tells": question.act.tells(wish),
        "prevents": question.act.prevents(wish),
        "once": new_key(),
        **since(wish.order, question.seen),
    }
    return render(
        request, "desk/parcel_act.html", desk_frame(request, place, **context), status=status
    )


@require_safe
@desk_page(Permission.LOOK)
def scans(request: HttpRequest, place: Place, public_id: UUID, parcel: UUID) -> HttpResponse:
    """Show all that was ever said of a parcel, newest first, also what was taken back."""
    order = order_or_404(public_id)
    shipment = _parcel_or_404(order.pk, parcel)
    rows = TrackingEvent.objects.filter(shipment_id=shipment.pk)
    after = request.GET.get("after")
    try:
        found = page(rows, ordering=NEWEST, cursor=after, limit=PER_PAGE)
    except BadCursor:
        raise Http404("no such page") from None
    note_look(place.viewer, LookKind.PAGE, of=Shipment, rows=[shipment.pk], now=timezone.now())
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "order": order,
        "shipment": shipment,
        "carrier": carrier_text(shipment.carrier),
        "rows": [(row, scan_of(row), scan_token(row)) for row in found.rows],
        "older": f"?after={found.next_cursor}" if found.next_cursor else "",
        "is_older": bool(after),
        "seen": stamp.current(order),
        "may_serve": place.may(Permission.SERVE),
    }
    return render(request, "desk/parcel_scans.html", desk_frame(request, place, **context))


def _parcel_or_404(order_id: int, public_id: UUID) -> Shipment:
    found = Shipment.objects.filter(order_id=order_id, public_id=public_id).first()
    if found is None:
        raise Http404("no such parcel")
    return found
