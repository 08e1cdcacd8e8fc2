"""Deliveries from carriers and aggregators: verify, store, answer. All else happens in a worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from postpurchase.lib.hooks import UNSIGNED, Remembered, answer, headers_of, refusal_of_form
from tracking.actions.inbox import accept, note_error
from tracking.carriers import SOURCES
from tracking.carriers.base import Headers, Source, Unreadable
from tracking.carriers.documents import json_document
from tracking.models import CarrierAccount

MOST_MEGABYTES = 1
TOLERANCE = timedelta(minutes=5)
"""How far a signed moment may lie from ours, either way (Standard Webhooks, "verifying")."""


def _find(public_id: UUID, source: str) -> CarrierAccount | None:
    return CarrierAccount.every.filter(
        public_id=public_id, source=source, is_active=True, merchant__is_active=True
    ).first()


_accounts = Remembered(_find)


@csrf_exempt
@require_POST
def receive(request: HttpRequest, source: str, public_id: UUID) -> HttpResponse:
    """Take one delivery: 200 stored, 400 no JSON, 401 not signed, 411 in chunks, 413 large.

    An unknown address gets the same 401 as a wrong signature.
    """
    if refusal := refusal_of_form(request, most_megabytes=MOST_MEGABYTES):
        return refusal
    known, account = SOURCES.get(source), _accounts.get(public_id, source)
    if known is None or account is None:
        return answer(401, UNSIGNED)
    if settings.IS_HTTPS and not known.is_signed and not request.is_secure():
        return answer(403, "Send it by https: who shows a secret may be overheard.")
    headers, now = headers_of(request), timezone.now()
    if not _is_signed(account, headers, request.body, now=now):
        note_error(account, "A delivery was signed with another secret.", now=now)
        return answer(401, UNSIGNED)
    if not _is_of_now(known, headers, now=now):
        note_error(account, "A delivery was signed more than five minutes ago.", now=now)
        return answer(401, "The signature is older than five minutes.")
    return _take(account, headers, request.body, now=now)


def _take(account: CarrierAccount, headers: Headers, body: bytes, *, now: datetime) -> HttpResponse:
    try:
        document = json_document(body)
    except Unreadable:
        return answer(400, "The body is no JSON, or not all of it.")
    key = _event_id(SOURCES[account.source], headers, document)
    accept(account, event_id=key, body=body, now=now)
    return answer(200, "Stored.")


def _event_id(source: Source, headers: Headers, document: Any) -> str:
    """Give the source's own name of the event, where it has one."""
    named = headers.get(source.event_header, "") if source.event_header else ""
    if not named and source.event_field and isinstance(document, dict):
        field = document.get(source.event_field)
        named = field if isinstance(field, str) else ""
    return named


def _is_signed(account: CarrierAccount, headers: Headers, body: bytes, *, now: datetime) -> bool:
    verify = SOURCES[account.source].verify
    if verify(headers, body, account.active_secrets(now=now)):
        return True
    # Perhaps the secret was changed a moment ago.
    fresh = _accounts.fresh(account.public_id, account.source)
    return fresh is not None and verify(headers, body, fresh.active_secrets(now=now))


def _is_of_now(source: Source, headers: Headers, *, now: datetime) -> bool:
    if source.signed_at is None:
        return True
    stamp = source.signed_at(headers)
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    return abs(now.timestamp() - int(stamp)) <= TOLERANCE.total_seconds()


urlpatterns = [path("<slug:source>/<uuid:public_id>/", receive, name="carrier_webhook")]
