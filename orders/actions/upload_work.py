"""How a worker checks and imports uploaded files: batch by batch, for a while at a time.

Counts, problems and the lease are written with each batch. A killed worker costs the batch it had
begun: when its lease runs out another worker goes on there. One file is worked on at a time, so
that imports never take all workers from the shops' deliveries.
"""

from __future__ import annotations

import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import IO, Any

from django.db import InterfaceError, OperationalError, transaction
from django.db import connection as database
from django.utils.translation import gettext as _

from orders.actions import imports
from orders.actions.imports import FAILED, Rehearsal, RunTaken, Told
from orders.actions.uploads import (
    KEPT_WHEN_DONE,
    FileRemoved,
    habits_of,
    open_file,
    source_of,
)
from orders.models import ImportProblem, ImportRun, ImportUpload
from orders.sources.tabular import Row, read_csv, read_ndjson
from orders.statuses import UploadState
from postpurchase.lib.claims import Queue
from postpurchase.lib.tenancy import acting_for

log = logging.getLogger(__name__)

QUEUE = Queue(
    model=ImportUpload,
    due_field="next_at",
    waiting=UploadState.WAITING,
    taken=UploadState.WORKING,
    lease=timedelta(minutes=2),
)
MOST_PROBLEMS = 10_000
"""So many problems of a file are written down; all are counted."""

_PLACE = re.compile(
    r"^Row \d+, column “(?P<column>.*?)”: |at `\$\.?(?P<path>[^`]*)`\.?$", re.DOTALL
)
_PREFIX = re.compile(r"^(Row|Line) \d+(, column “.*?”)?: ", re.DOTALL)
_FOR_THE_SHELL = (
    (" with --date-order dmy or mdy", ""),
    (" or say --currency EUR", " or choose one"),
)


class Lost(Exception):
    """Somebody stopped the work, or another worker took it over: nothing more is written."""


def reap(*, now: datetime) -> None:
    """Put back files whose worker died."""
    QUEUE.reap(now=now)


def take_next(*, now: datetime) -> ImportUpload | None:
    """Take the file that waits longest; none while another one is being worked on."""
    with transaction.atomic():
        with database.cursor() as cursor:
            # Two workers that ask in the same moment ask one after the other.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('orders.uploads'))")
        if ImportUpload.every.filter(state=UploadState.WORKING).exists():
            return None
        claim = QUEUE.claim(now=now, limit=1)
    uploads = ImportUpload.every.select_related("merchant", "run")
    return uploads.get(pk=claim.rows[0].pk) if claim.rows else None


def work(upload: ImportUpload, *, clock: Callable[[], datetime], busy_for: float) -> None:
    """Work on a taken file until it ends or the time is up."""
    try:
        with acting_for(upload.merchant_id), open_file(upload) as stream:
            _Slice(upload, stream, clock).go(busy_for)
    except (Lost, RunTaken):
        log.info("Work on a file was stopped or taken over: %s", upload.public_id)
    except FileRemoved as refusal:
        _give_up(upload, str(refusal.reason), now=clock())
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # a bug met by one file must not come back every two minutes
        log.exception("A file could not be worked on: %s", upload.public_id)
        reason = _("An error of ours stopped the work. Going on tries once more.")
        _give_up(upload, reason, now=clock())


class _Slice:
    """One worker's turn at a file."""

    def __init__(
        self, upload: ImportUpload, stream: IO[bytes], clock: Callable[[], datetime]
    ) -> None:
        self.upload, self.stream, self.clock = upload, stream, clock
        self.source = source_of(upload)
        self.rows = _rows(upload, stream)

    def go(self, busy_for: float) -> None:
        """Skip what was done before, then take batch after batch."""
        step = self._checking() if self.upload.is_check else self._importing()
        end = time.monotonic() + busy_for
        for batch in imports.batches(self.rows):
            step(batch)
            if time.monotonic() > end:
                self._note(state=UploadState.WAITING, token=None, next_at=self.clock())
                return
        self._finish()

    def _checking(self) -> Callable[[list[Row]], None]:
        rehearsal = Rehearsal(self.source, now=self.clock())
        for batch in self._done_before(self.upload.rows_read):
            rehearsal.recall(batch)

        def check(batch: list[Row]) -> None:
            told = rehearsal(batch)
            with transaction.atomic():
                self._add(told)

        return check

    def _importing(self) -> Callable[[list[Row]], None]:
        run = imports.open_run(self.source, now=self.clock())
        self.upload.run = run
        for _batch in self._done_before(run.rows_read):
            pass

        def take_in(batch: list[Row]) -> None:
            with transaction.atomic():
                self._add(imports.take_in_rows(self.source, run, batch, now=self.clock()))

        return take_in

    def _done_before(self, count: int) -> Iterator[list[Row]]:
        """Read over rows of earlier turns; that may take longer than a lease holds."""
        while count > 0:
            batch = next(imports.batches(self.rows, size=min(count, imports.BATCH)), None)
            if batch is None:
                return
            count -= len(batch)
            self._note()
            yield batch

    def _add(self, told: Sequence[Told]) -> None:
        upload = self.upload
        counts = Counter({word: int(count) for word, count in upload.counts.items()})
        room = MOST_PROBLEMS - counts[FAILED]
        failed = [each for each in told if each.result == FAILED]
        ImportProblem.every.bulk_create([_problem(upload, each) for each in failed[: max(room, 0)]])
        counts.update(each.result for each in told)
        name = "expected" if upload.is_check else "result"
        setattr(upload, name, dict(counts))
        upload.rows_read += len(told)
        upload.begun_at = upload.begun_at or self.clock()
        self._note(**{name: dict(counts)})

    def _finish(self) -> None:
        now = self.clock()
        with transaction.atomic():
            if self.upload.is_check:
                self._note(state=UploadState.CHECKED, token=None, finished_at=now)
                return
            assert isinstance(self.upload.run, ImportRun)
            imports.finish_run(self.upload.run, now=now)
            remove_at = now + KEPT_WHEN_DONE
            self._note(state=UploadState.DONE, token=None, finished_at=now, remove_at=remove_at)

    def _note(self, **values: Any) -> None:
        """Write how far the work came, and hold the file for longer. Raises Lost."""
        upload = self.upload
        held = None if "token" in values else self.clock() + QUEUE.lease
        upload.bytes_read = max(upload.bytes_read, min(self.stream.tell(), upload.size))
        ours = ImportUpload.every.filter(
            pk=upload.pk, token=upload.token, state=UploadState.WORKING
        ).update(
            leased_until=held,
            rows_read=upload.rows_read,
            bytes_read=upload.bytes_read,
            begun_at=upload.begun_at,
            run=upload.run,
            **values,
        )
        if not ours:
            raise Lost


def _rows(upload: ImportUpload, stream: IO[bytes]) -> Iterator[Row]:
    if upload.kind == "ndjson":
        return read_ndjson(stream)
    return read_csv(stream, upload.mapping or None, habits=habits_of(upload))


def _give_up(upload: ImportUpload, reason: str, *, now: datetime) -> None:
    ImportUpload.every.filter(pk=upload.pk, token=upload.token).update(
        state=UploadState.UNUSABLE, reason=reason, token=None, leased_until=None, finished_at=now
    )


def _problem(upload: ImportUpload, failed: Told) -> ImportProblem:
    place = _PLACE.search(failed.reason)
    column = (place["column"] or place["path"] or "") if place else ""
    return ImportProblem(
        merchant_id=upload.merchant_id,
        upload=upload,
        row=failed.row,
        column=column[:100],
        order=failed.order[:200],
        reason=for_a_page(failed.reason),
    )


def for_a_page(reason: str) -> str:
    """Leave out of a reason its place, and what is meant for those who work in a shell."""
    for told, instead in _FOR_THE_SHELL:
        reason = reason.replace(told, instead)
    bare = _PREFIX.sub("", reason)
    return bare[:1].upper() + bare[1:]
