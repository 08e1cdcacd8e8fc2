"""A mail server that counts, and the settings that lead to it."""

from datetime import UTC, datetime

import pytest

from notifications.actions import send_due
from notifications.models import Message
from tests.smtp_sink import Sink


@pytest.fixture
def sink(settings):
    with Sink() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = running.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 2
        yield running


class Clock:
    """Tells the time that it is set to, moving on as real time does."""

    def __init__(self):
        self.ahead = datetime.now(UTC) - datetime.now(UTC)

    def __call__(self):
        return datetime.now(UTC) + self.ahead

    def forward(self, step):
        self.ahead += step


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def send(clock):
    """Send what is due now."""

    def run(**options):
        return send_due(clock=clock, **options)

    return run


def fresh(message):
    return Message.every.get(pk=message.pk)
