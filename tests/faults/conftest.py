"""Real processes against the test's own database."""

import os
import signal
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.utils import timezone

from orders import timeline
from orders.statuses import OrderEvent
from postpurchase.env import BASE_DIR
from tests.factories import MerchantFactory, OrderFactory
from tests.smtp_sink import Sink

FULL = os.environ.get("FAULTS") == "full"


@pytest.fixture
def sink():
    with Sink() as running:
        yield running


@pytest.fixture
def environment(transactional_db, settings, sink):
    """What a process needs to work on the test's database and to mail to the sink."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = settings.DATABASES["default"]["NAME"]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "postpurchase.settings",
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{name}")),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "DEBUG": "1",
        "LOG_LEVEL": "ERROR",
    }


class Senders:
    """Sender processes that can be started and killed at once."""

    def __init__(self, environment):
        self.maker = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.senders"],
            cwd=BASE_DIR,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.maker.stdout.readline() == "ready\n"

    def start(self, *, minutes_ahead=0):
        self.maker.stdin.write(f"{minutes_ahead}\n")
        self.maker.stdin.flush()
        return int(self.maker.stdout.readline())

    def kill(self, pid):
        os.kill(pid, signal.SIGKILL)

    def is_alive(self, pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True

    def close(self):
        self.maker.stdin.close()
        self.maker.wait(10)


@pytest.fixture
def senders(environment):
    running = Senders(environment)
    yield running
    running.close()


def place(count, *, shops=3):
    """Place so many orders with several shops, tell the story, and let its reader plan."""
    merchants = MerchantFactory.create_batch(shops)
    orders = [OrderFactory(merchant=merchants[number % shops]) for number in range(count)]
    now = timezone.now()
    drafts = [timeline.Draft(order=order, kind=OrderEvent.PLACED, at=now) for order in orders]
    timeline.record_all(drafts, now=now)
    while timeline.read_due(now=now):
        pass
