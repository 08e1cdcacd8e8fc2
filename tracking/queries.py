"""Reads of tracking."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from merchants.models import Merchant
from orders.models import Order
from orders.statuses import TO_SHIP
from postpurchase.lib.locales import clock_text
from postpurchase.lib.versions import in_force
from tracking import policy
from tracking.doors import holidays_of
from tracking.models import ShippingPromise


def rule_at(merchant_id: int, moment: datetime, *, country: str) -> ShippingPromise | None:
    """Give the terms for a country in force at a moment; before the first version, the first."""
    code = country.upper()
    rows = [row for row in ShippingPromise.kept(merchant_id) if row.country in {code, ""}]
    begun = [row for row in rows if row.in_force_from <= moment] or rows
    # Terms for the country come before those for all others, once they are in force.
    own = in_force([row for row in begun if row.country], moment)
    if own is not None and not own.follows_others:
        return own
    return in_force([row for row in rows if not row.country], moment)


def in_words(terms: policy.Terms) -> list[str]:
    """Say what is promised, in two sentences, as shoppers would, in the active language."""
    until = {"time": clock_text(terms.cut_off), "days": terms.processing_days}
    if terms.processing_days:
        leaves = ngettext(
            "Order by %(time)s and we hand it to the carrier within %(days)d working day.",
            "Order by %(time)s and we hand it to the carrier within %(days)d working days.",
            terms.processing_days,
        )
    else:
        leaves = _("Order by %(time)s on a working day and we hand it to the carrier that day.")
    least, most = terms.transit_min_days, terms.transit_max_days
    if least == most:
        takes = ngettext(
            "Delivery takes %(most)d working day.", "Delivery takes %(most)d working days.", most
        )
    else:
        takes = _("Delivery takes %(least)d to %(most)d working days.")
    return [leaves % until, takes % {"least": least, "most": most}]


def promise_of(
    *, merchant_id: int, zone: ZoneInfo, shop_country: str, placed_at: datetime, door_country: str
) -> policy.Promise | None:
    """Give an order's promise by the terms in force when it was placed; None without terms."""
    row = rule_at(merchant_id, placed_at, country=door_country)
    if row is None:
        return None
    return promise_by(
        row.terms,
        zone=zone,
        shop_country=shop_country,
        placed_at=placed_at,
        door_country=door_country,
    )


def promise_by(
    terms: policy.Terms,
    *,
    zone: ZoneInfo,
    shop_country: str,
    placed_at: datetime,
    door_country: str,
) -> policy.Promise:
    """Work out the promise by these terms."""
    return policy.promise(
        placed=placed_at.astimezone(zone),
        terms=terms,
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


FORGOTTEN_AFTER = timedelta(days=90)
LOOKED_BACK = 60
"""Days: nobody takes longer to pack."""


def overdue_before(merchant: Merchant, *, now: datetime) -> datetime | None:
    """Give the moment before which all orders should have left by yesterday; None without terms.

    By the terms for all other countries; those of a country hardly ever pack more slowly.
    """
    row = rule_at(merchant.pk, now, country="")
    if row is None:
        return None
    today = now.astimezone(merchant.zone).date()
    for back in range(LOOKED_BACK):
        day = today - timedelta(days=back)
        cut_off = datetime.combine(day, row.cut_off, tzinfo=merchant.zone)
        last_in_time = promise_by(
            row.terms,
            zone=merchant.zone,
            shop_country=merchant.country,
            placed_at=cut_off - timedelta(microseconds=1),
            door_country="",
        )
        if last_in_time.ships_by < today:
            return cut_off
    return None


def late_orders(merchant: Merchant, *, now: datetime) -> QuerySet[Order]:
    """Give the orders that should have left by yesterday, by the shop's promise, and did not.

    Without a promise none is late. Imported history is left out, and what waits for longer than
    three months: that was settled elsewhere.
    """
    before = overdue_before(merchant, now=now)
    if before is None:
        return Order.every.none()
    return Order.every.of(merchant.pk).filter(
        status__in=TO_SHIP,
        placed_at__gte=now - FORGOTTEN_AFTER,
        placed_at__lt=before,
        is_history=False,
    )
