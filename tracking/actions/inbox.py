"""The inbox: store what sources sent before answering them, and read it in a worker."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection as database
from django.db import transaction
from django.db.models import Q

from postpurchase.lib.ids import uuid7
from postpurchase.lib.insert_once import insert_once
from postpurchase.lib.nudge import nudge
from tracking.actions.inbound import find_all, take_in_docs
from tracking.actions.scans import lock
from tracking.carriers import POLLERS, SOURCES
from tracking.carriers.base import ParcelDoc, Unreadable
from tracking.carriers.documents import json_document
from tracking.detection import compact
from tracking.models import CarrierAccount, CarrierDelivery
from tracking.statuses import InboxState

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
WAITS_FOR = timedelta(days=14)
"""So long a delivery waits for its parcel to become known."""
ASKED_AGAIN = timedelta(hours=1)
"""A delivery that misses several parcels is woken by one of them alone, so it also asks itself."""
NOTED_EVERY = timedelta(minutes=1)
NO_PARCEL = "No such parcel."

INSERT = """
    INSERT INTO tracking_carrierdelivery
        (merchant_id, public_id, account_id, event_key, is_answer, body, received_at, state,
         next_at, attempts, reason, waiting_for)
    VALUES (%s, %s, %s, %s, false, %s, %s, 'planned', %s, 0, '', '')
    ON CONFLICT (account_id, event_key) DO NOTHING
"""
WAKE_MISSED = """
    UPDATE tracking_carrierdelivery AS delivery SET state = 'planned', next_at = %s
    WHERE state = 'waiting' AND received_at > %s AND EXISTS (
        SELECT 1 FROM tracking_shipment AS parcel
        WHERE parcel.merchant_id = delivery.merchant_id
            AND parcel.number_key = delivery.waiting_for AND parcel.number_key <> ''
            AND parcel.withdrawn_at IS NULL)
"""


class _Read(NamedTuple):
    """A delivery and the parcels that it tells of."""

    entry: CarrierDelivery
    docs: list[ParcelDoc]


def accept(account: CarrierAccount, *, event_id: str, body: bytes, now: datetime) -> bool:
    """Store a verified delivery; False where it is here already. One statement, one commit.

    Without an id of the source's own its bytes tell it from others, so that sending it again does
    nothing for as long as deliveries are kept.
    """
    key = f"id:{event_id}" if event_id else f"sha256:{hashlib.sha256(body).hexdigest()}"
    if len(key) > 200 or "\0" in key:
        key = f"id-sha256:{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()}"
    key = key.encode("utf-8", "replace").decode()
    values: list[Any] = [account.merchant_id, uuid7(), account.pk, key, body, now, now]
    is_new = insert_once(INSERT, values)
    if is_new:
        transaction.on_commit(lambda: nudge("parcels"))
    return is_new


@transaction.atomic
def apply_due(*, now: datetime, limit: int = 100) -> int:
    """Apply what is due, in one transaction with marking it; give how many were taken up.

    Safe to run in many workers: deliveries are locked and locked ones skipped. What one source
    said to one merchant is applied together, and where that fails one by one.
    """
    entries = list(
        CarrierDelivery.every.filter(state=InboxState.PLANNED, next_at__lte=now)
        .select_related("account")
        .order_by("next_at", "id")
        .select_for_update(of=("self",), skip_locked=True)[:limit]
    )
    read = [_Read(entry, docs) for entry in entries if (docs := _read(entry, now=now))]
    _lock_parcels(read, now=now)
    read.sort(key=_teller)
    for _, group in groupby(read, key=_teller):
        _apply_group(list(group), now=now)
    note_seen({one.entry.account_id for one in read}, now=now)
    return len(entries)


def _lock_parcels(read: Sequence[_Read], *, now: datetime) -> None:
    """Lock all that these deliveries speak of at once, in the order in which everybody does."""
    keys: dict[int, set[str]] = {}
    for entry, docs in read:
        keys.setdefault(entry.merchant_id, set()).update(compact(doc.number) for doc in docs)
    parcels = (find_all(merchant_id, some, now=now) for merchant_id, some in keys.items())
    lock({each.pk for found in parcels for theirs in found.values() for each in theirs})


def _teller(one: _Read) -> tuple[int, str]:
    return one.entry.merchant_id, one.entry.account.source


def _read(entry: CarrierDelivery, *, now: datetime) -> list[ParcelDoc] | None:
    try:
        return _parcels(entry)
    except Unreadable as error:
        _fail(entry, error.reason, now=now)
    except Exception as error:  # a bug in a source must not hold up the others
        log.exception("A delivery could not be read: %s", entry.public_id)
        _postpone(entry, error, now=now)
    return None


def _parcels(entry: CarrierDelivery) -> list[ParcelDoc]:
    source, body = entry.account.source, bytes(entry.body)
    if entry.is_answer:
        # What was asked about stands there because some answers do not repeat it.
        return [POLLERS[source].parcel(body, entry.waiting_for)]
    return SOURCES[source].read(json_document(body))


def _apply_group(read: list[_Read], *, now: datetime) -> None:
    try:
        _apply(read, now=now)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # whichever it was, each is tried by itself and says why
        if len(read) == 1:
            log.exception("A delivery could not be applied: %s", read[0].entry.public_id)
            _postpone(read[0].entry, error, now=now)
            return
        for one in read:
            _apply_group([one], now=now)


@transaction.atomic
def _apply(read: Sequence[_Read], *, now: datetime) -> None:
    merchant_id, source = _teller(read[0])
    docs = [doc for one in read for doc in one.docs]
    outcomes = iter(take_in_docs(merchant_id, source, docs, now=now))
    done = []
    for entry, told in read:
        unknown = [doc for doc in told if not next(outcomes).is_known]
        if unknown:
            _wait(entry, unknown, now=now)
        else:
            done.append(entry.pk)
    # By primary key alone: a condition beside it can mislead the planner on a queue table.
    CarrierDelivery.every.filter(pk__in=done).update(state=InboxState.DONE, done_at=now, reason="")


def _wait(entry: CarrierDelivery, unknown: Sequence[ParcelDoc], *, now: datetime) -> None:
    """Let a delivery wait for its parcel, unless it did so for long enough."""
    entry.waiting_for = compact(unknown[0].number)[:100]
    if entry.received_at < now - WAITS_FOR:
        entry.state, entry.done_at, entry.reason = InboxState.DONE, now, NO_PARCEL
    elif len(unknown) > 1:
        entry.next_at = now + ASKED_AGAIN
    else:
        entry.state = InboxState.WAITING
    entry.save(update_fields=["waiting_for", "state", "done_at", "reason", "next_at"])


def wake(merchant_id: int, number_keys: Collection[str], *, now: datetime) -> int:
    """Have deliveries read that wait for parcels of these numbers; give how many."""
    if not number_keys:
        return 0
    count = CarrierDelivery.every.filter(
        merchant_id=merchant_id, state=InboxState.WAITING, waiting_for__in=list(number_keys)
    ).update(state=InboxState.PLANNED, next_at=now)
    if count:
        transaction.on_commit(lambda: nudge("parcels"))
    return count


def wake_missed(*, now: datetime) -> int:
    """Wake deliveries whose parcel became known in the very moment in which they were read."""
    with database.cursor() as cursor:
        cursor.execute(WAKE_MISSED, [now, now - timedelta(minutes=10)])
        return int(cursor.rowcount)


def give_up_waiting(*, now: datetime) -> int:
    """Read those a last time whose parcel never came."""
    return CarrierDelivery.every.filter(
        state=InboxState.WAITING, received_at__lt=now - WAITS_FOR
    ).update(state=InboxState.PLANNED, next_at=now)


def replay(entries: Iterable[CarrierDelivery], *, now: datetime) -> int:
    """Have deliveries read again, whatever became of them; give how many."""
    count = CarrierDelivery.every.filter(pk__in=[entry.pk for entry in entries]).update(
        state=InboxState.PLANNED, next_at=now, attempts=0, reason=""
    )
    transaction.on_commit(lambda: nudge("parcels"))
    return count


def note_seen(account_ids: Collection[int], *, now: datetime) -> None:
    """Note that accounts told something; at most once a minute."""
    CarrierAccount.every.filter(
        Q(last_seen_at=None) | Q(last_seen_at__lt=now - NOTED_EVERY), pk__in=account_ids
    ).update(last_seen_at=now)


def note_error(account: CarrierAccount, reason: str, *, now: datetime) -> None:
    """Let the merchant see what is wrong; at most once a minute, since anybody can cause it."""
    CarrierAccount.every.filter(
        Q(last_error_at=None) | Q(last_error_at__lt=now - NOTED_EVERY), pk=account.pk
    ).update(last_error=reason[:2000], last_error_at=now)


def _fail(entry: CarrierDelivery, reason: str, *, now: datetime) -> None:
    entry.state, entry.reason = InboxState.FAILED, reason[:2000]
    entry.save(update_fields=["state", "reason"])
    note_error(entry.account, entry.reason, now=now)


def _postpone(entry: CarrierDelivery, error: Exception, *, now: datetime) -> None:
    entry.attempts += 1
    # The words of an unforeseen error may repeat what a parcel's document says of a person.
    entry.reason = f"{type(error).__name__}: it could not be read."
    entry.next_at = now + timedelta(seconds=5 * 2**entry.attempts)
    if entry.attempts >= MAX_ATTEMPTS:
        entry.state = InboxState.FAILED
    entry.save(update_fields=["attempts", "reason", "next_at", "state"])
