"""People at the door, with the codes their phones would show, and a worker that works at once."""

import pytest
from django.core.cache import cache

from merchants.statuses import Role
from postpurchase import celery_app
from tests.factories import MembershipFactory, MerchantFactory


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def worker():
    """Do what is handed to the workers at once."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False


@pytest.fixture
def shop():
    return MerchantFactory(slug="fern", name="Alma & Fern")


@pytest.fixture
def ana(shop):
    """An owner."""
    return MembershipFactory(
        merchant=shop, role=Role.OWNER, user__email="ana@staff.example", user__name="Ana",
        user__is_staff=True,
    ).user  # fmt: skip
