"""The pages of figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from analytics import queries
from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders.models import Order
from postpurchase.dashboard.analytics import charts, sheets, words
from postpurchase.dashboard.analytics.asking import asked
from postpurchase.dashboard.analytics.buckets import buckets, same_buckets
from postpurchase.dashboard.analytics.listing import REFUNDS, TABS, page_of, tab_of
from postpurchase.dashboard.analytics.matrix import Show, matrix
from postpurchase.dashboard.analytics.tiles import tiles
from postpurchase.lib.keyset import BadCursor
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show the figures of a period beside those of another."""
    now = timezone.now()
    ask = asked(request, place, today=timezone.localdate(now))
    found = queries.figures(ask.period, currency=ask.currency)
    before = queries.figures(ask.other, currency=ask.currency) if ask.other else None
    columns = buckets(found)
    earlier = same_buckets(columns, before) if before else []
    context = {
        "ask": ask,
        "fresh": queries.freshness(now=now),
        "found": found,
        "before": before,
        "tiles": tiles(found, before, currency=ask.currency),
        "starts_late": ask.opened is not None and ask.opened > ask.period.start,
        "revenues": words.revenues(found, before, currency=ask.currency),
        "chart": charts.columns(columns, earlier, currency=ask.currency, opened=ask.opened),
        "kinds": words.kinds(found, currency=ask.currency),
        "rows": words.rows(columns, currency=ask.currency),
    }
    return render(request, "dashboard/analytics/show.html", frame(request, place, **context))


@require_safe
@merchant_page(Permission.LOOK)
def cohorts(request: HttpRequest, place: Place) -> HttpResponse:
    """Show who came back, by the month of the first order."""
    now = timezone.now()
    today = timezone.localdate(now)
    ask = asked(request, place, today=today)
    wish = request.GET.get("show", "")
    showing = Show(wish) if wish in Show.values else Show.SHARE
    found = queries.cohorts(currency=ask.currency)
    table = matrix(found, show=showing, today=today, currency=ask.currency)
    context = {
        "ask": ask,
        "fresh": queries.freshness(now=now),
        "table": table,
        "curve": charts.curve(table.shares) if len(table.shares) > 1 else None,
        "showing": showing,
        "customers": words.count(table.customers),
        "shows": list(Show),
    }
    return render(request, "dashboard/analytics/cohorts.html", frame(request, place, **context))


@require_safe
@merchant_page(Permission.LOOK)
def orders(request: HttpRequest, place: Place) -> HttpResponse:
    """Show the orders or refunds behind a figure, newest first."""
    now = timezone.now()
    ask = asked(request, place, today=timezone.localdate(now))
    tab, after = tab_of(request.GET.get("which", "")), request.GET.get("after")
    try:
        page = page_of(tab, ask, cursor=after)
    except BadCursor:
        return redirect(f"{request.path}?{ask.query}&which={tab.which}")
    seen = sorted({row.order_id for row in page.rows})
    note_look(place.viewer, LookKind.LIST, of=Order, rows=seen, now=now)
    context = {
        "ask": ask,
        "tab": tab,
        "tabs": TABS,
        "page": page,
        "is_continued": bool(after),
        "is_refunds": tab.which == REFUNDS,
    }
    return render(request, "dashboard/analytics/orders.html", frame(request, place, **context))


@require_safe
@merchant_page(Permission.LOOK)
def figures_csv(request: HttpRequest, place: Place) -> HttpResponse:
    """Give first and later orders as a file."""
    ask = asked(request, place, today=timezone.localdate())
    found = queries.figures(ask.period, currency=ask.currency)
    return sheets.kinds(found, currency=ask.currency)


@require_safe
@merchant_page(Permission.LOOK)
def days_csv(request: HttpRequest, place: Place) -> HttpResponse:
    """Give the days of a period as a file."""
    ask = asked(request, place, today=timezone.localdate())
    found = queries.figures(ask.period, currency=ask.currency)
    return sheets.days(found, currency=ask.currency)


@require_safe
@merchant_page(Permission.LOOK)
def cohorts_csv(request: HttpRequest, place: Place) -> HttpResponse:
    """Give all cohorts as a file."""
    ask = asked(request, place, today=timezone.localdate())
    return sheets.cohorts(queries.cohorts(currency=ask.currency), currency=ask.currency)
