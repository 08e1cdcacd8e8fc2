"""Connections are added, renamed, given secrets, switched off and on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from merchants.actions import connections as acts
from merchants.models import StoreConnection
from merchants.policy import Permission
from merchants.statuses import ConnectionKind
from postpurchase.dashboard.connections.forms import NameForm, NewForm, SecretForm
from postpurchase.dashboard.connections.pages import (
    connection_or_404,
    page_of,
    shop_system_or_404,
)
from postpurchase.dashboard.once import show_once
from postpurchase.lib.errors import Refused
from postpurchase.lib.ids import uuid7
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SET_UP)
def add(request: HttpRequest, place: Place) -> HttpResponse:
    """Add a connection to a shop system; its page then says what to do there."""
    initial = {"public_id": uuid7(), "kind": ConnectionKind.SHOPIFY}
    form = NewForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            connection, secret = acts.add_connection(
                **form.cleaned_data, by=place.viewer, now=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.reason))
        else:
            return _shown(request, place, connection, secret)
    context = frame(request, place, form=form)
    return render(
        request, "dashboard/connections/new.html", context, status=422 if form.errors else 200
    )


@require_POST
@merchant_page(Permission.SET_UP)
def rename(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Give a connection another name."""
    connection = connection_or_404(public_id)
    form = NameForm(request.POST)
    if not form.is_valid():
        return page_of(request, place, connection, name_form=form)
    name = form.cleaned_data["name"]
    acts.rename_connection(connection, name=name, by=place.viewer, now=timezone.now())
    messages.success(request, _("The name was changed."))
    return redirect("dashboard:connections_one", place.slug, public_id)


@require_POST
@merchant_page(Permission.SET_UP)
def rotate(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Make a new secret; it is shown on the page that follows, once."""
    connection = shop_system_or_404(public_id)
    replaces = request.POST.get("replaces", "")
    secret = acts.rotate_secret(connection, replaces=replaces, by=place.viewer, now=timezone.now())
    return _shown(request, place, connection, secret)


@require_POST
@merchant_page(Permission.SET_UP)
def enter_secret(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Take the secret that the shop system chose."""
    connection = shop_system_or_404(public_id)
    form = SecretForm(request.POST, kind=connection.kind)
    if form.is_valid():
        secret = form.cleaned_data["secret"]
        try:
            acts.enter_secret(connection, secret=secret, by=place.viewer, now=timezone.now())
        except Refused as refusal:
            form.add_error("secret", str(refusal.reason))
    if form.errors:
        return page_of(request, place, connection, secret_form=form)
    messages.success(request, _("The secret was stored. Deliveries signed with it are accepted."))
    return redirect("dashboard:connections_one", place.slug, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SET_UP)
def switch(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Ask whether to switch a connection off or on, and do it."""
    connection = shop_system_or_404(public_id)
    if request.method != "POST":
        context = frame(request, place, connection=connection)
        return render(request, "dashboard/connections/switch.html", context)
    now = timezone.now()
    if request.POST.get("to") == "off":
        acts.switch_off(connection, by=place.viewer, now=now)
        messages.success(request, _("Switched off. Deliveries are refused within seconds."))
    else:
        acts.switch_on(connection, by=place.viewer, now=now)
        messages.success(request, _("Switched on. Deliveries are accepted again."))
    return redirect("dashboard:connections_one", place.slug, public_id)


def _shown(
    request: HttpRequest, place: Place, connection: StoreConnection, secret: str
) -> HttpResponse:
    if secret:
        show_once(request, f"connection.{connection.public_id}", secret)
    return redirect("dashboard:connections_one", place.slug, connection.public_id)
