"""What workers do for merchants. Each may run twice, in any number of workers, at any time."""

from __future__ import annotations

import time

from celery import shared_task
from django.utils import timezone

from merchants.actions import domains

BUSY_FOR = 60.0  # seconds; what is left waits for the next hour


@shared_task(name="merchants.tick_domains")
def tick_domains() -> None:
    """Look again whether merchants' own domains lead here."""
    end = time.monotonic() + BUSY_FOR
    for domain in domains.domains_to_check(now=timezone.now()):
        domains.check_domain(domain, now=timezone.now())
        if time.monotonic() > end:
            break
