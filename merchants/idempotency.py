"""Acts that are done once, however often they are asked for.

Whoever begins an act holds a lease on its key and settles it with the answer, in the transaction
of the act. Later requests with the key get that answer. A crash leaves a lease that runs out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from merchants.models import IdempotencyKey

LEASE = timedelta(seconds=60)
KEPT = timedelta(hours=24)


class Reused(Exception):
    """The key was used for another request."""


class AtWork(Exception):
    """The first request with this key is still at work."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class LeaseLost(Exception):
    """The act took longer than its lease and somebody else began it; it must not be committed."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do an act now."""

    pk: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer that the first request got."""

    status: int
    response: dict[str, Any]


def begin(
    *, merchant_id: int, scope: str, key: str, request_hash: str, now: datetime
) -> Lease | Stored:
    """Begin an act, or give its answer if it was done. Raises Reused or AtWork."""
    row, is_new = IdempotencyKey.every.get_or_create(
        merchant_id=merchant_id,
        scope=scope,
        key=key,
        defaults={"request_hash": request_hash, "leased_until": now + LEASE, "created_at": now},
    )
    if is_new:
        return Lease(row.pk, row.leased_until)
    if row.created_at <= now - KEPT:
        return _take_over(row, request_hash=request_hash, now=now)
    if row.request_hash != request_hash:
        raise Reused
    if row.status is not None:
        return Stored(row.status, row.response or {})
    if row.leased_until > now:
        raise AtWork(max(1, round((row.leased_until - now).total_seconds())))
    return _take_over(row, request_hash=request_hash, now=now)


def _take_over(row: IdempotencyKey, *, request_hash: str, now: datetime) -> Lease:
    """Begin anew where the first request died or is forgotten; of several takers one gets it."""
    # The lease read above is the condition, so that only one of several takers matches it.
    taken = IdempotencyKey.every.filter(
        pk=row.pk, leased_until=row.leased_until, created_at=row.created_at
    ).update(
        request_hash=request_hash,
        leased_until=now + LEASE,
        created_at=now,
        status=None,
        response=None,
    )
    if not taken:
        raise AtWork(1)
    return Lease(row.pk, now + LEASE)


def settle(lease: Lease, *, status: int, response: dict[str, Any]) -> None:
    """Keep the answer. Raises LeaseLost, so that the transaction of the act is undone."""
    settled = IdempotencyKey.every.filter(
        pk=lease.pk, leased_until=lease.until, status=None
    ).update(status=status, response=response)
    if not settled:
        raise LeaseLost


def release(lease: Lease) -> None:
    """Forget an act that was not done, so that the next request may try."""
    IdempotencyKey.every.filter(pk=lease.pk, leased_until=lease.until, status=None).delete()
