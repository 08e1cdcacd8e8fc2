"""The first page of a shop's dashboard."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from merchants.models import StoreConnection
from merchants.policy import Permission
from orders.health import silences
from postpurchase.dashboard.connections.words import silence_text
from postpurchase.dashboard.home import checklist, figures, needs
from postpurchase.lib import capped
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

FOLDED = "home.folded"
"""Key of the session: the shops, by slug, whose set-up list this person has put away."""


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show what is left to set up, what needs a person now, and how the shop fares."""
    now = timezone.now()
    # Both in one statement; their names do not meet.
    asked = {need.name: need.rows(place.merchant, now) for need in needs.NEEDS}
    asked |= checklist.facts_to_count(place, now=now)
    counts = capped.counts(asked, most=needs.MOST)
    context = frame(
        request,
        place,
        checklist=checklist.checklist(place, counts),
        is_folded=place.slug in request.session.get(FOLDED, []),
        may_set_up=place.may(Permission.SET_UP),
        lines=[
            *needs.lines_of(counts, slug=place.slug, now=now),
            *_silent(place, now=now),
        ],
        board=figures.board(place, now=now),
        now=now,
    )
    return render(request, "dashboard/home/show.html", context)


def _silent(place: Place, *, now: datetime) -> list[needs.Line]:
    """Name the connections of which nothing is heard although something usually is."""
    connections = list(StoreConnection.objects.filter(is_active=True).order_by("pk"))
    return [
        needs.silent_line(str(connection), silence_text(silence), slug=place.slug)
        for connection, silence in silences(place.merchant.pk, connections, now=now)
    ]


@require_POST
@merchant_page(Permission.LOOK)
def fold(request: HttpRequest, place: Place) -> HttpResponse:
    """Put the set-up list away, or take it out again; for this person, until they log out."""
    folded = set(request.session.get(FOLDED, []))
    if "unfold" in request.POST:
        folded.discard(place.slug)
    else:
        folded.add(place.slug)
    request.session[FOLDED] = sorted(folded)
    return redirect("dashboard:home", place.slug)
