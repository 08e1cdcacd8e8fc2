"""The figures at the top of the page: how each is read, and what exactly it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.queries import Behind, Figures
from postpurchase.dashboard.analytics.words import count, money, percent

BY_ORDER = gettext_lazy("By the day the order was placed, in the shop’s time zone.")
BY_REFUND = gettext_lazy("By the day the money went back, whenever the order was placed.")

Number = int | float | None
Write = Callable[[Number, str], str]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: its name, its number, how both are written, and the orders behind it."""

    key: str
    label: LazyText
    read: Callable[[Figures], Number]
    write: Write
    sample: Callable[[Figures, str], str]
    behind: str
    definition: LazyText
    basis: LazyText = BY_ORDER
    is_share: bool = False


def write_money(value: Number, currency: str) -> str:
    """Write an amount of minor units."""
    return money(None if value is None else int(value), currency)


def write_count(value: Number, _currency: str) -> str:
    """Write a number of things."""
    return count(int(value or 0))


def write_share(value: Number, _currency: str) -> str:
    """Write a share as per cent."""
    return percent(value)


def _customers(found: Figures, _currency: str) -> str:
    words = ngettext(
        "%(part)s of %(whole)s customer", "%(part)s of %(whole)s customers", found.customers
    )
    return words % {"part": count(found.repeat), "whole": count(found.customers)}


def _revenue(found: Figures, currency: str) -> str:
    return _("%(part)s of %(whole)s") % {
        "part": money(found.repeat_revenue, currency),
        "whole": money(found.all.revenue, currency),
    }


def _orders(found: Figures, _currency: str) -> str:
    orders = found.all.orders
    words = ngettext("from %(count)s order", "from %(count)s orders", orders)
    return words % {"count": count(orders)}


def _new_and_returning(found: Figures, _currency: str) -> str:
    return _("from %(new)s new and %(back)s returning customers") % {
        "new": count(found.new),
        "back": count(found.came_back),
    }


def _averages(found: Figures, currency: str) -> str:
    return _("first orders %(first)s, later orders %(later)s") % {
        "first": money(found.first.average_order, currency),
        "later": money(found.later.average_order, currency),
    }


def _refunds(found: Figures, currency: str) -> str:
    refunds = found.all.refunds
    words = ngettext("%(sum)s in %(count)s refund", "%(sum)s in %(count)s refunds", refunds)
    return words % {"sum": money(found.all.refunded, currency), "count": count(refunds)}


MEASURES = (
    Measure(
        "repeat",
        gettext_lazy("Repeat customers"),
        lambda found: found.repeat_share,
        write_share,
        _customers,
        Behind.REPEAT,
        gettext_lazy(
            "Of the customers who ordered in the period, the share who had ordered at least twice"
            " by its end, earlier orders included."
        ),
        is_share=True,
    ),
    Measure(
        "repeat_revenue",
        gettext_lazy("Revenue from repeat customers"),
        lambda found: found.repeat_revenue_share,
        write_share,
        _revenue,
        Behind.REPEAT,
        gettext_lazy("The share of revenue in the period that came from these repeat customers."),
        is_share=True,
    ),
    Measure(
        "revenue",
        gettext_lazy("Revenue"),
        lambda found: found.all.revenue,
        write_money,
        _orders,
        Behind.ALL,
        gettext_lazy(
            "What the goods of all counted orders cost after discounts, with or without tax as the"
            " shop states its prices; without delivery and fees, before refunds."
        ),
    ),
    Measure(
        "orders",
        gettext_lazy("Orders"),
        lambda found: found.all.orders,
        write_count,
        _new_and_returning,
        Behind.ALL,
        gettext_lazy(
            "All orders of known customers. Cancelled orders, drafts, test orders and orders"
            " without an e-mail address are left out."
        ),
    ),
    Measure(
        "average",
        gettext_lazy("Average order"),
        lambda found: found.all.average_order,
        write_money,
        _averages,
        Behind.ALL,
        gettext_lazy(
            "Revenue divided by orders. A first order is the earliest one of a customer that we"
            " know of in this currency; all others are later orders."
        ),
    ),
    Measure(
        "refunds",
        gettext_lazy("Refunded"),
        lambda found: found.all.refund_share,
        write_share,
        _refunds,
        "refunds",
        gettext_lazy(
            "Money sent back in the period, divided by revenue in the period. Refunds of delivery"
            " and fees are in it, so it may pass 100%."
        ),
        basis=BY_REFUND,
        is_share=True,
    ),
)
