"""Sending one message again, or now."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from notifications.actions import NotSendable, ask_again, send_now
from notifications.actions.settling import why_not_again
from notifications.models import Message
from notifications.statuses import OPEN
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.dashboard.messages.message import message_or_404
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SERVE)
def again(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Ask whether a message shall go again, saying to whom; then let it."""
    now = timezone.now()
    row = message_or_404(public_id)
    if request.method == "POST":
        _send_again(request, place, row)
        return redirect("dashboard:messages_one", place.slug, public_id)
    note_look(place.viewer, LookKind.MAIL, of=Message, rows=[row.pk], now=now)
    refusal = why_not_again(row, now=now)
    context = frame(request, place, message=row, refusal=refusal)
    return render(request, "dashboard/messages/again.html", context)


@require_POST
@merchant_page(Permission.SERVE)
def now(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Let a planned message go at once."""
    row = message_or_404(public_id)
    try:
        send_now(row, now=timezone.now())
    except NotSendable as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("It is sent now."))
    return redirect("dashboard:messages_one", place.slug, public_id)


def _send_again(request: HttpRequest, place: Place, row: Message) -> None:
    actor = Actor(ActorKind.STAFF, str(place.user)[:200])
    try:
        ask_again(row, actor=actor, now=timezone.now())
    except NotSendable as refusal:
        if row.state not in OPEN:
            messages.error(request, str(refusal.reason))
            return
        # Pressed twice: the first press did it, but its answer never reached the browser.
    messages.success(request, _("It is sent again now."))
