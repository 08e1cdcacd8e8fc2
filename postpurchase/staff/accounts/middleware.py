"""What holds for every page of staff: their language, the second step, when they were last seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from merchants.models import User
from postpurchase.staff.access import places_of, private
from postpurchase.staff.accounts import devices, second_step

WORK = ("/admin/", "/dashboard/")
STAFF = ("/account/", *WORK)
SEEN_EVERY = 300  # seconds
SEEN_AT_MOST = 10_000

_seen: dict[str, float] = {}


class StaffMiddleware:
    """Applies to those who are logged in, on pages of staff; anybody else passes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let a request through, or lead to what has to be done first."""
        if not request.path_info.startswith(STAFF) or not isinstance(request.user, User):
            return self.get_response(request)
        speak(request.user)
        note_seen(request)
        if _is_work(request) and second_step.is_missing(request):
            return private(_set_up_first(request))
        with _zone(request):
            return self.get_response(request)


def speak(user: User) -> None:
    """Use the language that a person chose for staff pages, if they did."""
    if user.language in dict(settings.LANGUAGES):
        translation.activate(user.language)


def note_seen(request: HttpRequest) -> None:
    """Write down, every few minutes, that a session is in use."""
    key, now = request.session.session_key, time.monotonic()
    if not key or now - _seen.get(key, -SEEN_EVERY) < SEEN_EVERY:
        return
    if len(_seen) >= SEEN_AT_MOST:
        _seen.clear()
    _seen[key] = now
    UserSession.objects.filter(session_key=key).update(
        last_seen_at=timezone.now(), ip=devices.network(request)
    )


def _zone(request: HttpRequest) -> AbstractContextManager[None]:
    """Give one's own pages the time of one's first shop; pages of a shop have their own."""
    places = [] if request.path_info.startswith(WORK) else places_of(request)
    return timezone.override(places[0].merchant.zone) if places else nullcontext()


def _is_work(request: HttpRequest) -> bool:
    is_logout = request.path_info == reverse("admin:logout")
    return request.path_info.startswith(WORK) and not is_logout


def _set_up_first(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(reverse("mfa_activate_totp"))
    return redirect("mfa_activate_totp")
