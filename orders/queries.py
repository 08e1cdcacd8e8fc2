"""Reads of orders."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from orders.models import Order, OrderLine, OrderPolicy
from orders.policy import Windows
from postpurchase.lib.versions import in_force


def number_key(number: str) -> str:
    """Fold an order number as people type it: "#1042", " 1042 " and "１０４２" are one."""
    folded = unicodedata.normalize("NFKC", number).upper()
    return re.sub(r"[\s#\u200b-\u200f\ufeff]", "", folded)[:200]


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
    row = in_force(OrderPolicy.kept(merchant_id), moment)
    return row.windows if row else Windows()
