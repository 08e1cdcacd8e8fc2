"""The broker loses all it knows, dies and comes back empty: every message still goes out once."""

import subprocess
import sys
import time
from contextlib import suppress

import pytest
import redis
from celery import Celery

from postpurchase.env import BASE_DIR
from postpurchase.local import valkey
from tests.faults.books import balance, open_messages
from tests.faults.conftest import FULL, place

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

MESSAGES = 2000 if FULL else 240
WORKER = ["-m", "celery", "-A", "postpurchase.celery", "worker", "--concurrency", "2"]
QUIET = ["--without-mingle", "--without-gossip", "--loglevel", "WARNING"]


@pytest.fixture
def broker(tmp_path):
    server = valkey.Valkey(tmp_path / "valkey", options=valkey.THROW_AWAY).start()
    yield server
    server.stop()


@pytest.fixture
def worker(environment, broker, tmp_path):
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *WORKER, *QUIET, "--queues", "messages"],
            cwd=BASE_DIR,
            env={**environment, "REDIS_URL": broker.url},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        yield process
        process.terminate()
        try:
            process.wait(30)
        finally:
            process.kill()


def tick(broker):
    """Do what beat does, as it does it: a broker that is away costs one tick."""
    app = Celery(broker=broker.url, set_as_current=False)
    with suppress(Exception), app.connection_for_write(connect_timeout=0.5) as connection:
        app.send_task(
            "notifications.tick_messages",
            queue="messages",
            expires=5,
            connection=connection,
            retry=False,
        )


def run_down_to(left, *, broker, within=60):
    """Tick once a second until no more than so many messages are open."""
    end = time.monotonic() + within
    while open_messages().count() > left:
        assert time.monotonic() < end, f"{open_messages().count()} messages are stuck."
        tick(broker)
        time.sleep(1)


def test_a_broker_that_forgets_and_dies_loses_no_message(worker, broker, sink):
    place(MESSAGES)
    sink.answers_after = lambda mail: 0.15

    run_down_to(MESSAGES * 3 // 4, broker=broker)
    redis.Redis.from_url(broker.url).flushall()
    run_down_to(MESSAGES // 2, broker=broker)
    broker.kill()
    time.sleep(1)
    broker.start()
    run_down_to(0, broker=broker)

    books = balance(sink)
    print(f"{MESSAGES} messages: {books}")
    assert (books.lost, books.doubled, books.doubted) == ([], [], 0)
    assert worker.poll() is None
