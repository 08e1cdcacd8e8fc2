"""Words of sources that stand in none of our tables: how often they came, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from merchants.policy import Permission
from postpurchase.dashboard.carriers.guides import Text, label_of
from postpurchase.lib.keyset import BadCursor, Ordering, page
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame
from tracking.models import UnknownWord

NEWEST = Ordering("last_at", newest_first=True)
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A word as the list shows it."""

    source: Text
    word: str
    seen: int
    first_at: datetime
    last_at: datetime


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """List the words, those that came last first."""
    after = request.GET.get("after")
    try:
        found = page(UnknownWord.objects.all(), ordering=NEWEST, cursor=after, limit=PER_PAGE)
    except BadCursor as error:
        raise Http404("no such page") from error
    lines = [
        Line(label_of(row.source), row.word, row.seen, row.first_at, row.last_at)
        for row in found.rows
    ]
    older = f"after={found.next_cursor}" if found.next_cursor else ""
    context = frame(request, place, lines=lines, older=older, newest="", is_first=not after)
    return render(request, "dashboard/carriers/words.html", context)
