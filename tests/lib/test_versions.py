"""The version in force holds; before the first, the first."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from postpurchase.lib.versions import in_force
from tests.factories import MerchantFactory, ShippingPromiseFactory
from tracking.models import ShippingPromise

NOW = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([], None),
        ([(-10, "", 1), (-5, "", 2), (5, "", 3)], 2),
        ([(5, "", 1), (9, "", 2)], 1),
        ([(0, "", 1), (9, "", 2)], 1),
        ([(-10, "DE", 1), (-5, "", 2)], 1),
        ([(5, "DE", 1), (-5, "", 2)], 2),
        ([(9, "DE", 1), (5, "", 2)], 1),
    ],
)
def test_in_force(db, versions, expected, django_assert_num_queries):
    shop = MerchantFactory()
    for days, country, mark in versions:
        ShippingPromiseFactory(
            merchant=shop,
            in_force_from=NOW + timedelta(days=days),
            country=country,
            processing_days=mark,
        )

    with django_assert_num_queries(1):
        found = in_force(ShippingPromise.every.of(shop.pk), NOW, "-country")

    assert (found.processing_days if found else None) == expected
