"""Kept figures: what each counted order and refund adds, and the sums that pages read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models import Customer, Order, RefundFact
from postpurchase.lib.money import Money
from postpurchase.lib.tenancy import Tenant


class Book(Tenant):
    """How far a merchant's figures have come, and in which zone their days were cut."""

    zone_name = models.CharField(_("time zone"), max_length=64)
    seen_until = models.DateTimeField(_("changes seen until"))
    rebuilt_at = models.DateTimeField(_("counted from scratch"))

    class Meta:
        verbose_name = _("book of figures")
        verbose_name_plural = _("books of figures")
        constraints = [
            models.UniqueConstraint(fields=["merchant"], name="analytics_book_once"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_name}, {self.seen_until:%Y-%m-%d %H:%M}"


class CountedOrder(Tenant):
    """What one order adds to the figures, and where it stands among its customer's orders.

    Each currency counts by itself: `place` 1 is the customer's first order in this currency.
    `other_day` is the day of the next order for a first one, of the one before for all others:
    enough to tell for any period who was new in it, who came back, and who bought only once.
    A row may outlive its order until the next night, so no key ties them.
    """

    order = models.OneToOneField(
        Order,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    currency = models.CharField(_("currency"), max_length=3)
    placed_at = models.DateTimeField(_("placed"))
    day = models.DateField(_("day in the shop’s zone"))
    place = models.PositiveIntegerField(_("which order of the customer"))
    other_day = models.DateField(_("day of the next order, or the one before"), null=True)
    cohort = models.DateField(_("month of the customer’s first order"))
    opens_month = models.BooleanField(_("the customer’s first order of its month"))
    revenue_minor = models.BigIntegerField(_("revenue"))
    seen_at = models.DateTimeField(_("version of the order that was counted"))

    class Meta:
        verbose_name = _("counted order")
        verbose_name_plural = _("counted orders")
        indexes = [
            models.Index(fields=["merchant", "customer"], name="analytics_of_customer"),
            models.Index(
                fields=["merchant", "currency", "-placed_at", "-order"], name="analytics_newest"
            ),
            models.Index(
                fields=["merchant", "currency", "-placed_at", "-order"],
                condition=Q(place__gt=1),
                name="analytics_newest_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {Money(self.revenue_minor, self.currency)}"

    @property
    def revenue(self) -> Money:
        """Give what its goods cost."""
        return Money(self.revenue_minor, self.currency)


class CountedRefund(Tenant):
    """What one refund of a counted order takes away, on the day it was given."""

    refund = models.OneToOneField(
        RefundFact,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    order = models.ForeignKey(
        Order,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    currency = models.CharField(_("currency"), max_length=3)
    at = models.DateTimeField(_("given back"))
    day = models.DateField(_("day in the shop’s zone"))
    is_first = models.BooleanField(_("of a first order"))
    amount_minor = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("counted refund")
        verbose_name_plural = _("counted refunds")
        indexes = [
            models.Index(fields=["merchant", "customer"], name="analytics_refund_of_customer"),
            models.Index(
                fields=["merchant", "currency", "-at", "-refund"], name="analytics_refund_newest"
            ),
        ]

    def __str__(self) -> str:
        return str(self.amount)

    @property
    def amount(self) -> Money:
        """Give what went back."""
        return Money(self.amount_minor, self.currency)


class DayFigure(Tenant):
    """Sums of one day: of the orders placed on it, and of the refunds given on it."""

    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day in the shop’s zone"))
    is_first = models.BooleanField(_("first orders"))
    orders = models.BigIntegerField(_("orders"), db_default=0)
    revenue_minor = models.BigIntegerField(_("revenue"), db_default=0)
    refunds = models.BigIntegerField(_("refunds"), db_default=0)
    refunded_minor = models.BigIntegerField(_("refunded"), db_default=0)

    class Meta:
        verbose_name = _("figure of a day")
        verbose_name_plural = _("figures of days")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "currency", "day", "is_first"], name="analytics_day_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["merchant"], condition=Q(orders=0, refunds=0), name="analytics_day_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.orders}"


class PairFigure(Tenant):
    """Sums of counted orders that share their day and their customers' other day.

    Asked only across the edges of a period, from whichever edge is nearer: hence two indexes, each
    with all that is asked for.
    """

    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day in the shop’s zone"))
    is_first = models.BooleanField(_("first orders"))
    other_day = models.DateField(_("day of the next order, or the one before"), null=True)
    orders = models.BigIntegerField(_("orders"))
    revenue_minor = models.BigIntegerField(_("revenue"))

    class Meta:
        verbose_name = _("figure of pairs")
        verbose_name_plural = _("figures of pairs")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "currency", "is_first", "other_day", "day"],
                include=["orders", "revenue_minor"],
                nulls_distinct=False,
                name="analytics_pair_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["merchant", "currency", "is_first", "day", "other_day"],
                include=["orders", "revenue_minor"],
                name="analytics_pair_by_day",
            ),
            models.Index(fields=["merchant"], condition=Q(orders=0), name="analytics_pair_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.other_day}: {self.orders}"


class CohortFigure(Tenant):
    """What the customers who first bought in one month did in the same or a later month."""

    currency = models.CharField(_("currency"), max_length=3)
    cohort = models.DateField(_("month of the first order"))
    month = models.DateField(_("month"))
    customers = models.BigIntegerField(_("customers who ordered"))
    orders = models.BigIntegerField(_("orders"))
    revenue_minor = models.BigIntegerField(_("revenue"))

    class Meta:
        verbose_name = _("figure of a cohort")
        verbose_name_plural = _("figures of cohorts")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "currency", "cohort", "month"], name="analytics_cohort_once"
            ),
        ]
        indexes = [
            models.Index(fields=["merchant"], condition=Q(orders=0), name="analytics_cohort_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort:%Y-%m} → {self.month:%Y-%m}: {self.customers}"
