"""The desk's first page: what needs me now, who named me, where I was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from merchants.actions import note_look
from merchants.models import PersonalDataLook
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders.models import Mention, Order
from orders.statuses import Status
from postpurchase.desk.page import CHIPS
from postpurchase.desk.worklists import tabs
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.frame import desk_frame

MENTIONS = 20
MENTIONS_VIEW = "mentions"
"""The saved view that has a card of its own here."""
RECENT = 8
LOOKED_THROUGH = 80
RECENT_DAYS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Opened:
    """An order that the reader had open lately."""

    order: Order
    at: datetime
    icon: str
    tone: str


@require_safe
@desk_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show what waits for the reader."""
    now = timezone.now()
    mentions = _mentions(place)
    opened = _opened(place, now=now)
    named = {mention.note.order_id for mention in mentions} | {row.order.pk for row in opened}
    note_look(place.viewer, LookKind.LIST, of=Order, rows=sorted(named), now=now)
    views = [tab for tab in tabs(place, now=now) if tab.name != MENTIONS_VIEW]
    context: dict[str, Any] = {
        "mentions": mentions,
        "has_more_mentions": len(mentions) == MENTIONS,
        "opened": opened,
        "needs": [tab for tab in views if not tab.is_of_parcels],
        "parcel_needs": [tab for tab in views if tab.is_of_parcels and not tab.is_empty],
    }
    return render(request, "desk/home.html", desk_frame(request, place, **context))


def _mentions(place: Place) -> list[Mention]:
    mine = Mention.objects.filter(user=place.user, read_at=None)
    return list(mine.select_related("note__order").order_by("-pk")[:MENTIONS])


def _opened(place: Place, *, now: datetime) -> list[Opened]:
    looks = PersonalDataLook.objects.filter(
        user=place.user,
        kind=LookKind.PAGE,
        table=Order._meta.label_lower,
        at__gte=now - RECENT_DAYS,
    ).order_by("-at", "-pk")
    last: dict[int, datetime] = {}
    for at, rows in looks.values_list("at", "rows")[:LOOKED_THROUGH]:
        for pk in rows:
            last.setdefault(pk, at)
    newest = list(last.items())[:RECENT]
    orders = Order.objects.in_bulk([pk for pk, _at in newest])
    return [
        Opened(orders[pk], at, *CHIPS[Status(orders[pk].status)])
        for pk, at in newest
        if pk in orders
    ]
