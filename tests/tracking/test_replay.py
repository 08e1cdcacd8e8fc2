"""Olist's orders lived through in order, doubled and shuffled: the same mails, none twice."""

import pytest

from notifications.models import Message
from tests.factories import StoreConnectionFactory
from tests.tracking.olist import needs_olist
from tests.tracking.replay import Replay, lives

pytestmark = [pytest.mark.django_db, needs_olist]


@pytest.fixture(autouse=True)
def no_threads(monkeypatch, settings):
    """Let even a slow machine send all in this thread: others do not see the test's rows."""
    monkeypatch.setattr("notifications.actions.sending.SLOW", 1_000)


def test_the_same_mails_go_out_in_whatever_order_and_however_often_news_come():
    past = lives(8)
    counts, seconds = [], 0
    for way in ({}, {"doubled": True}, {"shuffled": True}, {"doubled": True, "shuffled": True}):
        replay = Replay(StoreConnectionFactory(kind="api"), past, **way)
        counts.append(replay.run())
        seconds += replay.seconds()

    assert counts[0]["delivered"] == 8
    assert counts == [counts[0]] * 4
    assert seconds == 0
    assert not Message.every.filter(state__in=("failed", "uncertain")).exists()
