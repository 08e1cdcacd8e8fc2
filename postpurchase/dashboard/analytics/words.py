"""Numbers in words, and the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.queries import Behind, Figures, Kind
from postpurchase.dashboard.analytics.buckets import Bucket
from postpurchase.lib.locales import money_text, number_text, percent_text
from postpurchase.lib.money import Money

NOTHING = "–"


def money(minor: int | None, currency: str) -> str:
    """Write an amount; where there is none, a dash and not a zero."""
    return NOTHING if minor is None else money_text(Money(minor, currency))


def percent(share: float | None) -> str:
    """Write a share; where there is none, a dash and not a zero."""
    return NOTHING if share is None else percent_text(share)


def count(number: int) -> str:
    """Write how many there are."""
    return number_text(number)


@dataclass(frozen=True, slots=True)
class KindRow:
    """A row of the table of first and later orders."""

    label: str
    behind: str
    orders: str
    revenue: str
    average: str
    refunds: str
    refunded: str
    refund_share: str


def kinds(found: Figures, *, currency: str) -> list[KindRow]:
    """Set first, later and all orders side by side."""
    parts = (
        (_("First orders"), Behind.FIRST, found.first),
        (_("Later orders"), Behind.LATER, found.later),
        (_("All orders"), Behind.ALL, found.all),
    )
    return [
        KindRow(
            label=label,
            behind=behind,
            orders=count(kind.orders),
            revenue=money(kind.revenue, currency),
            average=money(kind.average_order, currency),
            refunds=count(kind.refunds),
            refunded=money(kind.refunded, currency),
            refund_share=percent(kind.refund_share),
        )
        for label, behind, kind in parts
    ]


def revenues(found: Figures, before: Figures | None, *, currency: str) -> dict[str, str]:
    """Write what each part of the chart comes to."""
    return {
        "first": money(found.first.revenue, currency),
        "later": money(found.later.revenue, currency),
        "before": money(before.all.revenue, currency) if before else "",
    }


@dataclass(frozen=True, slots=True)
class BucketRow:
    """A row of the table that says the same as the chart."""

    label: str
    first: str
    first_revenue: str
    later: str
    later_revenue: str
    refunded: str


def rows(columns: Sequence[Bucket], *, currency: str) -> list[BucketRow]:
    """Write out what the chart draws."""
    return [
        BucketRow(
            bucket.label,
            *_pair(bucket.first, currency),
            *_pair(bucket.later, currency),
            money(bucket.all.refunded, currency),
        )
        for bucket in columns
    ]


def _pair(kind: Kind, currency: str) -> tuple[str, str]:
    return count(kind.orders), money(kind.revenue, currency)
