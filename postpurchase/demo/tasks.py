"""What workers do for the demo shop."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from postpurchase.demo import parcels
from tracking.actions import simulation


@shared_task(name="demo.tick_carrier")
def tick_carrier() -> None:
    """Let the demo shop hand over what is packed, and its carrier go on."""
    if settings.DEMO or settings.DEBUG:
        parcels.hand_over(now=timezone.now())
        while simulation.tell_due(now=timezone.now()):
            pass
