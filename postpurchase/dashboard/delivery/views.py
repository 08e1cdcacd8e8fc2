"""The pages of how carriers do."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from analytics.policy import Period as Days
from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from postpurchase.dashboard.analytics.asking import Asked, read
from postpurchase.dashboard.delivery import charts, sheets
from postpurchase.dashboard.delivery.lanes import carrier_text, lane_text, query_of, rows_of
from postpurchase.dashboard.delivery.measures import tiles
from postpurchase.lib import keyset
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame
from tracking.models import Shipment
from tracking.performance import Lane, Period, Which, ordering_of, parcels, performance
from tracking.performance_days import days

PAGE = 50
TABS = {
    Which.DELIVERED: _("Delivered"),
    Which.LATE: _("Later than first promised"),
    Which.ATTEMPTED: _("Not at the first attempt"),
    Which.RETURNED: _("Came back"),
}


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show how carriers did in a period beside another."""
    ask = _asked(request, place)
    shop = place.merchant
    found = performance(shop.pk, _moments(ask.period))
    before = performance(shop.pk, _moments(ask.other)) if ask.other else None
    told = charts.parts_of(ask.period, days(shop.pk, _moments(ask.period), zone=shop.zone))
    context: dict[str, Any] = {
        "ask": ask,
        "found": found,
        "tiles": tiles(found.total, before.total if before else None),
        "parts": told,
        "chart": charts.columns(told),
        "rows": rows_of(found),
        "is_empty": not found.total.ended and not Shipment.objects.exists(),
    }
    return render(request, "dashboard/delivery/show.html", frame(request, place, **context))


@require_safe
@merchant_page(Permission.LOOK)
def behind(request: HttpRequest, place: Place) -> HttpResponse:
    """Show the parcels behind a figure, newest first."""
    ask = _asked(request, place)
    lane, which = lane_of(request.GET), which_of(request.GET)
    rows = parcels(place.merchant.pk, _moments(ask.period), lane=lane, which=which)
    after = request.GET.get("after")
    same = "&".join(part for part in (ask.query, query_of(lane)) if part)
    try:
        page = keyset.page(
            rows.select_related("order"), ordering=ordering_of(which), cursor=after, limit=PAGE
        )
    except keyset.BadCursor:
        return redirect(f"{request.path}?{same}&which={which}")
    seen = [row.pk for row in page.rows]
    note_look(place.viewer, LookKind.LIST, of=Shipment, rows=seen, now=timezone.now())
    context: dict[str, Any] = {
        "ask": ask,
        "which": which,
        "tabs": TABS.items(),
        "title": TABS[which],
        "lane": _lane_title(lane),
        "same": same,
        "rows": [(row, carrier_text(row.carrier), lane_text(_lane(row))) for row in page.rows],
        "older": urlencode({"after": page.next_cursor}) if page.next_cursor else "",
        "is_continued": bool(after),
    }
    return render(request, "dashboard/delivery/parcels.html", frame(request, place, **context))


@require_safe
@merchant_page(Permission.LOOK)
def lanes_csv(request: HttpRequest, place: Place) -> HttpResponse:
    """Give carriers and lanes as a file."""
    ask = _asked(request, place)
    found = performance(place.merchant.pk, _moments(ask.period))
    return sheets.lanes(found, period=ask.period)


def lane_of(query: QueryDict) -> Lane:
    """Read whose parcels an address asks after; an empty carrier means those of nobody known."""
    asked = [_plain(query.get(name)) for name in ("carrier", "from", "to")]
    return Lane(*asked)


def which_of(query: QueryDict) -> Which:
    """Read which parcels an address asks after; nonsense is all that were delivered."""
    asked = query.get("which", "")
    return next((which for which in Which if which == asked), Which.DELIVERED)


def _plain(text: str | None) -> str | None:
    if text is None:
        return None
    return text[:40].encode("utf-8", "ignore").decode().replace("\0", "")


def _asked(request: HttpRequest, place: Place) -> Asked:
    today = timezone.localdate()
    return read(request, currencies=[place.merchant.currency], today=today)


def _moments(period: Days) -> Period:
    return Period(_midnight(period.start), _midnight(period.end))


def _midnight(day: date) -> datetime:
    """Give the moment a day of the shop begins: views run in the shop's zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _lane(row: Shipment) -> Lane:
    return Lane(row.carrier, row.from_country, row.to_country)


def _lane_title(lane: Lane) -> str:
    if lane.carrier is None:
        return ""
    name = carrier_text(lane.carrier)
    return name if lane.to_country is None else f"{name}, {lane_text(lane)}"
