"""Sending what is due: claimed in batches, handed over one by one, each under its own commit.

A few messages are sent by the caller itself; for more, threads share the shift, each with its own
connection, since a mail server mostly lets one wait.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from notifications.actions import outages
from notifications.actions.dispatching import LOST_DATABASE, Clock, Desk
from notifications.actions.lanes import SLOW, Lanes, Work
from notifications.actions.settling import QUEUE
from postpurchase.lib.claims import BATCH, Claim

log = logging.getLogger(__name__)

SHIFT = timedelta(seconds=20)
"""How long one call goes on at most; deploys wait no longer, and other work gets its turn."""
THREADS = 8
BY_HAND = 3
"""So many messages are sent without starting threads."""
_LOOK_AGAIN_AFTER = 0.2  # seconds
_GAUGE_EVERY = 0.1  # seconds
_FIRST_THREADS = 2


def send_due(
    *,
    clock: Clock,
    call_help: Callable[[], None] = lambda: None,
    threads: int = THREADS,
    lasting: timedelta = SHIFT,
) -> int:
    """Send what is due until nothing is left or the time is up; give how many were taken up.

    Any number of these may run at once, in any number of processes; `call_help` is called when
    there is more to do than one can do soon.
    """
    shift = Shift(clock=clock, call_help=call_help, threads=threads)
    shift.run(until=clock() + lasting)
    return shift.taken


class Gauge:
    """Tells whether this process has time for another thread.

    One that computes gains nothing by more of them – in Python they take turns – and each mail
    under way is one that a crash leaves in doubt.
    """

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), time.process_time()

    def is_mostly_waiting(self) -> bool:
        """Tell whether it computed less than half of the time, ten times a second at most."""
        wall, cpu = time.monotonic(), time.process_time()
        passed, worked = wall - self._wall, cpu - self._cpu
        if passed < _GAUGE_EVERY:
            return False
        self._wall, self._cpu = wall, cpu
        return worked < passed / 2


@dataclass(slots=True)
class Shift:
    """One call's work: what its threads share, and how much it took up."""

    clock: Clock
    call_help: Callable[[], None]
    threads: int
    lanes: Lanes = field(init=False)
    failing: dict[int, datetime | None] = field(default_factory=dict)
    crew: list[threading.Thread] = field(default_factory=list)
    taken: int = 0

    def __post_init__(self) -> None:
        self.lanes = Lanes(threads=self.threads)

    def run(self, *, until: datetime) -> None:
        """Work until nothing is due or the time is up."""
        many = self._send_few(until=until)
        if many is not None:
            self._send_many(many, until=until)
        if self.clock() >= until:
            self.call_help()

    def _send_few(self, *, until: datetime) -> Claim | None:
        """Send small batches right here; give the first that is too large or too slow for that."""
        desk = Desk(clock=self.clock, failing=self.failing)
        try:
            while self.clock() < until:
                claim = self._claim()
                if len(claim.rows) > BY_HAND:
                    return claim
                if not claim.rows:
                    return None
                for place, row in enumerate(claim.rows, start=1):
                    began = time.monotonic()
                    _handle(desk, [Work(row, claim.token)])
                    if time.monotonic() - began > SLOW:
                        self.failing.setdefault(row.merchant_id, None)
                        return Claim(token=claim.token, rows=claim.rows[place:])
            return None
        finally:
            desk.close()

    def _send_many(self, first: Claim, *, until: datetime) -> None:
        self.lanes.put(first, slow=self.failing)
        try:
            if len(first.rows) == BATCH:
                self.call_help()
            self._supply(until=until)
        finally:
            self.lanes.close()
            for thread in self.crew:
                thread.join()
            for work in self.lanes.drain():
                QUEUE.release([work.row], token=work.token)

    def _supply(self, *, until: datetime) -> None:
        """Keep the threads in work, and as many of them as there is waiting to share."""
        look_at, gauge = 0.0, Gauge()
        for _ in range(min(_FIRST_THREADS, self.threads)):
            self._hire()
        while self.clock() < until:
            if len(self.crew) < self.threads and gauge.is_mostly_waiting():
                self._hire()
            if self.lanes.has_room() and time.monotonic() >= look_at:
                claim = self._claim()
                self.lanes.put(claim, slow=self.failing)
                if not claim.rows:
                    if self.lanes.is_idle():
                        return
                    look_at = time.monotonic() + _LOOK_AGAIN_AFTER
            self.lanes.wait(_GAUGE_EVERY)

    def _hire(self) -> None:
        thread = threading.Thread(target=self._serve, daemon=True)
        thread.start()
        self.crew.append(thread)

    def _claim(self) -> Claim:
        """Take the next rows, but none of merchants who are paused or have enough waiting here."""
        now = self.clock()
        current = outages.current()
        self.failing.clear()
        self.failing.update(current)
        paused = {key for key, until in current.items() if until is not None and until > now}
        claim = QUEUE.claim(now=now, limit=BATCH, without=paused | self.lanes.backlogged())
        self.taken += len(claim.rows)
        return claim

    def _serve(self) -> None:
        """Be one of the threads."""
        desk = Desk(clock=self.clock, failing=self.failing)
        try:
            while works := self.lanes.take():
                began, left = time.monotonic(), works[1:]
                try:
                    left = _handle(desk, works)
                finally:
                    each = (time.monotonic() - began) / (len(works) - len(left))
                    self.lanes.done(works[0].row.merchant_id, seconds=each, left=left)
        finally:
            desk.close()
            connection.close()


def _handle(desk: Desk, works: list[Work]) -> list[Work]:
    """Handle a handful; give what was not begun, because the first ones were slow."""
    # Whatever is dropped here and still claimed, or in doubt, the reaper takes up.
    try:
        return desk.handle(works)
    except LOST_DATABASE as error:
        log.warning("The database went away under a sender (%s).", type(error).__name__)
        connection.close()
        time.sleep(_LOOK_AGAIN_AFTER)
    except Exception:
        log.exception("A sender dropped message %s or one after it.", works[0].row.pk)
    return []
