"""The demo carrier's counter: its parcels, its clock, and what may become of each.

Views are plain: no log-in, since they exist only where all data are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from merchants.models import Merchant
from notifications.rendering.access import order_url
from orders.models import Order
from orders.queries import number_key
from orders.statuses import TO_SHIP
from postpurchase.demo import parcels
from tracking.actions import simulation
from tracking.models import SimulatedParcel
from tracking.statuses import TERMINAL, Fate, Milestone

SHOWN = 30
SPEEDS = (
    (0.0, gettext_lazy("Stopped")),
    (60.0, gettext_lazy("A day takes 24 minutes")),
    (simulation.SPEED, gettext_lazy("A day takes two minutes")),
    (8640.0, gettext_lazy("A day takes ten seconds")),
)
FATES: dict[str, tuple[Fate, str | Promise]] = {
    "lose": (Fate.LOST, gettext_lazy("Lose it")),
    "delay": (Fate.DELAYED, gettext_lazy("Delay it")),
    "refuse": (Fate.REFUSED, gettext_lazy("Refuse it")),
    "miss": (Fate.MISSED, gettext_lazy("Nobody in")),
    "damage": (Fate.DAMAGED, gettext_lazy("Damage it")),
    "pickup": (Fate.PICKUP, gettext_lazy("To a parcel shop")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A parcel at the counter."""

    parcel: SimulatedParcel
    label: str
    step: str
    url: str
    is_open: bool


@require_safe
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """Show the newest parcels, and the orders that could be sent."""
    merchant, now = _demo_shop(), timezone.now()
    rows = SimulatedParcel.every.of(merchant.pk).order_by("-pk").select_related("shipment")
    shown = list(rows.select_related("shipment__order__merchant")[:SHOWN])
    waiting = Order.every.of(merchant.pk).filter(status__in=TO_SHIP, fulfilments=None)
    context: dict[str, Any] = {
        "rows": [_row(parcel, now=now) for parcel in shown],
        "waiting": waiting.order_by("-placed_at")[:10],
        "speeds": SPEEDS,
        "speed": shown[0].speed if shown else simulation.SPEED,
        "fates": [(act, label) for act, (_fate, label) in FATES.items()],
    }
    return render(request, "demo/parcels.html", context)


def _row(parcel: SimulatedParcel, *, now: Any) -> Row:
    shipment = parcel.shipment
    return Row(
        parcel=parcel,
        label=str(Milestone(shipment.milestone).label),
        step=f"{parcel.told}/{len(parcel.steps)}",
        url=order_url(shipment.order, now=now),
        is_open=shipment.milestone not in TERMINAL and shipment.withdrawn_at is None,
    )


@require_POST
def speed(request: HttpRequest) -> HttpResponse:
    """Set the pace of the carrier's clock."""
    merchant = _demo_shop()
    wanted = {str(value): value for value, _label in SPEEDS}.get(request.POST.get("speed", ""))
    if wanted is None:
        raise Http404("no such speed")
    simulation.set_speed(merchant.pk, wanted, now=timezone.now())
    messages.success(request, _("The carrier’s clock goes at the new speed."))
    return redirect("parcels:list")


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Have the shop send an order now."""
    merchant = _demo_shop()
    number = number_key(request.POST.get("number", "")[:50])
    row = Order.every.of(merchant.pk).filter(number_key=number).first()
    if row is None:
        raise Http404("no such order")
    parcels.send(row, now=timezone.now())
    messages.success(request, _("The shop says that it has left; the carrier takes it."))
    return redirect("parcels:list")


@require_POST
def act(request: HttpRequest, shipment: UUID) -> HttpResponse:
    """Let something become of a parcel: lose, delay, refuse … or split it in two."""
    merchant, now = _demo_shop(), timezone.now()
    rows = SimulatedParcel.every.of(merchant.pk).select_related("shipment__order__merchant")
    parcel = get_object_or_404(rows, shipment__public_id=shipment)
    act = request.POST.get("act", "")
    if act == "split":
        parcels.split(parcel.shipment, now=now)
        said = _("The shop says that it became two parcels.")
    elif act in FATES:
        simulation.change_fate(parcel, FATES[act][0], now=now + timedelta(seconds=1))
        said = _("From here on it goes differently.")
    else:
        raise Http404("no such act")
    messages.success(request, said)
    return redirect("parcels:list")


def _demo_shop() -> Merchant:
    """Refuse where parcels are those of real people, whatever the addresses say."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404("the demo carrier exists in demo and debug only")
    return get_object_or_404(Merchant.objects, slug=parcels.SLUG)
