"""The list of connections, and the page of one: how it fares, and how to set it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from merchants.actions.connections import SHOP_SYSTEMS, secret_mark
from merchants.models import StoreConnection
from merchants.policy import Permission
from merchants.statuses import ConnectionKind
from orders.health import Health, health_of
from orders.models import InboxEntry
from postpurchase.dashboard.connections.forms import NameForm, SecretForm
from postpurchase.dashboard.connections.words import ICONS, Verdict, topic_text, verdict_of
from postpurchase.dashboard.once import shown_once
from postpurchase.lib.locales import ago_text
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A connection as the list shows it."""

    connection: StoreConnection
    icon: str
    kind: str
    verdict: Verdict
    is_rotating: bool


@require_safe
@merchant_page(Permission.LOOK)
def show_all(request: HttpRequest, place: Place) -> HttpResponse:
    """List the connections, each with how it fares."""
    now = timezone.now()
    healths = health_of(place.merchant.pk, connections_of(place), now=now)
    lines = [_line(health, now=now) for health in healths]
    context = frame(request, place, lines=lines, may_change=place.may(Permission.SET_UP))
    return render(request, "dashboard/connections/list.html", context)


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show one connection. A secret that was made a moment ago is shown now and never again."""
    return page_of(request, place, connection_or_404(public_id))


@require_safe
@merchant_page(Permission.LOOK)
def live(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show what came in last: a piece of the page that asks for itself anew."""
    context = _live(place, connection_or_404(public_id), now=timezone.now())
    return render(request, "dashboard/connections/_live.html", {"place": place, **context})


def page_of(
    request: HttpRequest, place: Place, connection: StoreConnection, **forms: Any
) -> HttpResponse:
    """Answer with the page of a connection, perhaps with forms that hold errors."""
    now = timezone.now()
    [health] = health_of(place.merchant.pk, [connection], now=now)
    verdict = verdict_of(health, now=now)
    context = frame(
        request,
        place,
        icon=ICONS[ConnectionKind(connection.kind)],
        verdict=verdict,
        is_troubled=verdict.tone in ("bad", "warn"),
        is_rotating=health.is_rotating(now=now),
        is_shop_system=connection.kind in SHOP_SYSTEMS,
        may_change=place.may(Permission.SET_UP),
        address=address_of(connection),
        api_address=settings.PUBLIC_URL + reverse("api:orders"),
        fresh_secret=shown_once(request, f"connection.{connection.public_id}"),
        secret_mark=secret_mark(connection),
        name_form=forms.get("name_form") or NameForm(initial={"name": str(connection)}),
        secret_form=forms.get("secret_form") or SecretForm(kind=connection.kind),
        **_live(place, connection, now=now),
    )
    return render(request, "dashboard/connections/show.html", context, status=422 if forms else 200)


def connections_of(place: Place) -> list[StoreConnection]:
    """Give a shop's connections: shop systems first, then those that are always there."""
    order = {kind: number for number, kind in enumerate(ConnectionKind)}
    rows = StoreConnection.objects.order_by("pk")[:MOST]
    return sorted(rows, key=lambda row: order[ConnectionKind(row.kind)])


def connection_or_404(public_id: UUID) -> StoreConnection:
    """Give a connection of the shop. Raises Http404."""
    connection = StoreConnection.objects.filter(public_id=public_id).first()
    if connection is None:
        raise Http404("no such connection")
    return connection


def shop_system_or_404(public_id: UUID) -> StoreConnection:
    """Give a connection that has an address and a secret of its own. Raises Http404."""
    connection = connection_or_404(public_id)
    if connection.kind not in SHOP_SYSTEMS:
        raise Http404("no connection to a shop system")
    return connection


def address_of(connection: StoreConnection) -> str:
    """Give the address that a shop system posts to."""
    if connection.kind not in SHOP_SYSTEMS:
        return ""
    return settings.PUBLIC_URL + reverse("webhook", args=[connection.kind, connection.public_id])


def _line(health: Health, *, now: datetime) -> Line:
    connection = health.connection
    return Line(
        connection,
        ICONS[ConnectionKind(connection.kind)],
        "" if str(connection) == connection.get_kind_display() else connection.get_kind_display(),
        verdict_of(health, now=now),
        health.is_rotating(now=now),
    )


def _live(place: Place, connection: StoreConnection, *, now: datetime) -> dict[str, Any]:
    """Say what came in last; the newest delivery may not have been read yet."""
    last = InboxEntry.objects.filter(connection=connection).defer("body")
    newest = last.order_by("-received_at", "-pk").first()
    seen = newest.received_at if newest else connection.last_seen_at
    refused_at = connection.last_error_at
    refused = bool(refused_at and not newest and connection.last_error) or bool(
        refused_at and seen and refused_at > seen
    )
    return {
        "connection": connection,
        "newest": newest,
        "topic": topic_text(newest.topic) if newest else "",
        "seen_ago": ago_text(seen, now=now) if seen else "",
        "refused_ago": ago_text(refused_at, now=now) if refused and refused_at else "",
        "live_url": reverse("dashboard:connections_live", args=[place.slug, connection.public_id]),
    }
