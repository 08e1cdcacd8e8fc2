"""Queues that are tables: many workers take due rows, and none takes a row twice.

A row waits (`waiting`) until its time, is taken (`taken`) under a token with a lease, and is then
changed by whoever holds the token. Locked rows are skipped, so workers never queue up behind one
another. The statements that mark rows name them by primary key alone: beside a partial index on
the state, a second condition on it lets stale statistics turn a look-up into a walk over the dead
entries of that index (measured: 164 rows a second instead of 12,067).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from postpurchase.lib.tenancy import Tenant

Row = TypeVar("Row", bound=Tenant)

BATCH = 100
"""Rows per claim: enough that claiming costs little, few enough that a dead worker holds few."""


class Taken(NamedTuple):
    """One row that was claimed: which, and whose."""

    pk: int
    merchant_id: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What one worker took at once. The token is its right to change these rows."""

    token: uuid.UUID
    rows: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Queue(Generic[Row]):
    """A table that is a queue, in its own words.

    It has the columns `state`, `token` and `leased_until`, and a partial index on
    (`due_field`, id) of the waiting rows. `lease` is how long a claim holds.
    """

    model: type[Row]
    due_field: str
    waiting: str
    taken: str
    lease: timedelta

    def due(self, *, now: datetime) -> QuerySet[Row]:
        """Give the rows whose time has come, the longest waiting first."""
        waiting: QuerySet[Row] = self.model.every.filter(state=self.waiting)
        return waiting.filter(**{f"{self.due_field}__lte": now}).order_by(self.due_field, "pk")

    def claim(self, *, now: datetime, limit: int = BATCH, without: Collection[int] = ()) -> Claim:
        """Take due rows, at most `limit` and BATCH, and none of the merchants in `without`."""
        token = uuid.uuid4()
        due = self.due(now=now)
        if without:
            due = due.exclude(merchant_id__in=list(without))
        with transaction.atomic():
            locked = due.select_for_update(skip_locked=True).values_list("pk", "merchant_id")
            rows = tuple(Taken(*row) for row in locked[: min(limit, BATCH)])
            self._mark(rows, state=self.taken, token=token, leased_until=now + self.lease)
        return Claim(token=token, rows=rows)

    def release(self, rows: Iterable[Taken], *, token: uuid.UUID) -> int:
        """Put claimed rows back untouched; rows that are no longer ours stay as they are."""
        return self._named(rows).filter(token=token).update(**self._free())

    def reap(self, *, now: datetime) -> int:
        """Put back what workers took and never began: their leases ran out."""
        with transaction.atomic():
            lapsed = self.lapsed(self.taken, now=now).values_list("pk", "merchant_id")
            rows = tuple(Taken(*row) for row in lapsed)
            self._mark(rows, **self._free())
        return len(rows)

    def lapsed(self, state: str, *, now: datetime) -> QuerySet[Row]:
        """Give, locked, at most BATCH rows in a state whose leases ran out. Needs a transaction."""
        rows: QuerySet[Row] = self.model.every.filter(state=state, leased_until__lt=now)
        return rows.order_by("leased_until").select_for_update(of=("self",), skip_locked=True)[
            :BATCH
        ]

    def _free(self) -> dict[str, Any]:
        return {"state": self.waiting, "token": None, "leased_until": None}

    def _named(self, rows: Iterable[Taken]) -> QuerySet[Row]:
        named: QuerySet[Row] = self.model.every.filter(pk__in=[row.pk for row in rows])
        return named

    def _mark(self, rows: Collection[Taken], **values: Any) -> None:
        if rows:
            self._named(rows).update(**values)
