"""Deliveries are read again, and what became of them."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from merchants.actions.connections import SHOP_SYSTEMS
from merchants.models import StoreConnection
from merchants.policy import Permission
from orders.actions import replays as acts
from orders.models import InboxEntry, Replay
from orders.statuses import InboxState
from postpurchase.dashboard.connections.deliveries import delivery_or_404, filters_of, lines_of
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

PER_PAGE = 50


@require_POST
@merchant_page(Permission.SERVE)
def replay_one(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Have one delivery read again."""
    entry = delivery_or_404(public_id)
    try:
        acts.replay_one(entry, by=place.viewer, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.reason))
    else:
        messages.success(request, _("It will be read again within seconds. Load the page anew."))
    return redirect("dashboard:connections_delivery", place.slug, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SERVE)
def replay_failed(request: HttpRequest, place: Place) -> HttpResponse:
    """Say how many deliveries would be read again, and have them read."""
    connections = list(StoreConnection.objects.filter(kind__in=SHOP_SYSTEMS).order_by("pk"))
    said = request.POST if request.method == "POST" else request.GET
    connection = filters_of(said, connections).connection
    if request.method == "POST":
        return _replay(request, place, connection)
    failed = acts.failed_deliveries(place.merchant.pk, connection)
    count = len(failed.values_list("pk", flat=True)[: acts.MOST + 1])
    context = frame(
        request,
        place,
        connection=connection,
        count=min(count, acts.MOST),
        is_more=count > acts.MOST,
    )
    return render(request, "dashboard/connections/replay.html", context)


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show what became of each delivery that was read again."""
    replay = Replay.objects.filter(public_id=public_id).select_related("connection").first()
    if replay is None:
        raise Http404("no such replay")
    begin = _begin(request.GET.get("from", ""))
    end = begin + PER_PAGE
    pks = replay.entries[begin:end]
    rows = InboxEntry.objects.filter(pk__in=pks).defer("body").order_by("-received_at", "-pk")
    states = InboxEntry.objects.filter(pk__in=replay.entries).values_list("state", flat=True)
    counts = Counter(states)
    url = reverse("dashboard:connections_replayed", args=[place.slug, public_id])
    context = frame(
        request,
        place,
        replay=replay,
        lines=lines_of(list(rows), list(StoreConnection.objects.all()), now=timezone.now()),
        done=counts[InboxState.DONE],
        open=counts[InboxState.PLANNED] + counts[InboxState.WAITING],
        failed=counts[InboxState.FAILED],
        newer_url=f"{url}?from={max(begin - PER_PAGE, 0)}" if begin else "",
        older_url=f"{url}?from={end}" if end < len(replay.entries) else "",
    )
    return render(request, "dashboard/connections/replayed.html", context)


def _replay(request: HttpRequest, place: Place, connection: StoreConnection | None) -> HttpResponse:
    try:
        replay = acts.replay_failed(connection, by=place.viewer, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.reason))
        return redirect("dashboard:connections_deliveries", place.slug)
    return redirect("dashboard:connections_replayed", place.slug, replay.public_id)


def _begin(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < 6
    return int(text) if is_number else 0
