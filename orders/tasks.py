"""What workers do for orders. Each may run twice, in any number of workers, at any time."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from orders import timeline
from orders.actions import inbox, pictures, retention, upload_work
from postpurchase.lib import nudge
from postpurchase.lib.drain import BUSY_FOR, drain


@shared_task(name="orders.tick_inbox")
def tick_inbox() -> None:
    """Apply what shops sent."""
    drain("inbox", lambda: inbox.apply_due(now=timezone.now()), full=50)


@shared_task(name="orders.tick_timeline")
def tick_timeline() -> None:
    """Let the readers of the timeline catch up."""
    drain("timeline", lambda: timeline.read_due(now=timezone.now()), full=50)


@shared_task(name="orders.tick_pictures")
def tick_pictures() -> None:
    """Fetch product pictures."""
    drain("pictures", lambda: pictures.fetch_due(now=timezone.now()), full=10)


@shared_task(name="orders.tick_uploads", soft_time_limit=600, time_limit=660)
def tick_uploads() -> None:
    """Check or import an uploaded file, for a while; what is left is for the next task."""
    nudge.begin("uploads")
    upload_work.reap(now=timezone.now())
    upload = upload_work.take_next(now=timezone.now())
    if upload is not None:
        upload_work.work(upload, clock=timezone.now, busy_for=BUSY_FOR)
        nudge.nudge("uploads")


@shared_task(name="orders.tick_retention")
def tick_retention() -> None:
    """Remove what has been kept long enough."""
    retention.remove_outdated(now=timezone.now())
