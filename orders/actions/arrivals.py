"""Note how much of an order has arrived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from orders.actions.revise import settle
from orders.actions.tell import Before, Moments, drafts_of
from orders.models import Order, OrderLine
from orders.timeline import Actor, Draft

Arrived = Mapping[int, int]
"""Units by primary key of the order line."""


def note_arrivals(
    orders: Mapping[Order, Arrived], *, at: datetime, actor: Actor, silent: bool = False
) -> list[Draft]:
    """Set what has arrived of locked orders; give what is to be told, for `record_all`.

    More than was ordered counts as all that was ordered; a line that is not named has not arrived.
    `at` is when the last of it came.
    """
    drafts: list[Draft] = []
    for order, arrived in orders.items():
        before = Before.of(order)
        lines = list(OrderLine.every.filter(order=order).order_by("pk"))
        changed = [line for line in lines if line.delivered != _units(line, arrived)]
        if not changed:
            continue
        for line in changed:
            line.delivered = _units(line, arrived)
            line.save(update_fields=["delivered"])
        settle(order)
        is_silent = silent or order.is_history
        drafts += drafts_of(order, before, Moments.all_at(at), actor=actor, silent=is_silent)
    return drafts


def _units(line: OrderLine, arrived: Arrived) -> int:
    return min(arrived.get(line.pk, 0), line.ordered)
