"""A mail of an order, as its reader sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from notifications.actions.asking import is_repeatable
from notifications.models import Message
from orders.models import Order
from postpurchase.desk import stamp
from postpurchase.desk.shown import MAILS
from postpurchase.desk.subject import order_or_404
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.frame import desk_frame
from postpurchase.staff.mail_preview import MAIL_POLICY, SANDBOX, framed, preview

# Widths in CSS pixels: a phone, and the column of a mail program.
WIDTHS = {"phone": 390, "desktop": 680}


@require_safe
@csp_update({"frame-src": [SELF]})
@desk_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID, message: UUID) -> HttpResponse:
    """Show a mail for a phone, a desktop or as plain text, with its tries and what to do."""
    now = timezone.now()
    order, row = _found(public_id, message)
    note_look(place.viewer, LookKind.MAIL, of=Message, rows=[row.pk], now=now)
    width = request.GET.get("width", "")
    width = width if width in WIDTHS else "desktop"
    icon, tone = MAILS.get(row.state, ("mail", ""))
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "order": order,
        "message": row,
        "icon": icon,
        "tone": tone,
        "tries": row.tries.order_by("-at", "-pk")[:20],
        "mail": preview(row, now=now),
        "view": "text" if request.GET.get("view") == "text" else "html",
        "width": width,
        "pixels": WIDTHS[width],
        "sandbox": SANDBOX,
        "seen": stamp.current(order),
        "may_serve": place.may(Permission.SERVE),
        "can_repeat": is_repeatable(
            state=row.state, kind=row.kind, expires_at=row.expires_at, now=now
        ),
    }
    return render(request, "desk/mail.html", desk_frame(request, place, **context))


@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)
@desk_page(Permission.LOOK)
def html(request: HttpRequest, place: Place, public_id: UUID, message: UUID) -> HttpResponse:
    """Give the HTML of a mail for the frame: no scripts, nothing from elsewhere."""
    now = timezone.now()
    _order, row = _found(public_id, message)
    mail = preview(row, now=now)
    if mail is None:
        raise Http404("nothing to show")
    note_look(place.viewer, LookKind.MAIL, of=Message, rows=[row.pk], now=now)
    return framed(mail.html)


def _found(public_id: UUID, message: UUID) -> tuple[Order, Message]:
    order = order_or_404(public_id)
    rows = Message.objects.select_related("merchant", "order")
    row = rows.filter(order=order, public_id=message).first()
    if row is None:
        raise Http404("no such mail")
    return order, row
