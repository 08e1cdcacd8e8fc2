"""Deliveries from shops: verify, store, answer. All else happens in a worker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, path, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from merchants.models import StoreConnection
from orders.actions.inbox import accept
from orders.sources import SOURCES
from orders.sources.base import Malformed, Source
from postpurchase.lib.hooks import UNSIGNED, Remembered, answer, headers_of, refusal_of_form

log = logging.getLogger(__name__)

MOST_MEGABYTES = 10


def _find(public_id: UUID, kind: str) -> StoreConnection | None:
    return StoreConnection.every.filter(
        public_id=public_id, kind=kind, is_active=True, merchant__is_active=True
    ).first()


_cache = Remembered(_find)


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

    411 stands for a body sent in chunks. An unknown address gets the same 401 as a wrong signature.
    """
    source = SOURCES.get(kind)
    if refusal := refusal_of_form(request, most_megabytes=MOST_MEGABYTES):
        return refusal
    headers = headers_of(request)
    connection = _cache.get(public_id, kind)
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
    fresh = _cache.fresh(connection.public_id, connection.kind)
    if fresh is None:
        return False
    return source.verify(secrets=fresh.active_secrets(now=now), headers=headers, body=body)


def _note_refusal(connection: StoreConnection, *, now: datetime) -> None:
    """Let the merchant see it; at most once a minute, since anybody can cause it."""
    StoreConnection.every.filter(
        Q(last_error_at=None) | Q(last_error_at__lt=now - timedelta(minutes=1)), pk=connection.pk
    ).update(last_error="A delivery was signed with another secret.", last_error_at=now)


urlpatterns = [path("<slug:kind>/<uuid:public_id>/", receive, name="webhook")]
