"""Sending all that failed again."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from notifications.actions.bulk import AT_MOST, Verdict, look_over, send_all_again
from notifications.models import Message
from notifications.queries import failed_messages
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.dashboard.messages.rows import rows_of
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

RESULT = "messages.again"
"""Key of the session: what the last bulk act did, so that a reload does not do it again."""


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SERVE)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Say what sending all failed messages again would do; then do it."""
    failed = failed_messages(place.merchant.pk, limit=AT_MOST)
    if request.method == "POST":
        _do(request, place, failed)
        return redirect("dashboard:messages_again_done", place.slug)
    verdicts = look_over(failed, now=timezone.now())
    refusals = Counter(verdict.reason for verdict in verdicts if verdict.reason)
    context = frame(
        request,
        place,
        once=str(uuid4()),
        count=sum(not verdict.reason for verdict in verdicts),
        refusals=refusals.most_common(),
        is_capped=len(failed) == AT_MOST,
        at_most=AT_MOST,
    )
    return render(request, "dashboard/messages/again_all.html", context)


@require_safe
@merchant_page(Permission.SERVE)
def done(request: HttpRequest, place: Place) -> HttpResponse:
    """Say what became of each."""
    known: dict[str, Any] = request.session.get(RESULT, {})
    reasons: dict[str, str] = known.get("rows", {}) if known.get("shop") == place.slug else {}
    found = Message.objects.filter(public_id__in=list(reasons)).select_related("order")
    rows = {str(row.public_id): row for row in found}
    shown = [rows[key] for key in reasons if key in rows]
    now = timezone.now()
    note_look(place.viewer, LookKind.LIST, of=Message, rows=[row.pk for row in shown], now=now)
    results = [(row, reasons[row.public_id]) for row in rows_of(shown, shows_address=True)]
    context = frame(
        request, place, results=results, count=sum(not reason for _row, reason in results)
    )
    return render(request, "dashboard/messages/again_done.html", context)


def _do(request: HttpRequest, place: Place, failed: list[Message]) -> None:
    key = _key(request)
    if request.session.get(RESULT, {}).get("once") == key:
        return  # Pressed twice: the first press did it.
    actor = Actor(ActorKind.STAFF, str(place.user)[:200])
    verdicts = send_all_again(failed, actor=actor, now=timezone.now())
    request.session[RESULT] = {"shop": place.slug, "once": key, "rows": _told(verdicts)}


def _told(verdicts: list[Verdict]) -> dict[str, str]:
    return {str(verdict.message.public_id): verdict.reason for verdict in verdicts}


def _key(request: HttpRequest) -> str:
    try:
        return str(UUID(request.POST.get("once", "")))
    except ValueError:
        return str(uuid4())
