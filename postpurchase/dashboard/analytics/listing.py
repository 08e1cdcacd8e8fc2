"""The orders and refunds behind a figure, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from analytics import queries
from analytics.models import CountedOrder, CountedRefund
from analytics.queries import Behind
from postpurchase.dashboard.analytics.asking import Asked
from postpurchase.lib import keyset

PAGE = 50
REFUNDS = "refunds"
NEWEST_ORDER = keyset.Ordering("placed_at", newest_first=True)
NEWEST_REFUND = keyset.Ordering("at", newest_first=True)

Page = keyset.Page[CountedOrder] | keyset.Page[CountedRefund]


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice of orders, in words."""

    which: str
    label: LazyText
    what: LazyText


TABS = (
    Tab(Behind.ALL, _("All orders"), _("Every counted order of the period.")),
    Tab(Behind.FIRST, _("First orders"), _("The earliest order of each new customer.")),
    Tab(Behind.LATER, _("Later orders"), _("Every order after a customer’s first.")),
    Tab(
        Behind.REPEAT,
        _("Of repeat customers"),
        _("Orders of customers who had ordered at least twice by the end of the period."),
    ),
    Tab(
        Behind.ONCE,
        _("Of one-time customers"),
        _("First orders whose customers had not ordered again by the end of the period."),
    ),
    Tab(REFUNDS, _("Refunds"), _("Money sent back in the period, whenever the order was placed.")),
)


def tab_of(which: str) -> Tab:
    """Give the tab an address names; an unknown one is the first."""
    return next((tab for tab in TABS if tab.which == which), TABS[0])


def page_of(tab: Tab, ask: Asked, *, cursor: str | None) -> Page:
    """Give a page of what stands behind a figure. Raises BadCursor."""
    start, end = _midnight(ask.period.start), _midnight(ask.period.end)
    if tab.which == REFUNDS:
        refunds = queries.refunds_behind(currency=ask.currency, start=start, end=end)
        return keyset.page(refunds, ordering=NEWEST_REFUND, cursor=cursor, limit=PAGE)
    orders = queries.orders_behind(
        Behind(tab.which), currency=ask.currency, start=start, end=end, end_day=ask.period.end
    )
    return keyset.page(orders, ordering=NEWEST_ORDER, cursor=cursor, limit=PAGE)


def _midnight(day: date) -> datetime:
    """Give the moment a day of the shop begins: views run in the shop's zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
