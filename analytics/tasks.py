"""What workers do for figures. Each may run twice, in any number of workers, at any time."""

from __future__ import annotations

import time

from celery import shared_task

from analytics import actions
from analytics.models import Book

BUSY_FOR = 60.0  # seconds; what is left waits for the next tick
AT_MOST = 540  # seconds: counting a shop of millions for the first time is one transaction


@shared_task(name="analytics.tick_figures", soft_time_limit=AT_MOST, time_limit=AT_MOST + 20)
def tick_figures() -> None:
    """Count what changed since the last tick, merchant by merchant."""
    end = time.monotonic() + BUSY_FOR
    for merchant_id in actions.behind():
        actions.catch_up(merchant_id, goes_on=lambda: time.monotonic() < end)
        if time.monotonic() > end:
            break


@shared_task(name="analytics.tick_gone")
def tick_gone() -> None:
    """Forget orders that were deleted."""
    for merchant_id in Book.every.values_list("merchant_id", flat=True):
        actions.forget_gone(merchant_id)
