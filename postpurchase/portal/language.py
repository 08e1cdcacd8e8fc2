"""Which language a page speaks."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language, get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

COOKIE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Choice:
    """One language on offer at the foot of a page, named in itself."""

    code: str
    name: str
    url: str
    is_current: bool


def is_chosen(request: HttpRequest) -> bool:
    """Tell whether this request is a click on a language."""
    return request.method == "GET" and _supported(request.GET.get("lang", "")) is not None


def choose(request: HttpRequest) -> HttpResponse:
    """Remember the language that was clicked, and show the same page in it."""
    query = request.GET.copy()
    chosen = _supported(query.pop("lang")[-1]) or settings.LANGUAGE_CODE
    # Only the path and query of this very request: leads nowhere else.
    response = HttpResponseRedirect(f"{request.path}{'?' if query else ''}{query.urlencode()}")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=COOKIE_SECONDS,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def of(request: HttpRequest, *, fallback: str, order: str = "") -> str:
    """Find the reader's language.

    What they clicked comes first, then the language they ordered in, then what their browser
    asks for, then the shop's own.
    """
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    wishes = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""), order]
    wishes += [code for code, _ in asked]
    for wish in [*wishes, fallback]:
        if found := _supported(wish):
            return found
    return settings.LANGUAGE_CODE


def choices(request: HttpRequest) -> list[Choice]:
    """List the languages on offer, with the address of this page in each."""
    found = []
    for code, name in settings.LANGUAGES:
        query = request.GET.copy()
        query["lang"] = code
        found.append(Choice(code, str(name), f"?{query.urlencode()}", code == get_language()))
    return found


def _supported(code: str) -> str | None:
    """Give our variant of a language code ("de-AT" → "de"), or nothing."""
    try:
        return get_supported_language_variant(code) if code else None
    except LookupError:
        return None
