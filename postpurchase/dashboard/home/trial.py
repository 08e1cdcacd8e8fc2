"""The test order: made here, then followed from its mail to its page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from merchants.policy import Permission
from notifications.models import Message
from notifications.rendering.access import order_url
from orders.actions import trial
from orders.models import Order
from postpurchase.lib.errors import Refused
from postpurchase.lib.throttle import hit, wait_text
from postpurchase.staff.access import Place, forbidden, merchant_page
from postpurchase.staff.frame import frame

A_DAY, TESTS_A_DAY = 24 * 3600, 20


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.LOOK)
def make(request: HttpRequest, place: Place) -> HttpResponse:
    """Say what a test order does, list the latest, and make one."""
    if request.method != "POST":
        made = Order.objects.filter(connection__kind="api", external_id__in=trial.ids()).order_by(
            "-created_at"
        )[:10]
        context = frame(request, place, made=made, may_make=place.may(Permission.SET_UP))
        return render(request, "dashboard/home/trial.html", context)
    if not place.may(Permission.SET_UP):
        return forbidden(request, place, Permission.SET_UP)
    asked = hit(f"trial:{place.merchant.pk}", limit=TESTS_A_DAY, seconds=A_DAY)
    if not asked.allowed:
        messages.error(request, wait_text(asked.retry_after_seconds))
        return redirect("dashboard:home_trial", place.slug)
    try:
        order = trial.place_test_order(place.merchant, by=place.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
        return redirect("dashboard:home_trial", place.slug)
    return redirect("dashboard:home_trial_made", place.slug, order.public_id)


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show how far a test order came: in, its mail out, its page open."""
    order = (
        Order.objects.filter(public_id=public_id, external_id__startswith=trial.PREFIX)
        .select_related("merchant")
        .first()
    )
    if order is None:
        raise Http404("no such test order")
    now = timezone.now()
    context = frame(
        request,
        place,
        order=order,
        mail=Message.objects.filter(order=order).order_by("pk").first(),
        is_mine=order.email == place.user.email,
        order_url=order_url(order, now=now),
    )
    return render(request, "dashboard/home/trial_made.html", context)
