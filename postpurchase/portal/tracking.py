"""A parcel by its number alone: what the carrier tells of it, and nothing of the order."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from postpurchase.lib.throttle import client_network, hit, wait_text
from postpurchase.portal.forms import NumberForm
from postpurchase.portal.frame import frame
from postpurchase.portal.shop import Shop, shop_page
from tracking.rendering import parcel_view
from tracking.shown import Shown, by_number, fingerprint

WINDOW = 600
NUMBERS_PER_VISITOR = 30
LOOKS_PER_VISITOR = 200
"""A page that refreshes by itself looks seven times in a window; families share an address."""


@require_safe
@shop_page
def ask(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Ask for a tracking number, and lead to its page."""
    form = NumberForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        return redirect("portal:tracking", shop.slug, form.cleaned_data["number"])
    return render(request, "portal/track.html", frame(request, shop, form=form))


@require_safe
@shop_page
def show(request: HttpRequest, shop: Shop, number: str) -> HttpResponse:
    """Show where a parcel is. Numbers that are unknown and that are not shown answer alike."""
    now = timezone.now()
    if not _may_look(request, shop, number):
        return _busy(request, shop, number)
    shown = by_number(number, now=now)
    if shown is None:
        context = frame(request, shop, form=NumberForm(initial={"number": number[:100]}))
        return render(request, "portal/track.html", context | {"is_unknown": True}, status=404)
    seen = request.GET.get("seen", "")
    if seen and fingerprint([shown]) == seen:
        return HttpResponse(status=204)
    parcel = parcel_view(shown.shipment, now=now, troubles=shown.troubles, is_public=True)
    context = {"parcel": parcel, "live_url": "" if parcel.is_over else _live_url(shop, shown)}
    template = "portal/_tracking_news.html" if seen else "portal/tracking.html"
    return render(request, template, frame(request, shop, **context))


def _live_url(shop: Shop, shown: Shown) -> str:
    path = reverse("portal:tracking", args=[shop.slug, shown.shipment.number_key])
    return f"{path}?seen={fingerprint([shown])}"


def _may_look(request: HttpRequest, shop: Shop, number: str) -> bool:
    """Count a look against its visitor; trying other numbers runs out sooner than coming back."""
    visitor = f"{shop.merchant.pk}:{client_network(request)}"
    looks = hit(f"track:{visitor}", limit=LOOKS_PER_VISITOR, seconds=WINDOW)
    if not looks.allowed:
        return False
    first = hit(f"track-number:{visitor}:{number}", limit=1, seconds=WINDOW)
    if not first.allowed:
        return True
    return hit(f"track-numbers:{visitor}", limit=NUMBERS_PER_VISITOR, seconds=WINDOW).allowed


def _busy(request: HttpRequest, shop: Shop, number: str) -> HttpResponse:
    context: dict[str, Any] = {"wait": wait_text(WINDOW), "offers_contact": True}
    form = NumberForm(initial={"number": number[:100]})
    response = render(
        request, "portal/track.html", frame(request, shop, form=form, **context), status=429
    )
    response.headers["Retry-After"] = str(WINDOW)
    return response
