"""Claimed messages waiting for a thread: a lane for each merchant, so that none blocks another.

Merchants take turns. One whose mail server is slow is served by two threads at most, and all slow
ones together by half of them, so the others always find a thread within one time-out.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from postpurchase.lib.claims import Claim, Taken

SLOW = 1.0
"""Seconds that a try may take before its merchant counts as slow."""
THREADS_PER_SLOW = 2
HANDFUL = 8
"""So many messages of one merchant a thread takes at once: they are read together."""


@dataclass(frozen=True, slots=True)
class Work:
    """One claimed row, and the right to it."""

    row: Taken
    token: UUID


class Lanes:
    """Shared by the threads of one shift."""

    def __init__(self, *, threads: int) -> None:
        self._threads = threads
        self._changed = threading.Condition()
        self._waiting: dict[int, deque[Work]] = {}
        self._busy: Counter[int] = Counter()
        self._slow: set[int] = set()
        self._closed = False

    def put(self, claim: Claim, *, slow: Iterable[int] = ()) -> None:
        """Line up what was claimed. `slow` names merchants known to be in trouble."""
        with self._changed:
            self._slow.update(slow)
            for row in claim.rows:
                lane = self._waiting.setdefault(row.merchant_id, deque())
                lane.append(Work(row, claim.token))
            self._changed.notify_all()

    def take(self) -> list[Work]:
        """Wait for the next rows that may be begun, all of one merchant; none: it is over."""
        with self._changed:
            while not self._closed:
                merchant_id = self._next()
                if merchant_id is not None:
                    return self._begin(merchant_id)
                self._changed.wait()
            return []

    def done(self, merchant_id: int, *, seconds: float, left: Sequence[Work] = ()) -> None:
        """Say how long a message of a merchant took, and give back what was not begun."""
        with self._changed:
            self._busy[merchant_id] -= 1
            if left:
                self._waiting.setdefault(merchant_id, deque()).extendleft(reversed(left))
            if seconds > SLOW:
                self._slow.add(merchant_id)
            else:
                self._slow.discard(merchant_id)
            self._changed.notify_all()

    def close(self) -> None:
        """End the shift: let the threads go when they have done what they began."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def drain(self) -> list[Work]:
        """Take out what was not begun."""
        with self._changed:
            left = [work for lane in self._waiting.values() for work in lane]
            self._waiting.clear()
            return left

    def has_room(self) -> bool:
        """Tell whether threads may soon stand idle, so that it is time to claim more."""
        with self._changed:
            quick = (len(v) for k, v in self._waiting.items() if k not in self._slow)
            return sum(quick) < self._threads

    def backlogged(self) -> set[int]:
        """Give the slow merchants that have rows here already: no more of theirs are claimed."""
        with self._changed:
            return {key for key in self._slow if self._waiting.get(key)}

    def is_idle(self) -> bool:
        """Tell whether nothing waits and nothing is being handled."""
        with self._changed:
            return not any(self._waiting.values()) and not self._busy.total()

    def wait(self, seconds: float) -> None:
        """Wait until something changes."""
        with self._changed:
            self._changed.wait(seconds)

    def _next(self) -> int | None:
        slow_busy = sum(self._busy[key] for key in self._slow)
        for merchant_id, lane in self._waiting.items():
            if not lane:
                continue
            if merchant_id not in self._slow:
                return merchant_id
            if self._busy[merchant_id] < THREADS_PER_SLOW and slow_busy < self._threads // 2:
                return merchant_id
        return None

    def _begin(self, merchant_id: int) -> list[Work]:
        # Taken out and put back at the end: the others are first next time.
        lane = self._waiting.pop(merchant_id)
        share = len(lane) // self._threads if merchant_id not in self._slow else 1
        handful = [lane.popleft() for _ in range(min(max(share, 1), HANDFUL))]
        if lane:
            self._waiting[merchant_id] = lane
        self._busy[merchant_id] += 1
        return handful
