"""Where a person is logged in, and the ways to end that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants.models import User
from postpurchase.staff.accounts import devices
from postpurchase.staff.accounts.views import page

SHOWN_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Device:
    """A log-in that holds."""

    pk: int
    name: str
    network: str
    since: datetime
    seen_at: datetime
    is_current: bool


@require_safe
@login_required
@page
def show(request: HttpRequest) -> HttpResponse:
    """List one's log-ins, the present one first."""
    return render(request, "usersessions/devices.html", {"devices": _devices(request)})


@require_POST
@login_required
@page
def end(request: HttpRequest) -> HttpResponse:
    """Log one device out. One that is logged out already stays so."""
    asked = request.POST.get("device", "")
    pk = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else 0
    session = _sessions(request).filter(pk=pk).first()
    if session is None:
        return redirect("usersessions_list")
    session.end()
    if session.session_key == request.session.session_key:
        logout(request)
        return redirect("account_login")
    messages.success(request, _("The device is logged out."))
    return redirect("usersessions_list")


@require_POST
@login_required
@page
def end_others(request: HttpRequest) -> HttpResponse:
    """Log all devices out but this one."""
    for session in _sessions(request).exclude(session_key=request.session.session_key):
        session.end()
    messages.success(request, _("All other devices are logged out."))
    return redirect("usersessions_list")


def _sessions(request: HttpRequest) -> QuerySet[UserSession]:
    assert isinstance(request.user, User)
    rows: QuerySet[UserSession] = UserSession.objects.filter(user=request.user)
    return rows


def _devices(request: HttpRequest) -> list[Device]:
    rows = list(_sessions(request).order_by("-last_seen_at")[:SHOWN_AT_MOST])
    keys = [row.session_key for row in rows]
    holding = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    alive = set(holding.values_list("session_key", flat=True))
    found = [_device(request, row) for row in rows if row.session_key in alive]
    return sorted(found, key=lambda device: not device.is_current)


def _device(request: HttpRequest, row: UserSession) -> Device:
    return Device(
        pk=row.pk,
        name=devices.in_words(row.user_agent),
        network=devices.network_in_words(row.ip),
        since=row.created_at,
        seen_at=row.last_seen_at,
        is_current=row.session_key == request.session.session_key,
    )
