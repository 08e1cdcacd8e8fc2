"""Which browsers a person has logged in with before: a signed note in the browser itself."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from merchants.models import User

COOKIE = "known_people"
SALT = "postpurchase.staff.known"
SECONDS = 365 * 24 * 3600
PEOPLE_AT_MOST = 10


def is_known(request: HttpRequest, user: User) -> bool:
    """Tell whether this person logged in with this browser before."""
    return user.pk in _people(request)


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Note in the browser that this person logged in with it."""
    others = [pk for pk in _people(request) if pk != user.pk]
    response.set_cookie(
        COOKIE,
        signing.dumps([*others, user.pk][-PEOPLE_AT_MOST:], salt=SALT),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _people(request: HttpRequest) -> list[int]:
    try:
        return list(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS))
    except signing.BadSignature:
        return []
