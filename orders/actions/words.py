"""Words of names for orders that came in before there were any."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from orders.keys import name_words
from orders.models import Address, Order, OrderWord


def fill_words(*, after: int, limit: int = 2_000) -> int | None:
    """Give the next orders by primary key their words; the last key done, or None at the end.

    Each batch is a transaction of its own; words that are there stay.
    """
    with transaction.atomic():
        orders = list(
            Order.every.filter(pk__gt=after)
            .order_by("pk")
            .only("pk", "merchant_id", "name")
            .select_for_update(of=("self",), no_key=True)[:limit]
        )
        names = _names_on([order.pk for order in orders])
        OrderWord.every.bulk_create(
            [
                OrderWord(merchant_id=order.merchant_id, order=order, word=word)
                for order in orders
                for word in name_words([order.name, *names[order.pk]])
            ],
            ignore_conflicts=True,
        )
    return orders[-1].pk if orders else None


def _names_on(order_ids: list[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    rows = Address.every.filter(order_id__in=order_ids)
    for order_id, name, company in rows.values_list("order_id", "name", "company"):
        names[order_id] += [name, company]
    return names
