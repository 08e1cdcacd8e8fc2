"""Two agents on one order see each other, as long as there is a cache to say so."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from orders.statuses import OrderEvent
from tests.desk.scenes import event, make_member, make_order, page_of
from tests.desk.test_order import seen_on, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def order():
    return make_order()


@pytest.fixture
def two(order):
    return make_member(order.merchant, name="Ana Pop"), make_member(order.merchant, name="Ben Roth")


def presence_of(order):
    return reverse("admin:desk_presence", args=[order.public_id])


def test_two_agents_see_each_other(client, order, two):
    ana, ben = two
    client.force_login(ana)
    assert "is here" not in text_of(client, page_of(order))

    client.force_login(ben)
    assert "Ana Pop is here" in text_of(client, page_of(order))
    client.get(presence_of(order), {"writing": "1"})

    client.force_login(ana)
    assert "Ben Roth is writing a note" in text_of(client, presence_of(order))


def test_whoever_left_is_gone_after_a_while(client, order, two):
    ana, ben = two
    client.force_login(ana)
    client.get(page_of(order))

    client.force_login(ben)
    with time_machine.travel(timezone.now() + timedelta(seconds=44), tick=False):
        assert "Ana Pop" in text_of(client, presence_of(order))
    with time_machine.travel(timezone.now() + timedelta(seconds=46), tick=False):
        assert "Ana Pop" not in text_of(client, presence_of(order))


def test_nobody_is_seen_on_another_order(client, order, two):
    ana, ben = two
    client.force_login(ana)
    client.get(page_of(order))

    client.force_login(ben)
    other = make_order(order.merchant, external_id="other")
    assert "Ana Pop is here" not in text_of(client, page_of(other))


def test_the_page_says_when_the_order_changed(client, order, two):
    client.force_login(two[0])
    seen = seen_on(client, order)
    assert "This order changed" not in text_of(client, f"{presence_of(order)}?seen={seen}")

    event(order, OrderEvent.CANCELLED)

    assert "This order changed" in text_of(client, f"{presence_of(order)}?seen={seen}")


def test_without_a_cache_the_page_works_and_shows_nobody(client, order, two, settings):
    client.force_login(two[0])
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.1},
        }
    }

    for url in (page_of(order), presence_of(order)):
        assert "is here" not in text_of(client, url)
