"""A bucket's tokens are shared by all processes, and taken slowly while Redis is away."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from postpurchase.lib import bucket
from postpurchase.lib.bucket import take

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(bucket, "_careful", bucket._Careful())


@pytest.fixture
def no_redis(settings):
    """An address at which nothing listens."""
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def test_a_burst_goes_and_then_the_rate():
    key = str(uuid4())

    assert [take(key, rate=0.5, burst=3, now=NOW) for _ in range(3)] == [0, 0, 0]
    assert take(key, rate=0.5, burst=3, now=NOW) == pytest.approx(2)
    assert take(key, rate=0.5, burst=3, now=at(1)) == pytest.approx(1), "a wait takes nothing"
    assert take(key, rate=0.5, burst=3, now=at(2)) == 0
    assert take(key, rate=0.5, burst=3, now=at(2)) == pytest.approx(2)


def test_a_rest_fills_no_more_than_the_burst():
    key = str(uuid4())
    take(key, rate=1, burst=2, now=NOW)

    later = [take(key, rate=1, burst=2, now=at(3600)) for _ in range(3)]

    assert later == [0, 0, pytest.approx(1)]


def test_buckets_are_apart():
    assert [take(str(uuid4()), rate=0.01, burst=1, now=NOW) for _ in range(3)] == [0, 0, 0]


def test_many_at_once_take_no_more_than_there_is():
    key, took = str(uuid4()), []

    def some():
        took.extend(take(key, rate=0.001, burst=10, now=NOW) == 0 for _ in range(20))

    threads = [threading.Thread(target=some) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(took), sum(took)) == (100, 10)


def test_without_redis_one_goes_each_second(no_redis):
    key = str(uuid4())

    assert take(key, rate=100, burst=10, now=NOW) == 0
    assert take(key, rate=100, burst=10, now=NOW) == pytest.approx(1)
    assert take(key, rate=100, burst=10, now=at(1)) == 0


def test_without_redis_a_slow_carrier_stays_slow(no_redis):
    key = str(uuid4())

    assert take(key, rate=0.2, burst=10, now=NOW) == 0
    assert take(key, rate=0.2, burst=10, now=at(1)) == pytest.approx(4)


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_bucket_that_never_fills_is_a_bug(rate, burst):
    with pytest.raises(ValueError, match="rate above 0"):
        take("key", rate=rate, burst=burst, now=NOW)
