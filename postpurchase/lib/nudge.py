"""Waking workers at once, instead of at the next tick.

A nudge is a courtesy: every fact waits in Postgres and a ten-second tick finds it. So a nudge may
be lost, is cheap, and never raises. Nudges for the same work are folded while one is on its way:
the task takes the mark away before it looks, so whatever is committed later nudges anew.
"""

from __future__ import annotations

import logging
import time
from functools import lru_cache

import redis
from celery import current_app
from django.conf import settings

log = logging.getLogger(__name__)

# Word → task and queue.
TASKS = {
    "inbox": ("orders.tick_inbox", "ingest"),
    "parcels": ("tracking.tick_inbox", "tracking"),
    "polls": ("tracking.tick_polls", "tracking"),
    "looks": ("tracking.tick_troubles", "tracking"),
    "lessons": ("tracking.tick_lessons", "tracking"),
    "timeline": ("orders.tick_timeline", "default"),
    "messages": ("notifications.tick_messages", "messages"),
    "pictures": ("orders.tick_pictures", "default"),
    "uploads": ("orders.tick_uploads", "default"),
}
FOLDED_FOR = 5  # seconds
_QUIET_AFTER_ERROR = 3.0  # seconds
_quiet_until = 0.0


@lru_cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.25, socket_connect_timeout=0.25
    )


def nudge(word: str) -> None:
    """Ask that the work of this name be looked at now."""
    global _quiet_until  # noqa: PLW0603  # one breaker for the process
    if time.monotonic() < _quiet_until:
        return
    task, queue = TASKS[word]
    try:
        if _client().set(f"nudge:{word}", 1, nx=True, ex=FOLDED_FOR):
            current_app.send_task(task, queue=queue, expires=60, retry=False)
    except Exception as error:  # whatever ails the broker, the tick will come
        _quiet_until = time.monotonic() + _QUIET_AFTER_ERROR
        log.warning(
            "The broker could not be reached (%s); the next tick does it.", type(error).__name__
        )


def begin(word: str) -> None:
    """Let later nudges through again; a task calls this before it looks for work."""
    try:
        _client().delete(f"nudge:{word}")
    except redis.RedisError:
        log.info("The mark of a nudge stays until it runs out.")
