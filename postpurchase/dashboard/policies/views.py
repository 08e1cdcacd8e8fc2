"""The page of all four policies, with an order to try them on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from merchants.policy import Permission
from postpurchase.dashboard.policies import versions
from postpurchase.dashboard.policies.cards import CARDS, Card, Reading, readings, unsaid
from postpurchase.dashboard.policies.forms import TryForm
from postpurchase.dashboard.policies.outlook import Told, told_of
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame


@dataclass(frozen=True, slots=True)
class Summary:
    """A policy on the page of all four."""

    card: Card
    url: str
    readings: list[Reading]
    since: datetime | None
    next_at: datetime | None
    exceptions: list[versions.Exceptional]


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show the four policies as shoppers read them, and try them on an order."""
    now = timezone.now()
    asked = {"at", "to"} & request.GET.keys()
    home = place.merchant.country
    form = TryForm(request.GET if asked else None, initial={"at": now, "to": home})
    told: list[Told] = []
    if not asked or form.is_valid():
        answers = form.cleaned_data if asked else {}
        told = told_of(
            place.merchant, at=answers.get("at") or now, country=answers.get("to") or home
        )
    context = frame(
        request,
        place,
        summaries=[_summary(place, card, now=now) for card in CARDS.values()],
        form=form,
        told=told,
        may_change=place.may(Permission.SET_UP),
    )
    return render(request, "dashboard/policies/show.html", context)


def _summary(place: Place, card: Card, *, now: datetime) -> Summary:
    rows = versions.rows_of(card)
    current = versions.current_of(rows, now=now)
    to_come = [row.in_force_from for row in rows if row.in_force_from > now and row is not current]
    return Summary(
        card=card,
        url=reverse("dashboard:policies_card", args=[place.slug, card.name]),
        readings=readings(card, current or unsaid(card)),
        since=current.in_force_from if current else None,
        next_at=min(to_come, default=None),
        exceptions=versions.exceptions(card, now=now) if card.model.PER else [],
    )
