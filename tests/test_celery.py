"""Celery only wakes workers: it must never be what a request waits for."""

import socket
import time

import kombu.exceptions
import pytest

from postpurchase import celery_app
from postpurchase.celery import BEAT, wait_for_no_broker


def publish(url):
    """Return the seconds it takes to learn that a broker can't be reached."""
    began = time.monotonic()
    unreachable = pytest.raises(kombu.exceptions.OperationalError)
    with celery_app.connection_for_write(url) as connection, unreachable:
        celery_app.send_task("orders.tick_inbox", connection=connection)
    return time.monotonic() - began


def test_publish_gives_up_at_once_while_the_broker_is_down():
    publish("redis://127.0.0.1:1/0")  # The first one also imports.

    assert publish("redis://127.0.0.1:1/0") < 0.1


def test_request_gives_up_on_a_broker_that_hangs(monkeypatch):
    monkeypatch.setitem(celery_app.conf.broker_transport_options, "socket_timeout", 5)
    wait_for_no_broker()

    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        broker.listen()

        assert publish(f"redis://127.0.0.1:{broker.getsockname()[1]}/0") < 1


def test_ticks_expire_before_they_pile_up():
    late = {
        name
        for name, entry in BEAT.items()
        if isinstance(entry["schedule"], int) and entry["options"]["expires"] > entry["schedule"]
    }

    assert late == set()


def test_every_task_of_the_table_exists():
    celery_app.loader.import_default_modules()

    assert {entry["task"] for entry in BEAT.values()} - set(celery_app.tasks) == set()
