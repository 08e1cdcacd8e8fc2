"""An order's page: its story, its money, its person, and what can be done."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders.actions.notes import LONGEST, read_mentions
from orders.models import Order
from postpurchase.desk.once import new_key
from postpurchase.desk.page import order_desk
from postpurchase.desk.presence import arrive
from postpurchase.desk.shown import Reader, shown
from postpurchase.desk.story import Part, read_story
from postpurchase.desk.subject import order_with_all_or_404
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.frame import desk_frame

PARTS = frozenset(Part)


@require_safe
@desk_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show an order with its whole story; notes that name the reader count as read."""
    now = timezone.now()
    order = order_with_all_or_404(public_id, viewer=place.user)
    wish = request.GET.get("part", "")
    part = Part(wish) if wish in PARTS else Part.ALL
    after = request.GET.get("older", "")
    story = read_story(order, part=part, after=after)
    note_look(place.viewer, LookKind.PAGE, of=Order, rows=[order.pk], now=now)
    if order.has_unread:  # type: ignore[attr-defined]  # annotated
        read_mentions(order, by=place.user, now=now)
    page = order_desk(order, place, now=now)
    reader = Reader(order=order, user=place.user, now=now, parcels=page.parcels.titles)
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "page": page,
        "entries": [shown(entry, reader) for entry in story.entries],
        "part": part,
        "parts": list(Part),
        "older": urlencode({"part": part, "older": story.older}) if story.older else "",
        "is_older": bool(after),
        "others": arrive(order, user=place.user, is_writing=False, now=now),
        "may_serve": place.may(Permission.SERVE),
        "longest": LONGEST,
        "once": new_key(),
        "back": back_url(request),
    }
    return render(request, "desk/order.html", desk_frame(request, place, **context))


def back_url(request: HttpRequest) -> str:
    """Give the list that the reader came from, if it is one of the desk's, else the plain list."""
    asked = request.GET.get("back", "")
    listing = reverse("admin:desk_orders")
    parts = urlsplit(asked.replace("\\", "/"))
    is_ours = (
        not parts.scheme and not parts.netloc and parts.path.startswith(reverse("admin:index"))
    )
    return asked if is_ours and "\n" not in asked else listing
