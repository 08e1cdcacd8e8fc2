"""One message: what became of it, and what it says."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from notifications.actions.settling import why_not_again
from notifications.models import Attempt, Message, Suppression
from notifications.rendering.outcome import LOOKS, why
from notifications.statuses import AttemptOutcome, MessageState
from postpurchase.dashboard.messages.rows import recipient_of
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame
from postpurchase.staff.mail_preview import MAIL_POLICY, SANDBOX, Preview, framed, preview

log = logging.getLogger(__name__)

# Widths in CSS pixels: a phone, and the column of a mail program.
WIDTHS = {"phone": 390, "desktop": 680}
TRIES_SHOWN = 20
TRIES: dict[str, tuple[str, str]] = {
    AttemptOutcome.SENT: ("circle-check", "ok"),
    AttemptOutcome.RETRY: ("clock", "info"),
    AttemptOutcome.REFUSED: ("circle-x", "bad"),
    AttemptOutcome.UNCERTAIN: ("circle-alert", "warn"),
}


@dataclass(frozen=True, slots=True)
class Try:
    """A try to send, with its looks."""

    attempt: Attempt
    icon: str
    tone: str


@require_safe
@csp_update({"frame-src": [SELF]})
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show a message for a phone, a desktop or as plain text, its tries, and what can be done."""
    now = timezone.now()
    row = message_or_404(public_id)
    note_look(place.viewer, LookKind.MAIL, of=Message, rows=[row.pk], now=now)
    view = request.GET.get("view", "")
    view = view if view in {*WIDTHS, "text"} else "desktop"
    icon, tone = LOOKS[row.state]
    context: dict[str, Any] = {
        "message": row,
        "recipient": recipient_of(row, shows_address=place.may(Permission.SERVE)),
        "icon": icon,
        "tone": tone,
        "why": why(row),
        "tries": _tries(row),
        "mail": preview_of(row),
        "view": view,
        "pixels": WIDTHS.get(view, 0),
        "sandbox": SANDBOX,
        "may_serve": place.may(Permission.SERVE),
        "is_planned": row.state == MessageState.PLANNED,
        "why_not_again": why_not_again(row, now=now),
    }
    return render(request, "dashboard/messages/message.html", frame(request, place, **context))


@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)
@merchant_page(Permission.LOOK)
def html(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Give the HTML of a mail for the frame: no scripts, nothing from elsewhere."""
    row = message_or_404(public_id)
    mail = preview_of(row)
    if mail is None:
        raise Http404("nothing to show")
    note_look(place.viewer, LookKind.MAIL, of=Message, rows=[row.pk], now=timezone.now())
    return framed(mail.html)


def message_or_404(public_id: UUID) -> Message:
    """Give a message of the current merchant's, with what its pages name."""
    suppressed = Suppression.objects.filter(address=OuterRef("recipient"))
    rows = Message.objects.select_related("merchant", "order")
    row = rows.annotate(is_suppressed=Exists(suppressed)).filter(public_id=public_id).first()
    if row is None:
        raise Http404("no such message")
    return row


def preview_of(message: Message) -> Preview | None:
    """Write a message as it would go now; None where what it said is no longer kept."""
    is_erased = message.order is not None and message.order.erased_at is not None
    if not message.recipient or is_erased:
        return None
    try:
        return preview(message, now=timezone.now())
    except Exception:  # whatever ails it, its sender met it too; the page still opens
        log.exception("Message %s could not be written for its page.", message.pk)
        return None


def _tries(message: Message) -> list[Try]:
    newest = message.tries.order_by("-at", "-pk")[:TRIES_SHOWN]
    return [Try(attempt, *TRIES[attempt.outcome]) for attempt in newest]
