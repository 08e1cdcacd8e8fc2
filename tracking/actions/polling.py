"""Ask carriers about parcels that nobody tells us of, as often as it makes sense and no oftener.

A parcel is claimed by moving its next question a little into the future: a worker that dies has
its parcels asked about again by another. Nothing is asked inside a transaction.
"""

from __future__ import annotations

import base64
import json
import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.db.models import F

from postpurchase.lib.bucket import take
from postpurchase.lib.ids import uuid7
from tracking.actions.inbound import find, news_of, note_words
from tracking.actions.pace import account_for, accounts_of, watch
from tracking.actions.scans import take_in
from tracking.cadence import next_poll
from tracking.carriers import POLLERS
from tracking.carriers.asking import Client, FetchResult, State
from tracking.detection import Hints, candidates
from tracking.models import CarrierAccount, CarrierDelivery, Shipment
from tracking.statuses import CarrierChosenBy, InboxState

log = logging.getLogger(__name__)

BATCH = 100
LEASE = timedelta(minutes=10)
LOCKED_OUT = timedelta(hours=1)
"""So long an account is left alone whose log-in was refused."""
OUT_OF_ORDER = timedelta(minutes=10)
BUSY_FOR = 45.0
"""Seconds; then the rest of a batch is left to whoever comes next."""
SHOWN_OF_NONSENSE = 64 * 1024
SHORTEST_SECRET = 6

CLAIM = """
    UPDATE tracking_shipment SET next_poll_at = %(until)s, polled_at = %(now)s
    WHERE id = ANY(ARRAY(
        SELECT id FROM tracking_shipment
        WHERE next_poll_at IS NOT NULL AND next_poll_at <= %(now)s
        ORDER BY next_poll_at, id
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Question:
    """Parcels to ask one account about, in one request."""

    account: CarrierAccount
    shipments: tuple[Shipment, ...]


def claim(*, now: datetime, limit: int = BATCH) -> list[int]:
    """Take parcels whose turn it is; a worker that dies loses them after LEASE."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "limit": limit})
        return [pk for (pk,) in cursor.fetchall()]


def poll_due(*, now: datetime, limit: int = BATCH) -> int:
    """Ask about what is due; give how many parcels were taken up."""
    pks = claim(now=now, limit=limit)
    rows = Shipment.every.filter(pk__in=pks).select_related("order", "order__merchant")
    end = time.monotonic() + BUSY_FOR
    for question in _questions(list(rows), now=now):
        if time.monotonic() > end:
            # Carriers answer slowly today; other workers and other work are waiting.
            _put_off(question.shipments, until=now)
        else:
            _ask_safely(question, now=now)
    return len(pks)


def _ask_safely(question: Question, *, now: datetime) -> None:
    """Ask; whatever one account's answers do to us, the other accounts are asked."""
    try:
        _ask(question, now=now)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception("A carrier's answer could not be used: %s", question.account.public_id)
        _put_off(question.shipments, until=now + OUT_OF_ORDER)


def _questions(shipments: Sequence[Shipment], *, now: datetime) -> Iterator[Question]:
    accounts = accounts_of(shipment.merchant_id for shipment in shipments)
    by_account: dict[int, list[Shipment]] = defaultdict(list)
    known: dict[int, CarrierAccount] = {}
    nobody: list[Shipment] = []
    for shipment in shipments:
        account = account_for(shipment, accounts.get(shipment.merchant_id, []))
        if account is None or not shipment.number_key:
            nobody.append(shipment)
        else:
            known[account.pk] = account
            by_account[account.pk].append(shipment)
    Shipment.every.filter(pk__in=[each.pk for each in nobody]).update(next_poll_at=None)
    for pk, theirs in by_account.items():
        account = known[pk]
        if account.paused_until and account.paused_until > now:
            _put_off(theirs, until=account.paused_until)
            continue
        most = POLLERS[account.source].most_at_once
        for start in range(0, len(theirs), most):
            yield Question(account, tuple(theirs[start : start + most]))


def _ask(question: Question, *, now: datetime) -> None:
    account, poller = question.account, POLLERS[question.account.source]
    if account.paused_until and account.paused_until > now:
        _put_off(question.shipments, until=account.paused_until)
        return
    wait = take(f"poll:{account.pk}", rate=poller.rate, burst=poller.burst, now=now)
    if wait > 0:
        _put_off(question.shipments, until=now + timedelta(seconds=wait))
        return
    numbers = list(dict.fromkeys(shipment.number_key for shipment in question.shipments))
    results = poller.fetch(Client(now=now), _credentials(account), numbers)
    _settle_account(account, results, now=now)
    for shipment in question.shipments:
        _settle(account, shipment, results[shipment.number_key], now=now)


def _credentials(account: CarrierAccount) -> dict[str, str]:
    found = json.loads(account.credentials)
    return {str(name): str(value) for name, value in found.items()}


def _put_off(shipments: Sequence[Shipment], *, until: datetime) -> None:
    pks = [shipment.pk for shipment in shipments]
    Shipment.every.filter(pk__in=pks, next_poll_at__isnull=False).update(next_poll_at=until)


def _settle_account(
    account: CarrierAccount, results: Mapping[str, FetchResult], *, now: datetime
) -> None:
    """Note how the account fares, and leave it alone where it asks for that."""
    values: dict[str, Any] = {}
    for result in results.values():
        match result.state:
            case State.OK | State.NOT_FOUND:
                values.setdefault("last_seen_at", now)
            case State.RATE_LIMITED:
                values["paused_until"] = now + timedelta(seconds=result.retry_after or 60)
            case State.AUTH:
                values["paused_until"] = now + LOCKED_OUT
            case State.TEMPORARY:
                pause = result.retry_after or OUT_OF_ORDER.total_seconds()
                values["paused_until"] = now + timedelta(seconds=pause)
        if result.state not in {State.OK, State.NOT_FOUND}:
            values |= {"last_error": result.reason[:2000], "last_error_at": now}
    if values:
        CarrierAccount.every.filter(pk=account.pk).update(**values)
        for name, value in values.items():
            setattr(account, name, value)


def _settle(
    account: CarrierAccount, shipment: Shipment, result: FetchResult, *, now: datetime
) -> None:
    match result.state:
        case State.OK if result.doc is not None:
            _take(account, shipment, result, now=now)
        case State.RATE_LIMITED | State.AUTH:
            _put_off([shipment], until=account.paused_until or now + LOCKED_OUT)
        case State.TEMPORARY:
            pause = timedelta(seconds=result.retry_after or OUT_OF_ORDER.total_seconds())
            _put_off([shipment], until=now + pause)
        case State.NOT_FOUND:
            _quiet(shipment, now=now)
            _try_another(shipment)
        case _:
            _keep(account, shipment.number_key, result, state=InboxState.FAILED, now=now)
            _quiet(shipment, now=now)


def _take(
    account: CarrierAccount, shipment: Shipment, result: FetchResult, *, now: datetime
) -> None:
    assert result.doc is not None
    legs = find(account.merchant_id, shipment.number_key, now=now)
    mine = [leg for leg in legs if leg.order_id == shipment.order_id]
    taken = take_in(news_of(result.doc, mine, source=account.source), now=now)
    note_words(account.merchant_id, account.source, result.doc.unknown_words, now=now)
    if taken.changed:
        _keep(account, shipment.number_key, result, state=InboxState.DONE, now=now)
    else:
        _quiet(shipment, now=now)


def _keep(
    account: CarrierAccount, number: str, result: FetchResult, *, state: InboxState, now: datetime
) -> None:
    """Keep an answer raw, for reading it again after a mistake of ours is mended."""
    if not Shipment.every.of(account.merchant_id).filter(number_key=number).exists():
        return  # Erased while the carrier was asked.
    is_read = state == InboxState.DONE
    CarrierDelivery.every.create(
        merchant_id=account.merchant_id,
        account=account,
        event_key=f"answer {uuid7()}",
        is_answer=True,
        waiting_for=number,
        body=_without_secrets(account, result.raw)[: None if is_read else SHOWN_OF_NONSENSE],
        received_at=now,
        state=state,
        next_at=now,
        reason=result.reason[:2000],
        done_at=now,
    )


def _without_secrets(account: CarrierAccount, raw: bytes) -> bytes:
    """Take our own log-in out of an answer: those who may read answers may not read it."""
    secret = {field.name for field in POLLERS[account.source].fields if field.is_secret}
    for name, value in _credentials(account).items():
        if name in secret and len(value) >= SHORTEST_SECRET:
            for told in (value.encode(), base64.b64encode(value.encode()).rstrip(b"=")):
                raw = raw.replace(told, b"...")
    return raw


def _quiet(shipment: Shipment, *, now: datetime) -> None:
    """Nothing new: ask more slowly."""
    shipment.quiet_polls = min(shipment.quiet_polls + 1, 100)
    changed_at = shipment.last_scan_at or shipment.shipped_at or shipment.created_at
    at = next_poll(watch(shipment, changed_at=changed_at), now=now)
    # One that was withdrawn or erased meanwhile is not asked about any more.
    rows = Shipment.every.filter(pk=shipment.pk, next_poll_at__isnull=False)
    rows.update(next_poll_at=at, quiet_polls=F("quiet_polls") + 1)


def _try_another(shipment: Shipment) -> None:
    """A carrier that does not know the number may not be its: let the next likely one be asked."""
    if shipment.carrier_by != CarrierChosenBy.NUMBER or shipment.quiet_polls % 3:
        return
    hints = Hints(url=shipment.url, country=shipment.to_country)
    served = {
        carrier
        for account in accounts_of([shipment.merchant_id])[shipment.merchant_id]
        for carrier in account.carriers or POLLERS[account.source].serves
    }
    found = [each.carrier for each in candidates(shipment.number_key, hints)]
    likely = [carrier for carrier in found if carrier in served]
    if len(likely) < 2:
        return
    place = likely.index(shipment.carrier) + 1 if shipment.carrier in likely else 0
    rows = Shipment.every.filter(pk=shipment.pk, carrier_by=CarrierChosenBy.NUMBER)
    rows.update(carrier=likely[place % len(likely)])
