"""How long messages are kept, and what of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from merchants.models import PersonalDataLook
from notifications.actions import retention
from notifications.models import Attempt, Message
from notifications.statuses import MessageState, Withheld
from tests.factories import AttemptFactory, MessageFactory, PersonalDataLookFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def aged(days, **values):
    message = MessageFactory(**({"state": MessageState.SENT, "subject": "Hello Ana"} | values))
    AttemptFactory(message=message)
    Message.every.filter(pk=message.pk).update(created_at=NOW - timedelta(days=days))
    return message


def left(message):
    return Message.every.filter(pk=message.pk).values_list("recipient", "subject", "reason").first()


def test_content_goes_after_ninety_days_and_rows_after_four_hundred(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    waiting = aged(500, state=MessageState.PLANNED)
    ancient = [aged(401) for _ in range(3)]
    old = [aged(91) for _ in range(3)]
    withheld = aged(91, state=MessageState.WITHHELD, reason=Withheld.SUPPRESSED)
    young = aged(89)

    counts = retention.remove_outdated(now=NOW)

    assert counts == {"messages_emptied": 7, "messages": 3, "looks": 0}
    assert left(young)[1] == "Hello Ana"
    assert [left(row) for row in old] == [("", "", "")] * 3
    assert left(withheld) == ("", "", Withheld.SUPPRESSED)
    assert [left(row) for row in ancient] == [None] * 3
    assert left(waiting)[1] == "Hello Ana"
    kept = {young.pk, waiting.pk}
    assert set(Attempt.every.values_list("message_id", flat=True)) == kept


def test_doing_it_twice_does_nothing_more():
    aged(91)
    retention.remove_outdated(now=NOW)

    assert retention.remove_outdated(now=NOW) == {"messages_emptied": 0, "messages": 0, "looks": 0}


def test_looks_go_after_four_hundred_days():
    PersonalDataLookFactory(at=NOW - timedelta(days=401))
    PersonalDataLookFactory(at=NOW - timedelta(days=399))

    assert retention.remove_outdated(now=NOW)["looks"] == 1
    assert PersonalDataLook.every.count() == 1
