"""Take in the orders of a file, in batches, so that a break costs at most one of them.

How far a run came is committed with the batch itself: started again with the same file it goes on
after the last batch. And since each order is an upsert, nothing is ever taken in twice anyway.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from django.db import transaction

from merchants.connections import own_connection
from merchants.statuses import ConnectionKind
from orders.actions.intake import Intake, Outcome, Result
from orders.actions.many import reason_of, take_in_each
from orders.models import ImportRun, Order
from orders.plan import fingerprint
from orders.sources.document import OrderDoc
from orders.sources.limits import excess_of
from orders.sources.tabular import Row
from orders.statuses import ActorKind
from orders.timeline import Actor

BATCH = 500
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one order of a file."""

    row: int
    order: str
    result: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file and how it is taken in. `digest` names its content and how it is read."""

    merchant_id: int
    name: str
    digest: str
    is_history: bool


class RunTaken(Exception):
    """Somebody else is importing this file at this moment."""


def digest_of(stream: IO[bytes], *ways_to_read: str) -> str:
    """Name a file by its content and the ways it is read; rewinds the stream."""
    sha = hashlib.sha256("\0".join(ways_to_read).encode())
    while chunk := stream.read(1 << 20):
        sha.update(chunk)
    stream.seek(0)
    return sha.hexdigest()


def open_run(source: Source, *, now: datetime) -> ImportRun:
    """Go on with the unfinished run of this file, or begin one."""
    return ImportRun.every.get_or_create(
        merchant_id=source.merchant_id,
        connection=own_connection(source.merchant_id, ConnectionKind.FILE),
        file_digest=source.digest,
        finished_at=None,
        defaults={"file_name": source.name[-300:], "started_at": now},
    )[0]


def abandon_run(source: Source, *, now: datetime) -> None:
    """Let the next run of this file begin at its first row."""
    ImportRun.every.of(source.merchant_id).filter(
        file_digest=source.digest, finished_at=None
    ).update(finished_at=now)


def finish_run(run: ImportRun, *, now: datetime) -> None:
    """Note that all rows were read."""
    ImportRun.every.filter(pk=run.pk).update(finished_at=now)


def batches(rows: Iterable[Row], *, skip: int = 0, size: int | None = None) -> Iterator[list[Row]]:
    """Part the rows of a file into batches, without those of batches done before."""
    remaining = itertools.islice(rows, skip, None)
    while batch := list(itertools.islice(remaining, size or BATCH)):
        yield batch


def take_in_rows(
    source: Source, run: ImportRun, rows: Sequence[Row], *, now: datetime
) -> list[Told]:
    """Take in one batch and note how far the run came, in one transaction. Raises RunTaken."""
    with transaction.atomic():
        locked = ImportRun.every.select_for_update().get(pk=run.pk)
        if (locked.rows_read, locked.finished_at) != (run.rows_read, None):
            raise RunTaken
        told = _take_in(_intake(source, now=now), rows)
        _count(run, told)
        run.save()
    return told


def _count(run: ImportRun, told: Sequence[Told]) -> None:
    counts = Counter(each.result for each in told)
    run.rows_read += len(told)
    run.orders_created += counts[Result.CREATED]
    run.orders_updated += counts[Result.UPDATED]
    run.orders_unchanged += counts[Result.UNCHANGED] + counts[Result.OUTDATED]
    run.rows_failed += counts[FAILED]


@dataclass(slots=True)
class Rehearsal:
    """Finds out what an import would do, and does nothing.

    Each batch is taken in for real and undone; what it would have left behind is remembered, for
    orders that come again later in the file.
    """

    source: Source
    now: datetime
    versions: dict[str, tuple[datetime | None, str]] = field(default_factory=dict)

    def __call__(self, rows: Sequence[Row]) -> list[Told]:
        """Say what would become of a batch."""
        fresh, again = [], {}
        for place, row in enumerate(rows):
            doc = row.result
            if isinstance(doc, OrderDoc) and doc.external_id in self.versions:
                again[place] = Told(row.number, doc.number, self._again(doc))
            else:
                fresh.append(row)
        told = iter(self._undone(fresh))
        return [again.get(place) or next(told) for place in range(len(rows))]

    def recall(self, rows: Sequence[Row]) -> None:
        """Remember rows that were rehearsed before a break, without trying them again."""
        for row in rows:
            doc = row.result
            if isinstance(doc, OrderDoc):
                if doc.external_id in self.versions:
                    self._again(doc)
                else:
                    self.versions[doc.external_id] = (doc.updated_at, fingerprint(doc))

    def _undone(self, rows: Sequence[Row]) -> list[Told]:
        with transaction.atomic():
            told = _take_in(_intake(self.source, now=self.now), rows)
            good = [each.result for each in rows if isinstance(each.result, OrderDoc)]
            self._remember(good)
            transaction.set_rollback(True)
        return told

    def _remember(self, docs: Sequence[OrderDoc]) -> None:
        keys = [doc.external_id for doc in docs]
        connection = own_connection(self.source.merchant_id, ConnectionKind.FILE)
        stored = Order.every.filter(connection=connection, external_id__in=keys)
        for key, at, version in stored.values_list("external_id", "version_at", "version_hash"):
            self.versions[key] = (at, version)

    def _again(self, doc: OrderDoc) -> str:
        at, version = self.versions[doc.external_id]
        print_ = fingerprint(doc)
        if print_ == version:
            return Result.UNCHANGED.value
        if at and doc.updated_at and (doc.updated_at, print_) <= (at, version):
            return Result.OUTDATED.value
        self.versions[doc.external_id] = (doc.updated_at, print_)
        return Result.UPDATED.value


def _intake(source: Source, *, now: datetime) -> Intake:
    return Intake(
        connection=own_connection(source.merchant_id, ConnectionKind.FILE),
        now=now,
        actor=Actor(ActorKind.PROGRAM, f"Import of {source.name}"[:200]),
        is_history=source.is_history,
    )


def _take_in(intake: Intake, rows: Sequence[Row]) -> list[Told]:
    """Take in the good rows together, and say of each row what became of it."""
    checked = [(row, _checked(row.result)) for row in rows]
    outcomes = iter(take_in_each(intake, [doc for _, doc in checked if isinstance(doc, OrderDoc)]))
    return [
        _told(row, next(outcomes) if isinstance(found, OrderDoc) else found)
        for row, found in checked
    ]


def _checked(result: OrderDoc | str) -> OrderDoc | str:
    """Refuse what has the right form but cannot be stored."""
    if isinstance(result, str):
        return result
    excess = excess_of(result)
    return f"{excess.pointer[1:]}: {excess.detail}." if excess else result


def _told(row: Row, found: Outcome | Exception | str) -> Told:
    order = row.result.number if isinstance(row.result, OrderDoc) else ""
    if isinstance(found, Outcome):
        return Told(row.number, order, found.result.value)
    return Told(row.number, order, FAILED, found if isinstance(found, str) else reason_of(found))
