"""What workers are woken for, and what they leave for others to do."""

from datetime import timedelta

import pytest
import redis
from django.utils import timezone

from notifications import tasks
from notifications.actions.settling import QUEUE
from notifications.models import Message
from notifications.statuses import MessageState
from postpurchase.lib.nudge import nudge
from tests.factories import MessageFactory
from tests.notifications.conftest import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(settings):
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    return client


def test_a_tick_sends_what_is_due(sink, broker):
    message = MessageFactory()

    tasks.tick_messages()

    assert fresh(message).state == MessageState.SENT


def test_a_tick_lets_the_next_nudge_through(sink, broker):
    nudge("messages")
    nudge("messages")
    assert broker.llen("messages") == 1

    tasks.tick_messages()
    nudge("messages")

    assert broker.llen("messages") == 2


def test_a_tick_without_broker_sends_all_the_same(sink, settings, broker):
    message = MessageFactory()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    tasks.tick_messages()

    assert fresh(message).state == MessageState.SENT


def test_the_reaper_wakes_a_sender_for_what_it_found(broker):
    message = MessageFactory(send_at=timezone.now() - timedelta(hours=2))
    QUEUE.claim(now=timezone.now() - timedelta(hours=1))

    tasks.tick_reaper()
    assert fresh(message).state == MessageState.PLANNED
    assert broker.llen("messages") == 1

    tasks.tick_reaper()
    assert broker.llen("messages") == 1
    assert Message.every.count() == 1
