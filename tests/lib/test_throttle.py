"""Tries are counted by visitor and thing, with the cache and without it."""

import threading
from uuid import uuid4

import pytest
import time_machine

from postpurchase.lib import throttle
from postpurchase.lib.throttle import client_address, client_network, hit


@pytest.fixture(autouse=True)
def fresh_local_counts(monkeypatch):
    monkeypatch.setattr(throttle, "_local", throttle._LocalCounts())


@pytest.fixture
def no_cache(settings):
    """A cache address at which nothing listens."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }


def tries(key, *, times, limit=3):
    return [hit(key, limit=limit, seconds=600) for _ in range(times)]


@pytest.mark.parametrize("cache_is_there", [True, False])
def test_the_fourth_of_three_is_refused(cache_is_there, request):
    if not cache_is_there:
        request.getfixturevalue("no_cache")

    with time_machine.travel("2026-11-24T12:01:00Z", tick=False):
        hits = tries(str(uuid4()), times=5)

    assert [each.count for each in hits] == [1, 2, 3, 4, 5]
    assert [each.allowed for each in hits] == [True, True, True, False, False]
    assert [each.retry_after_seconds for each in hits] == [0, 0, 0, 540, 540]


@pytest.mark.parametrize("cache_is_there", [True, False])
def test_the_next_window_starts_anew(cache_is_there, request):
    if not cache_is_there:
        request.getfixturevalue("no_cache")
    key = str(uuid4())

    with time_machine.travel("2026-11-24T12:01:00Z", tick=False):
        tries(key, times=4)
    with time_machine.travel("2026-11-24T12:10:00Z", tick=False):
        assert hit(key, limit=3, seconds=600).count == 1


def test_another_key_has_its_own_count():
    tries("one-" + str(uuid4()), times=4)

    assert hit(str(uuid4()), limit=3, seconds=600).allowed


def test_a_key_may_hold_anything():
    assert hit(f"Ana\n\0\ud800 <ana@example.com> {uuid4()}", limit=1, seconds=600).allowed


def test_threads_lose_no_count():
    key = str(uuid4())
    counts = []

    def work():
        counts.extend(each.count for each in tries(key, times=25))

    with time_machine.travel("2026-11-24T12:01:00Z", tick=False):
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(counts) == list(range(1, 101))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "10.0.0.9"),
        (0, "1.1.1.1", "10.0.0.9"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.1", "1.1.1.1"),
        (2, "1.1.1.1", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "not an address", "10.0.0.9"),
        (1, "2001:db8::1%eth0", "2001:db8::1"),
    ],
)
def test_only_our_own_proxies_are_believed(rf, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.9", headers={"x-forwarded-for": forwarded})

    assert client_address(request) == expected


def test_one_household_is_one_visitor(rf, settings):
    settings.TRUSTED_PROXIES = 0

    assert client_network(rf.get("/", REMOTE_ADDR="2001:db8:1:2:a::9")) == "2001:db8:1:2::/64"
    assert client_network(rf.get("/", REMOTE_ADDR="192.0.2.7")) == "192.0.2.7"
