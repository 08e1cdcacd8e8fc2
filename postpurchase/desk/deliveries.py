"""What a shop sent about an order, as it came."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders.models import InboxEntry
from postpurchase.desk import stamp
from postpurchase.desk.acts import delivery_of
from postpurchase.desk.subject import order_or_404
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.frame import desk_frame

SHOWN = 200_000
"""Bytes of a body that a page shows."""


@require_safe
@desk_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID, entry: UUID) -> HttpResponse:
    """Show one delivery: when it came, what became of it, and its body."""
    order = order_or_404(public_id)
    row = delivery_of(order, entry)
    if row is None:
        raise Http404("no such delivery")
    note_look(place.viewer, LookKind.PAYLOAD, of=InboxEntry, rows=[row.pk], now=timezone.now())
    body = bytes(row.body)
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "order": order,
        "entry": row,
        "body": pretty(body),
        "size": len(body),
        "is_cut": len(body) > SHOWN,
        "seen": stamp.current(order),
        "may_serve": place.may(Permission.SERVE),
    }
    return render(request, "desk/delivery.html", desk_frame(request, place, **context))


def pretty(body: bytes) -> str:
    """Write a body, indented where it is JSON; what is too long is cut and left as it came."""
    raw = body[:SHOWN].decode("utf-8", "replace")
    try:
        written = json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return raw
    # Half a character (a lone surrogate) is allowed in JSON and on no page.
    return written.encode("utf-8", "replace").decode()
