"""The small page before an act: what follows from it, who is mailed, what changed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from merchants.policy import Permission
from orders.models import InboxEntry, Order
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.desk import stamp
from postpurchase.desk.acts import ACTS, Act, Wish, subject_of
from postpurchase.desk.once import Form, do_once, new_key
from postpurchase.desk.shown import happened_to
from postpurchase.desk.stamp import Stamp
from postpurchase.desk.subject import order_or_404
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.frame import desk_frame

CONFLICT = 409


class Stale(Exception):
    """The order changed since the page was made from which the act was asked for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the page before an act says."""

    wish: Wish
    seen: Stamp
    refusal: object = ""


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.SERVE)
def act(request: HttpRequest, place: Place, public_id: UUID, act: str) -> HttpResponse:
    """Ask before an act on GET, do it once on POST; a stale or refused one is explained."""
    if act not in ACTS:
        raise Http404("no such act")
    now = timezone.now()
    fields = request.POST if request.method == "POST" else request.GET
    order = order_or_404(public_id)
    wish = Wish(
        order=order,
        subject=subject_of(act, order, uuid_or_none(fields.get("subject", ""))),
        actor=actor_of(place),
        key="",
        now=now,
    )
    question = Question(wish, Stamp.read(fields.get("seen", "")))
    if request.method != "POST":
        return _ask(request, place, ACTS[act], question)
    return _do(request, place, ACTS[act], question)


def actor_of(place: Place) -> Actor:
    """Give the name under which a member of staff stands in stories."""
    return Actor(ActorKind.STAFF, str(place.user)[:200])


def uuid_or_none(text: str) -> UUID | None:
    """Read an id; nonsense is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def guard(order: Order, seen: Stamp) -> None:
    """Keep the order as it is until the transaction ends. Raises Stale if it changed before."""
    if stamp.current_locked(order) != seen:
        raise Stale


def _do(request: HttpRequest, place: Place, act: Act, question: Question) -> HttpResponse:
    wish = question.wish
    subject = wish.subject.pk if wish.subject else ""
    form = Form.of(request, act.label, wish.order.pk, subject)

    def perform() -> None:
        if isinstance(wish.subject, InboxEntry):
            # Workers lock deliveries before orders; whoever does otherwise may wait for ever.
            InboxEntry.objects.select_for_update(of=("self",)).get(pk=wish.subject.pk)
        guard(wish.order, question.seen)
        act.do(replace(wish, key=form.key))

    try:
        do_once(place, form, act=perform, now=wish.now)
    except Stale:
        return _ask(request, place, act, question, status=CONFLICT)
    except Refused as refusal:
        asked = replace(question, refusal=refusal.reason)
        return _ask(request, place, act, asked, status=CONFLICT)
    messages.success(request, str(act.done))
    return redirect("admin:desk_order", wish.order.public_id)


def _ask(
    request: HttpRequest, place: Place, act: Act, question: Question, status: int = 200
) -> HttpResponse:
    wish = question.wish
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "order": wish.order,
        "act": act,
        "subject": wish.subject,
        "tells": act.tells(wish),
        "prevents": question.refusal or act.prevents(wish),
        "once": new_key(),
        **since(wish.order, question.seen),
    }
    return render(
        request, "desk/confirm.html", desk_frame(request, place, **context), status=status
    )


def since(order: Order, seen: Stamp) -> dict[str, Any]:
    """Tell what happened since a page saw an order, and what it looks like now."""
    latest = stamp.current(order)
    is_stale = bool(seen.written) and latest != seen
    news = happened_to(order, stamp.events_since(order, seen)) if is_stale else []
    return {"seen": latest, "is_stale": is_stale, "news": news}
