"""How a task empties a table of due work, whoever else is at it."""

from __future__ import annotations

import time
from collections.abc import Callable

from postpurchase.lib import nudge

BUSY_FOR = 60.0  # seconds; then another task goes on, so that deploys need not wait for long


def drain(word: str, step: Callable[[], int], *, full: int) -> int:
    """Repeat a step until nothing is left; a full batch calls a second worker to help."""
    nudge.begin(word)
    end, total = time.monotonic() + BUSY_FOR, 0
    while count := step():
        total += count
        if count >= full:
            nudge.nudge(word)
        if time.monotonic() > end:
            break
    return total
