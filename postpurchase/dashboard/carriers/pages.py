"""The list of accounts, and the page of one: how it fares, and how to set it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from merchants.policy import Permission
from postpurchase.dashboard.carriers.forms import LogInForm, NameForm, SecretForm, ServesForm
from postpurchase.dashboard.carriers.guides import Text, guide_of, label_of
from postpurchase.dashboard.carriers.health import (
    health_of,
    in_order,
    verdict_of,
    waiting_text,
)
from postpurchase.dashboard.connections.words import Verdict
from postpurchase.dashboard.once import shown_once
from postpurchase.lib.locales import ago_text
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame
from tracking.actions.accounts import log_in_of, makes_secret, secret_mark
from tracking.carriers import POLLERS, SOURCES
from tracking.models import CarrierAccount


@dataclass(frozen=True, slots=True)
class Line:
    """An account as the list shows it."""

    account: CarrierAccount
    label: Text
    is_asked: bool
    verdict: Verdict
    waiting: str
    is_rotating: bool


@require_safe
@merchant_page(Permission.LOOK)
def show_all(request: HttpRequest, place: Place) -> HttpResponse:
    """List the accounts, the most believed first, each with how it fares."""
    now = timezone.now()
    lines = [
        Line(
            health.account,
            label_of(health.account.source),
            health.account.source not in SOURCES,
            verdict_of(health, now=now),
            waiting_text(health.waiting),
            health.is_rotating(now=now),
        )
        for health in health_of(place.merchant.pk, in_order(), now=now)
    ]
    context = frame(request, place, lines=lines, may_change=place.may(Permission.SET_UP))
    return render(request, "dashboard/carriers/list.html", context)


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show one account. A secret that was made a moment ago is shown now and never again."""
    return page_of(request, place, account_or_404(public_id))


def page_of(
    request: HttpRequest, place: Place, account: CarrierAccount, **forms: Any
) -> HttpResponse:
    """Answer with the page of an account, perhaps with forms that hold errors."""
    now = timezone.now()
    [health] = health_of(place.merchant.pk, [account], now=now)
    context = frame(
        request,
        place,
        account=account,
        label=label_of(account.source),
        guide=guide_of(account.source),
        verdict=verdict_of(health, now=now),
        waiting=waiting_text(health.waiting),
        seen_ago=ago_text(account.last_seen_at, now=now) if account.last_seen_at else "",
        is_rotating=health.is_rotating(now=now),
        tells=account.source in SOURCES,
        is_asked=account.source in POLLERS,
        makes_secret=makes_secret(account.source),
        has_log_in=bool(account.credentials),
        may_change=place.may(Permission.SET_UP),
        address=address_of(account),
        fresh_secret=shown_once(request, f"carrier.{account.public_id}"),
        secret_mark=secret_mark(account),
        **_forms(account, forms),
    )
    return render(request, "dashboard/carriers/show.html", context, status=422 if forms else 200)


def _forms(account: CarrierAccount, given: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name_form": NameForm(initial={"name": str(account)}),
        "secret_form": SecretForm(source=account.source),
        "log_in_form": None,
        "serves_form": None,
    }
    if account.source in POLLERS:
        shown["log_in_form"] = LogInForm(source=account.source, known=log_in_of(account))
        if len(POLLERS[account.source].serves) != 1:
            shown["serves_form"] = ServesForm(source=account.source, chosen=account.carriers)
    return shown | given


def account_or_404(public_id: UUID) -> CarrierAccount:
    """Give an account of the shop. Raises Http404."""
    account = CarrierAccount.objects.filter(public_id=public_id).first()
    if account is None:
        raise Http404("no such account")
    return account


def address_of(account: CarrierAccount) -> str:
    """Give the address that a source posts to; nothing for those that are asked."""
    if account.source not in SOURCES:
        return ""
    path = reverse("carrier_webhook", args=[account.source, account.public_id])
    return f"{settings.PUBLIC_URL}{path}"
