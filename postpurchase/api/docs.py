"""The description of the API for programs, and a page to read and try it."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from postpurchase.api.schema import description


@require_safe
@cache_control(public=True, max_age=300)
def schema(request: HttpRequest) -> HttpResponse:
    """Give the description as JSON."""
    return HttpResponse(_encoded(), content_type="application/vnd.oai.openapi+json")


@lru_cache(maxsize=1)
def _encoded() -> bytes:
    return msgspec.json.encode(description())


@require_safe
@csp_replace(
    {
        "default-src": [NONE],
        "script-src": [SELF],
        # Swagger UI writes style attributes and draws its icons from data: addresses.
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [NONE],
    }
)
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description; requests can be tried out with a key."""
    return render(request, "api/docs.html")
