"""Notes and tags: what agents write on an order for one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from merchants.policy import Permission
from orders.actions.notes import LONGEST, change_note, people_of, write_note
from orders.actions.tags import put_tag, take_tag_off
from orders.models import Note, Order
from postpurchase.desk.doing import CONFLICT, Stale, actor_of, guard, since
from postpurchase.desk.once import Form, do_once, new_key
from postpurchase.desk.stamp import Stamp
from postpurchase.desk.subject import order_or_404
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.frame import desk_frame

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Written:
    """A note as it was sent: its words, whom it is meant for, and what the page saw."""

    text: str
    tell: frozenset[int]
    seen: Stamp

    @classmethod
    def of(cls, request: HttpRequest) -> Written:
        """Read the composer; what is nobody's number names nobody."""
        # A browser counts a line's end as one character and sends two.
        text = request.POST.get("text", "").replace("\r\n", "\n")
        tell = {
            int(pk)
            for pk in request.POST.getlist("tell")[:50]
            if pk.isascii() and pk.isdigit() and len(pk) < 19
        }
        return cls(text, frozenset(tell), Stamp.read(request.POST.get("seen", "")))


@require_POST
@desk_page(Permission.SERVE)
def write(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Write a note, unless the order changed meanwhile: then that is shown first."""
    now = timezone.now()
    order = order_or_404(public_id)
    written = Written.of(request)
    form = Form.of(request, "note", order.pk, written.text)

    def perform() -> None:
        guard(order, written.seen)
        write_note(order, text=written.text, by=place.user, tell=written.tell, now=now)

    try:
        do_once(place, form, act=perform, now=now)
    except Stale:
        return _compose(request, place, order, written)
    except Refused as refusal:
        return _compose(request, place, order, written, error=str(refusal.reason))
    return redirect(f"{reverse('admin:desk_order', args=[public_id])}#story")


def _compose(
    request: HttpRequest, place: Place, order: Order, written: Written, error: str = ""
) -> HttpResponse:
    """Show the note again with what stands in its way."""
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "order": order,
        "text": written.text[: 2 * LONGEST],
        "longest": LONGEST,
        "colleagues": [
            (user.pk, str(user), user.pk in written.tell)
            for user in people_of(place.merchant.pk)
            if user != place.user
        ],
        "error": error,
        "once": new_key(),
        **since(order, written.seen),
    }
    status = UNPROCESSABLE if error else CONFLICT
    return render(request, "desk/note.html", desk_frame(request, place, **context), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.SERVE)
def change(request: HttpRequest, place: Place, public_id: UUID, note: UUID) -> HttpResponse:
    """Correct one's own note for a quarter of an hour."""
    order = order_or_404(public_id)
    row = Note.objects.filter(order=order, public_id=note).first()
    if row is None:
        raise Http404("no such note")
    text, error = row.text, ""
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        try:
            change_note(row, text=text, by=place.user, now=timezone.now())
        except Refused as refusal:
            error = str(refusal.reason)
        else:
            return redirect(f"{reverse('admin:desk_order', args=[public_id])}#story")
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "order": order,
        "note": row,
        "text": text[: 2 * LONGEST],
        "longest": LONGEST,
        "error": error,
    }
    status = UNPROCESSABLE if error else 200
    return render(request, "desk/note.html", desk_frame(request, place, **context), status=status)


@require_POST
@desk_page(Permission.SERVE)
def tag(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Put a tag on or take one off; either twice is harmless."""
    now = timezone.now()
    order = order_or_404(public_id)
    try:
        if gone := request.POST.get("off", ""):
            take_tag_off(order, name=gone, actor=actor_of(place), now=now)
        else:
            put_tag(order, name=request.POST.get("tag", ""), actor=actor_of(place), now=now)
    except Refused as refusal:
        messages.error(request, _("Tag not put on: %(reason)s") % {"reason": refusal.reason})
    return redirect("admin:desk_order", public_id)
