"""There is a place for the scans of the months to come."""

from datetime import UTC, datetime

import pytest

from tracking.actions.partitions import keep_ahead, make_ahead, months_ahead

pytestmark = pytest.mark.django_db


def test_missing_months_are_made_once():
    now = datetime(2031, 11, 5, tzinfo=UTC)

    assert make_ahead(now=now) == [
        "tracking_trackingevent_2031_11",
        "tracking_trackingevent_2031_12",
        "tracking_trackingevent_2032_01",
        "tracking_trackingevent_2032_02",
        "tracking_trackingevent_2032_03",
    ]
    assert make_ahead(now=now) == []
    assert months_ahead(now=now) == 4


def test_an_alarm_is_raised_where_the_months_run_out(caplog, monkeypatch):
    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("tracking.actions.partitions._make", fail)

    keep_ahead(now=datetime(2041, 1, 1, tzinfo=UTC))

    assert [record.levelname for record in caplog.records] == ["ERROR", "CRITICAL"]
