"""Acts on many orders: counted before anything is done, done once, with a result for each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants import idempotency
from merchants.actions import note_look
from merchants.models import IdempotencyKey
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders.actions.tags import UnusableTag, tag_name
from orders.models import Order
from orders.shelf import older_than
from postpurchase.desk.bulk_acts import AT_MOST, BULK, BulkAct, Task, around
from postpurchase.desk.doing import actor_of
from postpurchase.desk.listing import read, wanted_of
from postpurchase.desk.once import new_key
from postpurchase.desk.worklists import Asker
from postpurchase.lib.crypto import digest
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.frame import desk_frame

SCOPE = "desk:bulk"


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen: to which orders, and why not to the others."""

    name: str
    act: BulkAct
    tag: str
    ready: list[Order]
    reasons: list[tuple[str | Promise, int]]

    @property
    def count(self) -> int:
        """Give how many orders were chosen."""
        return len(self.ready) + sum(count for _reason, count in self.reasons)


class CannotPlan(Refused):
    """Nothing was chosen, or the choice is not understood."""

    code = "cannot_plan"


@require_POST
@desk_page(Permission.SERVE)
def check(request: HttpRequest, place: Place) -> HttpResponse:
    """Say what would happen to the chosen orders. Nothing is done yet."""
    now = timezone.now()
    back = f"{reverse('admin:desk_orders')}?{read(QueryDict(request.POST.get('list', ''))).query}"
    try:
        orders = _chosen(request, Asker(place, now))
        plan = _plan(orders, request, place, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
        return redirect(back)
    note_look(place.viewer, LookKind.LIST, of=Order, rows=[one.pk for one in orders], now=now)
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "plan": plan,
        "once": new_key(),
        "back": back,
    }
    return render(request, "desk/bulk.html", desk_frame(request, place, **context))


@require_POST
@desk_page(Permission.SERVE)
def do(request: HttpRequest, place: Place) -> HttpResponse:
    """Do what was asked, each order by itself, once however often the form is sent."""
    now = timezone.now()
    key = _key(request.POST.get("once", ""))
    ids = sorted(set(request.POST.getlist("order")))[:AT_MOST]
    try:
        name, act, tag = _act(request)
        lease = idempotency.begin(
            merchant_id=place.merchant.pk,
            scope=f"{SCOPE}:{place.user.pk}",
            key=key,
            request_hash=digest(" ".join([name, tag, *ids])),
            now=now,
        )
    except (idempotency.AtWork, idempotency.Reused):
        return redirect("admin:desk_bulk_done", key)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
        return redirect("admin:desk_orders")
    if isinstance(lease, idempotency.Lease):
        task = Task(actor=actor_of(place), key=key, tag=tag, now=now)
        try:
            rows = [_do_one(order, act, task) for order in _orders_of(ids)]
        except BaseException:
            idempotency.release(lease)
            raise
        idempotency.settle(lease, status=200, response={"act": name, "tag": tag, "rows": rows})
    return redirect("admin:desk_bulk_done", key)


@require_safe
@desk_page(Permission.SERVE)
def done(request: HttpRequest, place: Place, form: UUID) -> HttpResponse:
    """Show the result of each order, for as long as it is kept."""
    row = IdempotencyKey.objects.filter(scope=f"{SCOPE}:{place.user.pk}", key=str(form)).first()
    if row is None:
        raise Http404("no such act")
    answer = row.response or {}
    rows = answer.get("rows", [])
    act = BULK.get(answer.get("act", ""))
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "is_at_work": row.status is None,
        "act": act,
        "tag": answer.get("tag", "") if act and act.needs_tag else "",
        "rows": sorted(rows, key=lambda one: not one["reason"]),
        "done": sum(not one["reason"] for one in rows),
        "left_out": sum(bool(one["reason"]) for one in rows),
    }
    return render(request, "desk/bulk_done.html", desk_frame(request, place, **context))


def _chosen(request: HttpRequest, asker: Asker) -> list[Order]:
    """Find the ticked orders, or the first of all that the list shows."""
    if request.POST.get("all"):
        wanted = wanted_of(read(QueryDict(request.POST.get("list", ""))), asker)
        if wanted is None:
            raise CannotPlan(_("The filters of the list are not understood."))
        merchant_id = asker.place.merchant.pk
        shelf = older_than(wanted, None, merchant_id=merchant_id, size=AT_MOST)
        found = Order.objects.in_bulk(shelf.ids)
        orders = [found[pk] for pk in shelf.ids if pk in found]
    else:
        orders = _orders_of(request.POST.getlist("order")[:AT_MOST])
    if not orders:
        raise CannotPlan(_("Choose at least one order."))
    for order in orders:
        order.merchant = asker.place.merchant
    return orders


def _orders_of(ids: list[str]) -> list[Order]:
    """Find orders of the current merchant by what the form names; nonsense finds nothing."""
    keys = []
    for text in ids:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    orders = Order.objects.select_related("merchant").filter(public_id__in=keys)
    return list(orders.order_by("-placed_at", "-pk"))


def _act(request: HttpRequest) -> tuple[str, BulkAct, str]:
    name = request.POST.get("act", "")
    act = BULK.get(name)
    if act is None:
        raise CannotPlan(_("Choose what to do with the orders."))
    if not act.needs_tag:
        return name, act, ""
    try:
        return name, act, tag_name(request.POST.get("tag", ""))
    except UnusableTag as refusal:
        raise CannotPlan(refusal.reason) from refusal


def _plan(orders: list[Order], request: HttpRequest, place: Place, *, now: datetime) -> Plan:
    name, act, tag = _act(request)
    task = Task(actor=actor_of(place), key="", tag=tag, now=now)
    known, ready = around(orders), []
    reasons: Counter[str | Promise] = Counter()
    for order in orders:
        if reason := str(act.prevents(order, task, known)):
            reasons[reason] += 1
        else:
            ready.append(order)
    return Plan(name, act, tag, ready, reasons.most_common())


def _do_one(order: Order, act: BulkAct, task: Task) -> dict[str, str]:
    """Do it with one order, in a transaction of its own; a refusal leaves no trace."""
    reason = ""
    try:
        with transaction.atomic():
            act.do(order, task)
    except Refused as refusal:
        reason = str(refusal.reason)
    return {"order": str(order.public_id), "number": order.number, "reason": reason}


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return new_key()
