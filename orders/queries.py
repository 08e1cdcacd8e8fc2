"""Reads of orders."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from orders.keys import number_key
from orders.models import Order, OrderLine, OrderPolicy
from orders.policy import Windows
from postpurchase.lib.versions import in_force


def with_page(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Load all that an order's page and mail show, in a fixed number of queries."""
    return orders.select_related("merchant").prefetch_related(
        Prefetch(
            "lines",
            OrderLine.every.select_related("picture", "product__picture").order_by(
                "position", "pk"
            ),
        ),
        "addresses",
        "payments",
        "refunds",
        "fulfilments",
    )


def order_for_page(*, merchant_id: int, pk: int) -> Order:
    """Load one order with all that its page shows. Raises Order.DoesNotExist."""
    return with_page(Order.every.of(merchant_id)).get(pk=pk)


def windows_at(merchant_id: int, moment: datetime) -> Windows:
    """Give the windows in force at a moment; before the first version, the first."""
    row = policy_at(merchant_id, moment)
    return row.windows if row else Windows()


def policy_at(merchant_id: int, moment: datetime) -> OrderPolicy | None:
    """Give the version of the order policy in force at a moment; None where none was ever set."""
    return in_force(OrderPolicy.kept(merchant_id), moment)


__all__ = ["number_key", "order_for_page", "policy_at", "windows_at", "with_page"]
