"""What workers do for messages. Each may run twice, in any number of workers, at any time."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notifications import actions
from notifications.actions import retention
from postpurchase.lib import nudge


@shared_task(name="notifications.tick_messages")
def tick_messages() -> None:
    """Send what is due."""
    nudge.begin("messages")
    actions.send_due(clock=timezone.now, call_help=lambda: nudge.nudge("messages"))


@shared_task(name="notifications.tick_reaper")
def tick_reaper() -> None:
    """Take up what dead senders left."""
    if actions.reap(now=timezone.now()):
        nudge.nudge("messages")


@shared_task(name="notifications.tick_retention")
def tick_retention() -> None:
    """Forget what messages said, and later the messages."""
    retention.remove_outdated(now=timezone.now())
