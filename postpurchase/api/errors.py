"""Whatever goes wrong under /api/ is answered as a problem of RFC 9457."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions

from postpurchase.lib.errors import Refused
from postpurchase.lib.problems import Problem, answer

log = logging.getLogger(__name__)

UNAUTHORIZED = Problem(401, "unauthorized", "The API key is missing, unknown or revoked.")
FORBIDDEN = Problem(403, "forbidden", "This API key may not do that.")
NOT_FOUND = Problem(404, "not-found", "There is nothing here.")
BUSY = Problem(
    503, "busy", "The order is being worked on; ask again.", headers={"Retry-After": "2"}
)
BROKEN = Problem(500, "error", "Something went wrong here. It was logged.")
LOCKED_OR_SLOW = frozenset({"55P03", "57014", "40P01"})
"""Postgres: lock not available, statement cancelled by its time-out, deadlock."""


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """Answer what a view raised; anything unforeseen is logged, reported and answered with 500."""
    problem = _foreseen(error)
    if problem is None:
        request = context["request"]._request
        log.error("%s %s failed", request.method, request.resolver_match.route, exc_info=error)
        got_request_exception.send(sender=handle, request=request)
        problem = BROKEN
    return answer(problem)


def _foreseen(error: Exception) -> Problem | None:  # noqa: PLR0911  # one line for each kind
    match error:
        case Problem():
            return error
        case Refused():
            return Problem(409, error.code, str(error.reason))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            challenge = str(getattr(error, "auth_header", "Bearer"))
            return _with(UNAUTHORIZED, {"WWW-Authenticate": challenge})
        case exceptions.PermissionDenied() | PermissionDenied():
            return FORBIDDEN
        case exceptions.NotFound() | Http404():
            return NOT_FOUND
        case exceptions.Throttled():
            after = str(int(getattr(error, "wait", None) or 1))
            detail = f"Too many requests; ask again in {after} seconds."
            return Problem(429, "too-many-requests", detail, headers={"Retry-After": after})
        case exceptions.MethodNotAllowed():
            return Problem(405, "method-not-allowed", "This address does not know that method.")
        case exceptions.APIException():
            return Problem(error.status_code, "invalid", "The request cannot be read.")
        case SuspiciousOperation():
            return Problem(400, "invalid", "The request cannot be read.")
        case OperationalError() if _is_busy(error):
            return BUSY
    return None


def _with(problem: Problem, headers: dict[str, str]) -> Problem:
    return Problem(problem.status, problem.code, problem.detail, headers=headers)


def _is_busy(error: OperationalError) -> bool:
    return getattr(error.__cause__, "pgcode", None) in LOCKED_OR_SLOW


@csrf_exempt
def not_found(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer an address under /api/ that there is not."""
    return answer(NOT_FOUND)
