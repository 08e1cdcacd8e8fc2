"""What workers do for parcels. Each may run twice, in any number of workers, at any time."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from postpurchase.lib.drain import drain
from tracking.actions import inbox, learning, looking, partitions, polling, retention


@shared_task(name="tracking.tick_inbox")
def tick_inbox() -> None:
    """Read what carriers and aggregators sent."""
    inbox.wake_missed(now=timezone.now())
    drain("parcels", lambda: inbox.apply_due(now=timezone.now(), limit=100), full=100)


@shared_task(name="tracking.tick_polls", soft_time_limit=300, time_limit=330)
def tick_polls() -> None:
    """Ask carriers about parcels whose turn it is."""
    drain("polls", lambda: polling.poll_due(now=timezone.now()), full=polling.BATCH)


@shared_task(name="tracking.tick_troubles")
def tick_troubles() -> None:
    """Look after parcels that nobody tells of any more."""
    drain("looks", lambda: looking.look_after_due(now=timezone.now()), full=looking.BATCH)


@shared_task(name="tracking.tick_lessons")
def tick_lessons() -> None:
    """Learn from parcels that arrived how long they take."""
    drain("lessons", lambda: learning.learn_due(now=timezone.now()), full=learning.BATCH)


@shared_task(name="tracking.tick_months")
def tick_months() -> None:
    """Make room for the scans of the months to come."""
    partitions.keep_ahead(now=timezone.now())


@shared_task(name="tracking.tick_retention")
def tick_retention() -> None:
    """Remove what has been kept long enough, and wait no longer for parcels that never come."""
    inbox.give_up_waiting(now=timezone.now())
    retention.remove_outdated(now=timezone.now())
