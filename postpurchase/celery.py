"""The Celery application and the whole beat table.

Celery only wakes workers; every fact waits in Postgres. So a lost task costs one tick at most, and
nothing here keeps results, retries a publish for long, or uses `eta` and `countdown` – but for the
mails of staff accounts, which can be asked for again.
"""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, setup_logging, worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postpurchase.settings")

QUEUES = ("ingest", "messages", "tracking", "default")


def every(seconds: int, task: str, *, queue: str) -> dict[str, Any]:
    """Return the beat entry of a task that runs every so many seconds.

    A tick that no worker took by the next one expires, so that a backlog of ticks never builds up.
    """
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": seconds}}


BEAT = {
    "inbox": every(10, "orders.tick_inbox", queue="ingest"),
    "timeline": every(10, "orders.tick_timeline", queue="default"),
    "parcels": every(10, "tracking.tick_inbox", queue="tracking"),
    "polls": every(20, "tracking.tick_polls", queue="tracking"),
    "looks": every(60, "tracking.tick_troubles", queue="tracking"),
    "lessons": every(300, "tracking.tick_lessons", queue="tracking"),
    "messages": every(10, "notifications.tick_messages", queue="messages"),
    "reaper": every(30, "notifications.tick_reaper", queue="messages"),
    "figures": every(60, "analytics.tick_figures", queue="default"),
    "pictures": every(30, "orders.tick_pictures", queue="default"),
    "uploads": every(10, "orders.tick_uploads", queue="default"),
    "gone orders": {
        "task": "analytics.tick_gone",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"queue": "default", "expires": 3600},
    },
    "domains": {
        "task": "merchants.tick_domains",
        "schedule": crontab(minute="20"),
        "options": {"queue": "default", "expires": 1800},
    },
    "months": {
        "task": "tracking.tick_months",
        "schedule": crontab(hour="2", minute="50"),
        "options": {"queue": "default", "expires": 3600},
    },
    "retention": {
        "task": "orders.tick_retention",
        "schedule": crontab(hour="3", minute="10"),
        "options": {"queue": "default", "expires": 3600},
    },
    "tracking_retention": {
        "task": "tracking.tick_retention",
        "schedule": crontab(hour="3", minute="50"),
        "options": {"queue": "tracking", "expires": 3600},
    },
    "message_retention": {
        "task": "notifications.tick_retention",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"queue": "default", "expires": 3600},
    },
}

DEMO_BEAT = {"demo carrier": every(5, "demo.tick_carrier", queue="default")}
"""Where all data are made up."""


def _is_demo() -> bool:
    from django.conf import settings

    return bool(settings.DEMO)


app = Celery("postpurchase")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.add_defaults(
    lambda: {
        "timezone": "UTC",
        "enable_utc": True,
        "accept_content": ["json"],
        "task_serializer": "json",
        "task_ignore_result": True,
        "task_default_queue": "default",
        "task_soft_time_limit": 120,
        "task_time_limit": 150,
        "worker_prefetch_multiplier": 1,
        "worker_max_tasks_per_child": 2000,
        "worker_max_memory_per_child": 400_000,  # KiB
        "worker_hijack_root_logger": False,
        "worker_send_task_events": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_connection_timeout": 1,
        # A webhook answers while the broker is down: one short try, then the tick finds the row.
        "task_publish_retry": False,
        "broker_transport_options": {
            "visibility_timeout": 600,
            "socket_connect_timeout": 0.5,
            "socket_timeout": 5,
            "max_retries": 0,
        },
        "beat_schedule": BEAT | (DEMO_BEAT if _is_demo() else {}),
    }
)
app.autodiscover_tasks()
app.autodiscover_tasks(["postpurchase.demo"])


def wait_for_no_broker() -> None:
    """Let this process wait for the broker a quarter of a second at most.

    For those who only announce work: the beat finds what could not be announced. A worker's own
    connection is idle for longer than that.
    """
    app.conf.broker_transport_options["socket_timeout"] = 0.25


@setup_logging.connect
def use_our_logging(**_: object) -> None:
    """Log as the web does; connecting here is what keeps Celery from setting up its own."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@worker_init.connect
@beat_init.connect
def refuse_unsafe_start(**_: object) -> None:
    """End the process if its settings are unsafe. Celery would only log any other exception."""
    from postpurchase import checks

    try:
        checks.refuse_unsafe_start()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error
