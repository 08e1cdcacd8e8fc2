"""Reads of the kept figures, for the merchant being worked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Sum

from analytics.models import (
    Book,
    CohortFigure,
    CountedOrder,
    CountedRefund,
    DayFigure,
    PairFigure,
)
from analytics.policy import Period, average, share
from orders.models import Order

FRESH_FOR = timedelta(minutes=3)
"""A change that is older than this should have been counted."""


@dataclass(slots=True)
class Kind:
    """What orders of one kind – first ones, later ones – come to in some days."""

    orders: int = 0
    revenue: int = 0
    refunds: int = 0
    refunded: int = 0

    def add(self, other: Kind) -> None:
        """Add another's sums to these."""
        self.orders += other.orders
        self.revenue += other.revenue
        self.refunds += other.refunds
        self.refunded += other.refunded

    def __add__(self, other: Kind) -> Kind:
        total = replace(self)
        total.add(other)
        return total

    @property
    def average_order(self) -> int | None:
        """Give the mean revenue of an order."""
        return average(self.revenue, self.orders)

    @property
    def refund_share(self) -> float | None:
        """Give what went back in these days as a share of what came in."""
        return share(self.refunded, self.revenue)


@dataclass(slots=True)
class Figures:
    """A shop's figures for a period, in one currency; money in minor units."""

    period: Period
    first: Kind = field(default_factory=Kind)
    later: Kind = field(default_factory=Kind)
    came_back: int = 0
    bought_once: int = 0
    revenue_of_once: int = 0
    days: dict[date, tuple[Kind, Kind]] = field(default_factory=dict)

    @property
    def all(self) -> Kind:
        """Give first and later orders together."""
        return self.first + self.later

    @property
    def new(self) -> int:
        """Give how many customers placed their first order."""
        return self.first.orders

    @property
    def customers(self) -> int:
        """Give how many customers ordered: new ones, and those who had ordered before."""
        return self.new + self.came_back

    @property
    def repeat(self) -> int:
        """Give how many of them had ordered at least twice by the end of the period."""
        return self.customers - self.bought_once

    @property
    def repeat_share(self) -> float | None:
        """Give repeat customers as a share of all customers who ordered."""
        return share(self.repeat, self.customers)

    @property
    def repeat_revenue(self) -> int:
        """Give the revenue of repeat customers, that of their first orders included."""
        return self.all.revenue - self.revenue_of_once

    @property
    def repeat_revenue_share(self) -> float | None:
        """Give the revenue of repeat customers as a share of all revenue."""
        return share(self.repeat_revenue, self.all.revenue)


def figures(period: Period, *, currency: str) -> Figures:
    """Add up a period, in three queries however many orders it has."""
    found = Figures(period)
    rows = DayFigure.objects.filter(currency=currency, **_within(period)).order_by("day")
    for row in rows:
        kinds = found.days.setdefault(row.day, (Kind(), Kind()))
        kind = Kind(row.orders, row.revenue_minor, row.refunds, row.refunded_minor)
        kinds[0 if row.is_first else 1].add(kind)
    for first, later in found.days.values():
        found.first.add(first)
        found.later.add(later)
    if found.all.orders:
        _add_customers(found, currency=currency)
    return found


def _add_customers(found: Figures, *, currency: str) -> None:
    """Look across the edges of the period: who had ordered before it, and who not again in it."""
    period = found.period
    pairs = PairFigure.objects.filter(currency=currency, **_within(period))
    had_ordered = pairs.filter(is_first=False, other_day__lt=period.start)
    found.came_back = int(had_ordered.aggregate(count=Sum("orders", default=0))["count"])
    not_again = Q(other_day=None) | Q(other_day__gte=period.end)
    once = pairs.filter(not_again, is_first=True).aggregate(
        count=Sum("orders", default=0), revenue=Sum("revenue_minor", default=0)
    )
    found.bought_once, found.revenue_of_once = int(once["count"]), int(once["revenue"])


def _within(period: Period) -> dict[str, date]:
    return {"day__gte": period.start, "day__lt": period.end}


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency that orders were counted in, and the day of the first of them."""

    code: str
    opened: date


def currencies() -> list[str]:
    """Give the currencies of counted orders, the one with most orders first."""
    return [one.code for one in counted_currencies()]


def counted_currencies() -> list[Currency]:
    """Give the currencies with their first days, the one with most orders first."""
    counted = DayFigure.objects.filter(orders__gt=0).values("currency")
    rows = counted.annotate(count=Sum("orders"), opened=Min("day")).order_by("-count", "currency")
    return [Currency(row["currency"], row["opened"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether the figures are complete."""

    is_counted: bool
    is_behind: bool


def freshness(*, now: datetime) -> Freshness:
    """Tell whether figures are there, and whether changes wait to be counted."""
    waiting = Order.objects.filter(
        updated_at__gt=OuterRef("seen_until"), updated_at__lt=now - FRESH_FOR
    )
    book = Book.objects.annotate(is_behind=Exists(waiting)).first()
    return Freshness(
        is_counted=book is not None,
        is_behind=book is not None and book.is_behind,
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cohort did in one month."""

    customers: int
    orders: int
    revenue: int


def cohorts(*, currency: str, since: date | None = None) -> dict[date, dict[date, Cell]]:
    """Give each month's new customers and what they did month by month, oldest first."""
    rows = CohortFigure.objects.filter(currency=currency)
    if since:
        rows = rows.filter(cohort__gte=since)
    found: dict[date, dict[date, Cell]] = {}
    for row in rows.order_by("cohort", "month"):
        cell = Cell(row.customers, row.orders, row.revenue_minor)
        found.setdefault(row.cohort, {})[row.month] = cell
    return found


class Behind(StrEnum):
    """Which orders stand behind a figure."""

    ALL = "all"
    FIRST = "first"
    LATER = "later"
    ONCE = "once"
    REPEAT = "repeat"


def orders_behind(
    which: Behind, *, currency: str, start: datetime, end: datetime, end_day: date
) -> QuerySet[CountedOrder]:
    """Give the orders behind a figure; a period's ends are given as moments and as its last day."""
    rows = CountedOrder.objects.filter(currency=currency, placed_at__gte=start, placed_at__lt=end)
    once = Q(place=1) & (Q(other_day=None) | Q(other_day__gte=end_day))
    narrowed = {
        Behind.ALL: Q(),
        Behind.FIRST: Q(place=1),
        Behind.LATER: Q(place__gt=1),
        Behind.ONCE: once,
        Behind.REPEAT: ~once,
    }
    return rows.filter(narrowed[which]).select_related("order")


def refunds_behind(*, currency: str, start: datetime, end: datetime) -> QuerySet[CountedRefund]:
    """Give the refunds behind a figure."""
    rows = CountedRefund.objects.filter(currency=currency, at__gte=start, at__lt=end)
    return rows.select_related("order")
