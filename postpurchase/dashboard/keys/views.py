"""API keys are listed, made, renamed and revoked, by those who may set up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from merchants.actions import keys as acts
from merchants.models import ApiKey, SettingChange
from merchants.policy import Permission
from merchants.statuses import ChangeKind, Scope, SettingsPage
from postpurchase.dashboard.keys.forms import MEANS, KeyForm, NameForm
from postpurchase.dashboard.once import show_once, shown_once
from postpurchase.lib.ids import uuid7
from postpurchase.lib.locales import ago_text
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

FRESH = "key"
MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A key as the list shows it."""

    key: ApiKey
    scopes: list[str]
    made_by: str
    used: str


@require_safe
@merchant_page(Permission.SET_UP)
def show_all(request: HttpRequest, place: Place) -> HttpResponse:
    """List the keys. One that was made a moment ago is shown now and never again."""
    now = timezone.now()
    keys = list(ApiKey.objects.order_by("-pk")[:MOST])
    makers = _makers(keys)
    lines = [_line(key, makers.get(key.pk, ""), now=now) for key in keys]
    context = frame(
        request,
        place,
        working=[line for line in lines if line.key.revoked_at is None],
        revoked=[line for line in lines if line.key.revoked_at],
        fresh_key=shown_once(request, FRESH),
    )
    return render(request, "dashboard/keys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SET_UP)
def add(request: HttpRequest, place: Place) -> HttpResponse:
    """Make a key; the list that follows shows it once."""
    initial = {"public_id": uuid7(), "scopes": [Scope.ORDERS_READ]}
    form = KeyForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        plain = acts.make_key(**form.cleaned_data, by=place.viewer, now=timezone.now())
        if plain:
            show_once(request, FRESH, plain)
        return redirect("dashboard:keys", place.slug)
    checked = form["scopes"].value() or []
    scopes = [(scope, MEANS[scope], scope.value in checked) for scope in Scope]
    context = frame(request, place, form=form, scopes=scopes)
    return render(request, "dashboard/keys/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SET_UP)
def rename(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Give a key another name."""
    key = _key_or_404(public_id)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": key.name})
    if form.is_valid():
        name = form.cleaned_data["name"]
        acts.rename_key(key, name=name, by=place.viewer, now=timezone.now())
        messages.success(request, _("The name was changed."))
        return redirect("dashboard:keys", place.slug)
    context = frame(request, place, form=form, key=key)
    template = "dashboard/keys/rename.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SET_UP)
def revoke(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Ask whether to revoke a key, and do it."""
    key = _key_or_404(public_id)
    now = timezone.now()
    if request.method == "POST":
        acts.revoke_key(key, by=place.viewer, now=now)
        messages.success(request, _("The key was revoked. The API refuses it from now on."))
        return redirect("dashboard:keys", place.slug)
    context = frame(request, place, key=key, used=_used(key, now=now))
    return render(request, "dashboard/keys/revoke.html", context)


def _key_or_404(public_id: UUID) -> ApiKey:
    key = ApiKey.objects.filter(public_id=public_id).first()
    if key is None:
        raise Http404("no such key")
    return key


def _line(key: ApiKey, made_by: str, *, now: datetime) -> Line:
    known = {scope.value: str(scope.label) for scope in Scope}
    scopes = [known.get(scope, scope) for scope in key.scopes]
    return Line(key, scopes, made_by, _used(key, now=now))


def _used(key: ApiKey, *, now: datetime) -> str:
    return ago_text(key.last_used_at, now=now) if key.last_used_at else _("never")


def _makers(keys: list[ApiKey]) -> dict[int | None, str]:
    """Tell who made keys, as it was written down when they did."""
    added = SettingChange.objects.filter(
        page=SettingsPage.KEYS, kind=ChangeKind.ADDED, row__in=[key.pk for key in keys]
    )
    return dict(added.values_list("row", "by_name"))
