"""A shop, its orders, and a clock that stands still."""

import pytest
import time_machine
from django.core.cache import cache

from tests.portal import scenes


@pytest.fixture(autouse=True)
def fresh_counts():
    """Let no test inherit the tries of another."""
    cache.clear()


@pytest.fixture
def clock():
    """Stand still at NOW; move on with `clock.shift(seconds)`."""
    with time_machine.travel(scenes.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop(db, clock):
    return scenes.make_shop()


@pytest.fixture
def order(shop):
    return scenes.make_order(shop)
