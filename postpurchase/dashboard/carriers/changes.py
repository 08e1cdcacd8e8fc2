"""Accounts are added, renamed, moved, given secrets and log-ins, switched off and on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from merchants.policy import Permission
from postpurchase.dashboard.carriers import guides
from postpurchase.dashboard.carriers.forms import (
    LogInForm,
    NameForm,
    NewForm,
    SecretForm,
    ServesForm,
)
from postpurchase.dashboard.carriers.health import in_order
from postpurchase.dashboard.carriers.pages import account_or_404, page_of
from postpurchase.dashboard.once import show_once
from postpurchase.lib.errors import Refused
from postpurchase.lib.ids import uuid7
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame
from tracking.actions import accounts as acts
from tracking.actions.choices import choose_carriers
from tracking.carriers import POLLERS, SOURCES
from tracking.models import CarrierAccount


@require_safe
@merchant_page(Permission.SET_UP)
def choose(request: HttpRequest, place: Place) -> HttpResponse:
    """List those who can tell of parcels, to choose one."""
    context = frame(request, place, telling=guides.telling(), asked=guides.asked())
    return render(request, "dashboard/carriers/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SET_UP)
def add(request: HttpRequest, place: Place, source: str) -> HttpResponse:
    """Add an account; its page then says what to do there."""
    if source not in SOURCES and source not in POLLERS:
        raise Http404("no such source")
    label = guides.label_of(source)
    initial = {"public_id": uuid7(), "name": label}
    form = NewForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            account, secret = acts.add_account(
                source=source, **form.cleaned_data, by=place.viewer, now=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.reason))
        else:
            return _shown(request, place, account, secret)
    context = frame(request, place, form=form, label=label, guide=guides.guide_of(source))
    return render(
        request, "dashboard/carriers/new.html", context, status=422 if form.errors else 200
    )


@require_POST
@merchant_page(Permission.SET_UP)
def rename(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Give an account another name."""
    account = account_or_404(public_id)
    form = NameForm(request.POST)
    if not form.is_valid():
        return page_of(request, place, account, name_form=form)
    name = form.cleaned_data["name"]
    acts.rename_account(account, name=name, by=place.viewer, now=timezone.now())
    messages.success(request, _("The name was changed."))
    return _back(place, account)


@require_POST
@merchant_page(Permission.SET_UP)
def move(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Move an account up or down; a second click on the same button finds it moved already."""
    account = account_or_404(public_id)
    order = in_order()
    position = [each.pk for each in order].index(account.pk)
    if request.POST.get("place") == str(position + 1):
        if request.POST.get("to") == "up":
            acts.prefer(account, by=place.viewer, now=timezone.now())
        elif position + 1 < len(order):
            acts.prefer(order[position + 1], by=place.viewer, now=timezone.now())
    return redirect("dashboard:carriers", place.slug)


@require_POST
@merchant_page(Permission.SET_UP)
def rotate(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Make a new secret; it is shown on the page that follows, once."""
    account = _telling_or_404(public_id)
    replaces = request.POST.get("replaces", "")
    secret = acts.rotate_secret(account, replaces=replaces, by=place.viewer, now=timezone.now())
    return _shown(request, place, account, secret)


@require_POST
@merchant_page(Permission.SET_UP)
def enter_secret(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Take the secret that the source chose."""
    account = _telling_or_404(public_id)
    form = SecretForm(request.POST, source=account.source)
    if form.is_valid():
        secret = form.cleaned_data["secret"]
        try:
            acts.enter_secret(account, secret=secret, by=place.viewer, now=timezone.now())
        except Refused as refusal:
            form.add_error("secret", str(refusal.reason))
    if form.errors:
        return page_of(request, place, account, secret_form=form)
    messages.success(request, _("The secret was stored. Deliveries signed with it are accepted."))
    return _back(place, account)


@require_POST
@merchant_page(Permission.SET_UP)
def enter_log_in(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Take the log-in with which a carrier is asked."""
    account = _asked_or_404(public_id)
    form = LogInForm(request.POST, source=account.source, known=acts.log_in_of(account))
    if form.is_valid():
        now = timezone.now()
        try:
            acts.enter_log_in(account, log_in=form.values(), by=place.viewer, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.reason))
    if form.errors:
        return page_of(request, place, account, log_in_form=form)
    messages.success(request, _("The log-in was stored. The carrier is asked from now on."))
    return _back(place, account)


@require_POST
@merchant_page(Permission.SET_UP)
def serve(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Choose whose parcels an account is asked about."""
    account = _asked_or_404(public_id)
    form = ServesForm(request.POST, source=account.source, chosen=account.carriers)
    if not form.is_valid():
        return page_of(request, place, account, serves_form=form)
    chosen = form.cleaned_data["carriers"]
    choose_carriers(account, carriers=chosen, by=place.viewer, now=timezone.now())
    messages.success(request, _("Stored whose parcels it is asked about."))
    return _back(place, account)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SET_UP)
def switch(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Ask whether to switch an account off or on, and do it."""
    account = account_or_404(public_id)
    if request.method != "POST":
        context = frame(request, place, account=account, tells=account.source in SOURCES)
        return render(request, "dashboard/carriers/switch.html", context)
    now = timezone.now()
    if request.POST.get("to") == "off":
        acts.switch_off(account, by=place.viewer, now=now)
        messages.success(request, _("Switched off. It is heard and asked no more."))
    else:
        acts.switch_on(account, by=place.viewer, now=now)
        messages.success(request, _("Switched on. It is heard and asked again."))
    return _back(place, account)


def _telling_or_404(public_id: UUID) -> CarrierAccount:
    account = account_or_404(public_id)
    if account.source not in SOURCES:
        raise Http404("it tells nothing by itself")
    return account


def _asked_or_404(public_id: UUID) -> CarrierAccount:
    account = account_or_404(public_id)
    if account.source not in POLLERS:
        raise Http404("it is not asked")
    return account


def _shown(
    request: HttpRequest, place: Place, account: CarrierAccount, secret: str
) -> HttpResponse:
    if secret:
        show_once(request, f"carrier.{account.public_id}", secret)
    return _back(place, account)


def _back(place: Place, account: CarrierAccount) -> HttpResponse:
    return redirect("dashboard:carriers_one", place.slug, account.public_id)
