"""Lists of orders that need a person: the reason in words, and the act right there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from merchants.actions import note_look
from merchants.models import Merchant
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders.actions.conflicts import NoConflict, see_conflict
from orders.models import Order
from orders.statuses import ActorKind, AddressKind
from orders.timeline import Actor
from postpurchase.dashboard.home import needs
from postpurchase.lib import keyset
from postpurchase.lib.locales import day_text
from postpurchase.lib.money import Money
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame
from tracking.queries import promise_for
from tracking.statuses import Trouble

PAGE = 25
BY_DAY = keyset.Ordering("placed_at", newest_first=True)


@dataclass(frozen=True, slots=True)
class Worklist:
    """A list: what it is called, why its rows are in it, and what to do when it is empty."""

    title: LazyText
    lead: LazyText
    empty: LazyText
    rows: Callable[[Merchant, datetime], QuerySet[Order]]
    reason: Callable[[Order, date], str]
    can_be_seen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """An order on a list."""

    number: str
    name: str
    placed_at: datetime
    total: Money
    reason: str
    desk_url: str
    seen_url: str


def _stuck_reason(order: Order, today: date) -> str:
    places = [row for row in order.addresses.all() if row.kind == AddressKind.SHIPPING]
    promise = promise_for(order, door_country=places[0].country if places else "")
    if promise is None or promise.ships_by >= today:
        return _("It should have left by now.")
    late = (today - promise.ships_by).days
    return ngettext(
        "It should have left by %(day)s, %(late)d day ago.",
        "It should have left by %(day)s, %(late)d days ago.",
        late,
    ) % {"day": day_text(promise.ships_by, today=today), "late": late}


def _trouble_reason(order: Order, _today: date) -> str:
    kinds: list[str] = order.troubles  # type: ignore[attr-defined]  # annotated
    return ", ".join(str(Trouble(kind).label) for kind in dict.fromkeys(kinds))


LISTS = {
    "parcels": Worklist(
        gettext_lazy("Orders with a parcel in trouble"),
        gettext_lazy(
            "Somebody has to look after these. On the order’s page of the desk stands what is the "
            "matter, what the shopper wants, and what can be done."
        ),
        gettext_lazy("No parcel needs anybody."),
        needs.parcels_in_trouble,
        _trouble_reason,
    ),
    "stuck": Worklist(
        gettext_lazy("Orders that should have left"),
        gettext_lazy(
            "Not shipped in full, and past the day that you promised. Ship them, or tell the "
            "shopper."
        ),
        gettext_lazy("All orders left in time, or still have time."),
        needs.stuck_orders,
        _stuck_reason,
    ),
    "conflicts": Worklist(
        gettext_lazy("Orders with figures that do not fit together"),
        gettext_lazy(
            "Nothing was corrected on its own. Compare with your shop, correct it there, and mark "
            "the order as seen. It comes back if your shop states the same again."
        ),
        gettext_lazy("The figures of all orders fit together."),
        needs.orders_in_conflict,
        lambda order, _today: order.sync_conflict,
        can_be_seen=True,
    ),
}


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, need: str) -> HttpResponse:
    """Show a list, newest first."""
    worklist = LISTS.get(need)
    if worklist is None:
        raise Http404("no such list")
    now = timezone.now()
    page = _page(worklist, place, now=now, cursor=request.GET.get("cursor"))
    note_look(place.viewer, LookKind.LIST, of=Order, rows=[row.pk for row in page.rows], now=now)
    may_see = worklist.can_be_seen and place.may(Permission.SERVE)
    context = frame(
        request,
        place,
        worklist=worklist,
        rows=[_row(worklist, order, place, may_see=may_see, now=now) for order in page.rows],
        older_url=f"?cursor={page.next_cursor}" if page.next_cursor else "",
        is_later="cursor" in request.GET,
        may_see=may_see,
    )
    return render(request, "dashboard/home/needs.html", context)


def _page(
    worklist: Worklist, place: Place, *, now: datetime, cursor: str | None
) -> keyset.Page[Order]:
    rows = worklist.rows(place.merchant, now).select_related("merchant")
    rows = rows.prefetch_related("addresses")
    try:
        return keyset.page(rows, ordering=BY_DAY, cursor=cursor, limit=PAGE)
    except keyset.BadCursor:
        raise Http404("no such page") from None


def _row(worklist: Worklist, order: Order, place: Place, *, may_see: bool, now: datetime) -> Row:
    ids: Any = [place.slug, order.public_id]
    desk = reverse("admin:desk_order", args=[order.public_id])
    return Row(
        number=order.number,
        name=order.name,
        placed_at=order.placed_at,
        total=order.total,
        reason=worklist.reason(order, timezone.localdate(now)),
        desk_url=f"{desk}?shop={place.slug}" if place.user.is_staff else "",
        seen_url=reverse("dashboard:home_conflict_seen", args=ids) if may_see else "",
    )


@require_POST
@merchant_page(Permission.SERVE)
def see(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Take an order's conflict as looked after; a second click finds nothing to do."""
    order = Order.objects.filter(public_id=public_id).first()
    if order is None:
        raise Http404("no such order")
    actor = Actor(ActorKind.STAFF, str(place.user))
    try:
        see_conflict(order, actor=actor, now=timezone.now())
    except NoConflict as refusal:
        messages.info(request, str(refusal.reason))
    else:
        words = {"number": order.number}
        messages.success(request, _("Order %(number)s is marked as seen.") % words)
    return redirect("dashboard:home_needs", place.slug, "conflicts")
