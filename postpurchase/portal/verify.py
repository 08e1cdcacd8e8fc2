"""Proving by a one-time code that the order's mailbox is yours."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from notifications.actions import plan_code
from orders.actions.step_up import TooManyCodes, WrongCode, check_step_up, start_step_up
from orders.models import Order
from orders.rendering import mask_email
from postpurchase.lib.links import BadLink
from postpurchase.portal import access
from postpurchase.portal.forms import CodeForm
from postpurchase.portal.frame import frame
from postpurchase.portal.order import no_such_order, speak_as
from postpurchase.portal.shop import Shop, shop_page
from tracking.statuses import CaseAnswer


@require_http_methods(["GET", "HEAD", "POST"])
@shop_page
def ask(request: HttpRequest, shop: Shop, token: str) -> HttpResponse:
    """Take the code; the right one shows addresses in full for half an hour."""
    now = timezone.now()
    order = _order(request, shop, token, now=now)
    if order is None:
        return no_such_order(request, shop)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            check_step_up(order, form.cleaned_data["code"], now=now)
        except WrongCode as refusal:
            form.add_error("code", str(refusal.reason))
        else:
            response = redirect(_goal(request, shop, token))
            access.remember_proof(response, order, now=now)
            return response
    was_sent = "sent" in request.GET or form.is_bound
    context = _context(request, shop, order, token=token, form=form, was_sent=was_sent)
    return render(request, "portal/verify.html", context)


@require_POST
@shop_page
def send(request: HttpRequest, shop: Shop, token: str) -> HttpResponse:
    """Mail a new code to the order's address."""
    now = timezone.now()
    order = _order(request, shop, token, now=now)
    if order is None or not order.email:
        return no_such_order(request, shop)
    try:
        with transaction.atomic():
            plan_code(order=order, code=start_step_up(order, now=now), now=now)
    except TooManyCodes as refusal:
        form = CodeForm()
        context = _context(request, shop, order, token=token, form=form, wait=refusal.reason)
        return render(request, "portal/verify.html", context, status=429)
    path = reverse("portal:verify", args=[shop.slug, token])
    then = _then(request)
    return redirect(f"{path}?sent&then={then}" if then else f"{path}?sent")


def _then(request: HttpRequest) -> str:
    """Give the case whose answer waits for the code, if somebody came from there."""
    typed = request.POST.get("then") or request.GET.get("then") or ""
    try:
        return str(UUID(typed))
    except ValueError:
        return ""


def _goal(request: HttpRequest, shop: Shop, token: str) -> str:
    """Give where to go on once the code was right: to another address for a parcel, or back."""
    then = _then(request)
    if not then:
        return reverse("portal:order", args=[shop.slug, token])
    return f"{reverse('portal:answer', args=[shop.slug, token, then])}?what={CaseAnswer.ADDRESS}"


def _order(request: HttpRequest, shop: Shop, token: str, *, now: datetime) -> Order | None:
    try:
        order, link = access.open_link(token, now=now)
    except BadLink:
        return None
    speak_as(request, shop, order)
    return None if link.expired else order


def _context(request: HttpRequest, shop: Shop, order: Order, **more: Any) -> dict[str, Any]:
    help_subject = _("Order %(number)s") % {"number": order.number}
    masked = mask_email(order.email)
    more["then"] = _then(request)
    return frame(request, shop, email_masked=masked, help_subject=help_subject, **more)
