"""Reads of tracking."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as calendars

from orders.models import Order
from postpurchase.lib.versions import in_force
from tracking import policy
from tracking.models import ShippingPromise


@lru_cache(maxsize=256)
def holidays_of(country: str) -> Container[date]:
    """Give a country's public holidays (package `holidays`); unknown countries have none."""
    try:
        return calendars.country_holidays(country.upper())
    except (NotImplementedError, KeyError):
        return frozenset()


def promise_of(
    *, merchant_id: int, zone: ZoneInfo, shop_country: str, placed_at: datetime, door_country: str
) -> policy.Promise | None:
    """Give an order's promise by the terms in force when it was placed; None without terms."""
    countries = {door_country.upper(), ""}
    versions = [row for row in ShippingPromise.kept(merchant_id) if row.country in countries]
    # Terms for the country come before those for all others, once they are in force.
    begun = [row for row in versions if row.in_force_from <= placed_at] or versions
    row = in_force([row for row in begun if row.country] or begun, placed_at)
    if row is None:
        return None
    return policy.promise(
        placed=placed_at.astimezone(zone),
        terms=row.terms,
        shop_holidays=holidays_of(shop_country),
        door_holidays=holidays_of(door_country or shop_country),
    )


def promise_for(order: Order, *, door_country: str) -> policy.Promise | None:
    """Give the promise of an order whose merchant is loaded."""
    merchant = order.merchant
    return promise_of(
        merchant_id=merchant.pk,
        zone=merchant.zone,
        shop_country=merchant.country,
        placed_at=order.placed_at,
        door_country=door_country,
    )
