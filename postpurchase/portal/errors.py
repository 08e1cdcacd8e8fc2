"""Pages for when something is not right: in the shop's look, and without the database.

`postpurchase.urls` names them as `handler400` … `handler500`, the settings as
`CSRF_FAILURE_VIEW`.
"""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.csrf import requires_csrf_token

from postpurchase.portal import language
from postpurchase.portal.shop import last_seen, private

logger = logging.getLogger(__name__)

TOKEN_FIELD = "csrfmiddlewaretoken"  # noqa: S105  # a field's name
FIELDS_AT_MOST = 40
LONGEST_TEXT = 10_000


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read as a request."""
    return _page(request, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what this person may not see."""
    return _page(request, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, or nowhere for this person."""
    return _page(request, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when we failed, with a reference under which the log holds the cause."""
    reference = secrets.token_hex(4)
    logger.error("server error, reference %s", reference)
    return _page(request, status=500, reference=reference)


@requires_csrf_token
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid token; what was typed can be sent again with a fresh one.

    Only a form of our own comes back: what another site made a browser send is not offered again.
    """
    typed: list[tuple[str, object]] = []
    if _is_our_own_form(request):
        typed = [
            (name, value)
            for name, value in request.POST.items()
            if name != TOKEN_FIELD and len(value) <= LONGEST_TEXT
        ]
    return _page(request, status=403, template="form_expired", typed=typed[:FIELDS_AT_MOST])


def _is_our_own_form(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _page(
    request: HttpRequest, *, status: int, template: str = "", **context: object
) -> HttpResponse:
    shop = last_seen(request.path)
    spoken = language.of(request, fallback=shop.merchant.language if shop else "")
    with translation.override(spoken):
        html = render_to_string(
            f"errors/{template or status}.html",
            {"shop": shop, "was_sent": request.method == "POST", **context},
            request=request if template else None,
        )
        return private(HttpResponse(html, status=status))
