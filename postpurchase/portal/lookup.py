"""Finding an order without a link: by number and contact, or by mail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from notifications.actions import plan_links
from orders.queries import number_key
from postpurchase.lib.throttle import Hit, client_network, hit, wait_text
from postpurchase.portal import access
from postpurchase.portal.forms import LinksForm, LookupForm
from postpurchase.portal.frame import frame
from postpurchase.portal.shop import Shop, shop_page

WINDOW = 600
DAY = 24 * 3600
TRIES_PER_VISITOR = 20
TRIES_PER_ORDER = 10
TRIES_PER_ORDER_AND_DAY = 60
# Order numbers follow one another: whoever knows an address could try them from many places.
TRIES_PER_CONTACT = 40
TRIES_PER_CONTACT_AND_DAY = 100
MAILS_PER_VISITOR = 5
MISSES_UNTIL_CONTACT = 2


@require_http_methods(["GET", "HEAD", "POST"])
@shop_page
def find(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Open an order by its number and an e-mail address, postcode or phone number."""
    form = LookupForm(request.POST or None, initial={"number": request.GET.get("number", "")[:200]})
    if not form.is_valid():
        return _form(request, shop, form)
    refused = _refused(request, shop, **form.cleaned_data)
    if refused is not None:
        return _busy(request, shop, "portal/lookup.html", form, refused)
    order = access.match(**form.cleaned_data)
    if order is None:
        return _missed(request, shop, form)
    return redirect(access.order_path(order, expires_at=timezone.now() + access.LOOKUP_LINK_LASTS))


@require_http_methods(["GET", "HEAD", "POST"])
@shop_page
def mail_links(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Mail somebody the links to their orders. The answer is the same for every address."""
    form = LinksForm(request.POST or None)
    if not form.is_valid():
        return render(request, "portal/links.html", frame(request, shop, form=form))
    key = f"links:{shop.merchant.pk}:{client_network(request)}"
    visits = hit(key, limit=MAILS_PER_VISITOR, seconds=WINDOW)
    if not visits.allowed:
        return _busy(request, shop, "portal/links.html", form, visits)
    plan_links(merchant=shop.merchant, email=form.cleaned_data["email"], now=timezone.now())
    return redirect("portal:links_sent", shop.slug)


@require_safe
@shop_page
def links_sent(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Say what happens next; it says nothing about whether the address is known."""
    return render(request, "portal/links_sent.html", frame(request, shop))


def _form(
    request: HttpRequest, shop: Shop, form: LookupForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    return render(
        request, "portal/lookup.html", frame(request, shop, form=form, **more), status=status
    )


def _refused(request: HttpRequest, shop: Shop, *, number: str, contact: str) -> Hit | None:
    """Count a try against its visitor, order and contact; give the one that is over its limit.

    Tries of a visitor over the limit shut nobody else out: they count against nothing further.
    """
    name = f"find:{shop.merchant.pk}:{client_network(request)}"
    visitor = hit(name, limit=TRIES_PER_VISITOR, seconds=WINDOW)
    if not visitor.allowed:
        return visitor
    order = f"find-order:{shop.merchant.pk}:{number_key(number)}"
    hits = [
        hit(order, limit=TRIES_PER_ORDER, seconds=WINDOW),
        hit(order, limit=TRIES_PER_ORDER_AND_DAY, seconds=DAY),
    ]
    if key := access.contact_key(contact):
        person = f"find-contact:{shop.merchant.pk}:{key}"
        hits.append(hit(person, limit=TRIES_PER_CONTACT, seconds=WINDOW))
        hits.append(hit(person, limit=TRIES_PER_CONTACT_AND_DAY, seconds=DAY))
    over = [each for each in hits if not each.allowed]
    return max(over, key=lambda each: each.retry_after_seconds, default=None)


def _missed(request: HttpRequest, shop: Shop, form: LookupForm) -> HttpResponse:
    """Say the same whichever field was wrong; the second time, offer a person."""
    form.add_error(
        None,
        _("We found no order with this number and contact. Check both, then try once more."),
    )
    key = f"missed:{shop.merchant.pk}:{client_network(request)}"
    misses = hit(key, limit=MISSES_UNTIL_CONTACT, seconds=WINDOW).count
    return _form(request, shop, form, offers_contact=misses >= MISSES_UNTIL_CONTACT)


def _busy(
    request: HttpRequest, shop: Shop, template: str, form: LookupForm | LinksForm, over: Hit
) -> HttpResponse:
    form.add_error(None, wait_text(over.retry_after_seconds))
    context = frame(request, shop, form=form, offers_contact=True)
    response = render(request, template, context, status=429)
    response.headers["Retry-After"] = str(over.retry_after_seconds)
    return response
