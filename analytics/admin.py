"""The desk's pages of kept figures: to be read, never to be edited."""

from __future__ import annotations

from django.contrib import admin

from analytics.models import (
    Book,
    CohortFigure,
    CountedOrder,
    CountedRefund,
    DayFigure,
    PairFigure,
)
from merchants.admin import FactsAdmin


@admin.register(Book)
class BookAdmin(FactsAdmin):
    """How far each merchant's figures have come."""

    list_display = ("merchant", "zone_name", "seen_until", "rebuilt_at")
    list_select_related = ("merchant",)


@admin.register(CountedOrder)
class CountedOrderAdmin(FactsAdmin):
    """What each order adds to the figures."""

    list_display = ("order_id", "merchant", "day", "place", "currency", "revenue_minor")
    list_select_related = ("merchant",)
    fields = (
        "merchant", "order_id", "customer_id", "day", "place", "other_day", "cohort",
        "opens_month", "revenue_minor", "currency", "seen_at",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(CountedRefund)
class CountedRefundAdmin(FactsAdmin):
    """What each refund takes away."""

    list_display = ("refund_id", "merchant", "day", "is_first", "currency", "amount_minor")
    list_select_related = ("merchant",)
    fields = (
        "merchant", "refund_id", "order_id", "customer_id", "day", "is_first", "amount_minor",
        "currency",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(DayFigure)
class DayFigureAdmin(FactsAdmin):
    """Sums by day."""

    list_display = ("merchant", "currency", "day", "is_first", "orders", "refunds")
    list_select_related = ("merchant",)


@admin.register(PairFigure)
class PairFigureAdmin(FactsAdmin):
    """Sums by day and the customers' other day."""

    list_display = ("merchant", "currency", "day", "is_first", "other_day", "orders")
    list_select_related = ("merchant",)


@admin.register(CohortFigure)
class CohortFigureAdmin(FactsAdmin):
    """Sums by month of the first order."""

    list_display = ("merchant", "currency", "cohort", "month", "customers", "orders")
    list_select_related = ("merchant",)
