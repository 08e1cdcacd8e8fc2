"""Deliveries from shops: verify, store, answer. All else happens in a worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, path, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from merchants.models import StoreConnection
from orders.actions.inbox import accept
from orders.sources import SOURCES
from orders.sources.base import Malformed, Source

log = logging.getLogger(__name__)

MAX_BODY = 10 * 1024 * 1024
CACHED_FOR = 5.0  # seconds
UNSIGNED = "The signature does not fit."

_cache: dict[UUID, tuple[float, StoreConnection]] = {}


def connection_of(public_id: UUID, *, kind: str) -> StoreConnection | None:
    """Find an active connection; one seen in the last seconds is not read again."""
    cached = _cache.get(public_id)
    if cached and time.monotonic() - cached[0] < CACHED_FOR and cached[1].kind == kind:
        return cached[1]
    return _fresh_connection(public_id, kind=kind)


def _fresh_connection(public_id: UUID, *, kind: str) -> StoreConnection | None:
    connection = StoreConnection.every.filter(
        public_id=public_id, kind=kind, is_active=True, merchant__is_active=True
    ).first()
    if len(_cache) > 1000:
        _cache.clear()
    if connection:
        _cache[public_id] = (time.monotonic(), connection)
    else:
        _cache.pop(public_id, None)
    return connection


class ShortWay:
    """Answers deliveries before all that is there for people: sessions, languages, log-ins.

    That is a quarter of what a delivery costs. Nothing of it protects a delivery: who may post is
    decided by the signature, and the answer is read by a program.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a delivery, pass all else on."""
        if not request.path_info.startswith("/hooks/"):
            return self.get_response(request)
        try:
            found = resolve(request.path_info)
        except Resolver404:
            return answer(404, "There is nothing here.")
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        # Without it gunicorn sends the answer in chunks.
        response.headers["Content-Length"] = str(len(response.content))
        return response


@csrf_exempt
@require_POST
def receive(request: HttpRequest, kind: str, public_id: UUID) -> HttpResponse:
    """Take one delivery: 200 stored or of no interest, 400 malformed, 401 not signed, 413 large.

    411 stands for a body sent in chunks: WSGI tells no length of it, so nothing would be read.
    An unknown address gets the same 401 as a wrong signature.
    """
    source = SOURCES.get(kind)
    if "transfer-encoding" in request.headers:
        return answer(411, "Send the body in one piece, with Content-Length.")
    if int(request.headers.get("content-length") or 0) > MAX_BODY:
        return answer(413, "The body is larger than 10 MB.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    connection = connection_of(public_id, kind=kind)
    if source is None or connection is None:
        return answer(401, UNSIGNED)
    if source.is_ping(headers, request.body):
        return answer(200, "Hello.")
    now = timezone.now()
    if not _is_signed(connection, headers, request.body, now=now):
        _note_refusal(connection, now=now)
        return answer(401, UNSIGNED)
    return _take(connection, source, headers, request.body, now=now)


def _take(
    connection: StoreConnection,
    source: Source,
    headers: dict[str, str],
    body: bytes,
    *,
    now: datetime,
) -> HttpResponse:
    """Store a verified delivery, unless it says nothing that is of use here."""
    try:
        envelope = source.envelope(headers=headers, body=body)
    except Malformed as error:
        return answer(400, str(error))
    if not envelope.handled:
        log.info("A delivery of unknown topic was dropped: %s %s", source.kind, envelope.topic)
        return answer(200, "This topic is of no interest here.")
    accept(connection, envelope, body=body, now=now)
    return answer(200, "Stored.")


def _is_signed(
    connection: StoreConnection, headers: dict[str, str], body: bytes, *, now: datetime
) -> bool:
    source = SOURCES[connection.kind]
    if source.verify(secrets=connection.active_secrets(now=now), headers=headers, body=body):
        return True
    # Perhaps the secret was changed a moment ago.
    fresh = _fresh_connection(connection.public_id, kind=connection.kind)
    if fresh is None:
        return False
    return source.verify(secrets=fresh.active_secrets(now=now), headers=headers, body=body)


def _note_refusal(connection: StoreConnection, *, now: datetime) -> None:
    """Let the merchant see it; at most once a minute, since anybody can cause it."""
    StoreConnection.every.filter(
        Q(last_error_at=None) | Q(last_error_at__lt=now - timedelta(minutes=1)), pk=connection.pk
    ).update(last_error="A delivery was signed with another secret.", last_error_at=now)


def answer(status: int, detail: str) -> JsonResponse:
    """Answer a program in one sentence."""
    return JsonResponse({"detail": detail}, status=status)


urlpatterns = [path("<slug:kind>/<uuid:public_id>/", receive, name="webhook")]
