"""The order page, opened by a signed link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications.actions import plan_links
from orders.models import Order
from postpurchase.lib.links import BadLink
from postpurchase.lib.throttle import hit
from postpurchase.portal import access, language
from postpurchase.portal.forms import LookupForm
from postpurchase.portal.frame import frame
from postpurchase.portal.page import OrderPage, order_page
from postpurchase.portal.shop import Shop, shop_page
from tracking.shown import fingerprint, of_order

FRESH_LINKS = 3
FRESH_WINDOW = 600


@require_safe
@shop_page
def show(request: HttpRequest, shop: Shop, token: str) -> HttpResponse:
    """Show an order. A link that has expired offers a fresh one; a bad one shows the look-up."""
    now = timezone.now()
    try:
        order, link = access.open_link(token, now=now)
    except BadLink:
        return _show_staff(request, shop, token)
    speak_as(request, shop, order)
    if link.expired:
        return _expired(request, shop, order, token=token)
    proof = {"token": token, "is_proven": access.is_proven(request, order, now=now)}
    return _page(request, shop, order, **proof)


def _show_staff(request: HttpRequest, shop: Shop, token: str) -> HttpResponse:
    """Show a member of staff what the shopper sees; such a link proves nothing and asks nothing."""
    try:
        order = access.open_as_staff(token, now=timezone.now())
    except BadLink:
        return no_such_order(request, shop)
    speak_as(request, shop, order)
    return _page(request, shop, order, token=token, is_proven=False, is_staff_view=True)


def _page(request: HttpRequest, shop: Shop, order: Order, **proof: Any) -> HttpResponse:
    context = _context(order, now=timezone.now(), **proof)
    context["is_for_print"] = "print" in request.GET
    if not context["is_for_print"] and not proof.get("is_staff_view"):
        context["live_url"] = _live_url(context["page"], shop, proof["token"])
    return render(request, "portal/order.html", frame(request, shop, **context))


def _context(order: Order, *, now: datetime, **proof: Any) -> dict[str, Any]:
    return {
        "page": order_page(order, now=now),
        "help_subject": _("Order %(number)s") % {"number": order.number},
        **proof,
    }


def _live_url(page: OrderPage, shop: Shop, token: str) -> str:
    """Give where the page asks for news of its parcels; nothing once there will be none."""
    parcels = page.parcels
    if parcels.is_over:
        return ""
    return reverse("portal:order_news", args=[shop.slug, token, parcels.fingerprint])


@require_safe
@shop_page
def news(request: HttpRequest, shop: Shop, token: str, seen: str) -> HttpResponse:
    """Give the part of the page that tells of parcels, or nothing where it is as it was seen."""
    now = timezone.now()
    try:
        # Most looks find nothing new: they cost two queries, not the page's.
        if fingerprint(of_order(access.glance(token, now=now))) == seen:
            return HttpResponse(status=204)
        order, _link = access.open_link(token, now=now)
    except BadLink as error:
        raise Http404("no such order, or the link has ended") from error
    speak_as(request, shop, order)
    is_proven = access.is_proven(request, order, now=now)
    context = _context(order, now=now, token=token, is_proven=is_proven)
    context["live_url"] = _live_url(context["page"], shop, token)
    return render(request, "portal/_news.html", frame(request, shop, **context))


@require_POST
@shop_page
def send_fresh_link(request: HttpRequest, shop: Shop, token: str) -> HttpResponse:
    """Mail a fresh link to the address of the order that an old link belongs to, and only there."""
    now = timezone.now()
    try:
        order, _link = access.open_link(token, now=now)
    except BadLink:
        return no_such_order(request, shop)
    asked = hit(f"fresh:{order.public_id}", limit=FRESH_LINKS, seconds=FRESH_WINDOW)
    if asked.allowed and order.email:
        plan_links(merchant=shop.merchant, email=order.email, now=now)
    return redirect("portal:links_sent", shop.slug)


def speak_as(request: HttpRequest, shop: Shop, order: Order) -> None:
    """Go on in the language of the order, unless the reader chose another."""
    fallback = shop.merchant.language
    translation.activate(language.of(request, fallback=fallback, order=order.language))


def no_such_order(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Answer wrong, revoked and foreign links alike, and let the shopper look the order up."""
    context = frame(request, shop, form=LookupForm(), is_bad_link=True)
    return render(request, "portal/lookup.html", context, status=404)


def _expired(request: HttpRequest, shop: Shop, order: Order, *, token: str) -> HttpResponse:
    form = LookupForm(initial={"number": order.number})
    context = frame(request, shop, form=form, token=token, is_expired=True)
    return render(request, "portal/lookup.html", context, status=410)
