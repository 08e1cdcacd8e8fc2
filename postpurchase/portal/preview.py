"""The order page as a draft or an earlier look would show it, for frames of the brand editor.

It is the real page of an order that nobody placed. Addresses stand below the dashboard's, and who
may open them is decided as there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from merchants.actions.brands import look_of
from merchants.models import Brand
from merchants.policy import Permission
from merchants.queries import support_hours_at
from orders.rendering.sample import sample_order
from orders.statuses import OrderEvent
from postpurchase.lib.colour import in_scheme
from postpurchase.portal.frame import frame
from postpurchase.portal.page import SENTENCES, Moment, OrderPage, order_page
from postpurchase.portal.shop import Shop
from postpurchase.staff.access import Place, merchant_page

app_name = "look"

FRAMED = {"frame-ancestors": [SELF]}


def _brand(request: HttpRequest, place: Place) -> Brand:
    brand = look_of(place.merchant, asked=request.GET.get("look", ""))
    if brand is None:
        raise Http404("no such look")
    return brand


@require_safe
@xframe_options_sameorigin
@csp_replace(FRAMED)
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show the order page in the shop's first language."""
    now = timezone.now()
    shop = Shop(place.merchant, _brand(request, place), support_hours_at(place.merchant.pk, now))
    query = urlencode({name: request.GET.get(name, "") for name in ("look", "scheme")})
    with translation.override(place.merchant.language):
        context: dict[str, Any] = {
            "page": _sample_page(place, now=now),
            "token": "sample",
            "is_proven": False,
            "look_url": f"{reverse('look:sheet', args=[place.slug])}?{query}",
        }
        return render(request, "portal/order.html", frame(request, shop, **context))


def _sample_page(place: Place, *, now: datetime) -> OrderPage:
    page = order_page(sample_order(place.merchant, now=now), now=now)
    placed = page.view.placed_at
    told = [(OrderEvent.PAID, 3), (OrderEvent.PLACED, 0)]
    events = [Moment(placed + timedelta(minutes=after), SENTENCES[kind]) for kind, after in told]
    return replace(page, events=events)


@require_safe
@merchant_page(Permission.LOOK)
def sheet(request: HttpRequest, place: Place) -> HttpResponse:
    """Serve the pages' own stylesheet and the look's, for one scheme."""
    shop = Shop(place.merchant, _brand(request, place))
    css = f"{_app_css()}\n{shop.stylesheet}"
    css = in_scheme(css, request.GET.get("scheme", ""))
    return HttpResponse(css, content_type="text/css; charset=utf-8")


def _app_css() -> str:
    return Path(settings.BASE_DIR / "static" / "app.css").read_text()


urlpatterns = [
    path("page/", show, name="page"),
    path("sheet.css", sheet, name="sheet"),
]
