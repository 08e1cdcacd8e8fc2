"""Put what changed in an order into events of its story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.models import Order
from orders.plan import OrderPlan
from orders.statuses import FulfilmentStatus, OrderEvent, PaymentStatus, Status
from orders.timeline import Actor, Draft

PAID = frozenset(
    {PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED}
)


@dataclass(frozen=True, slots=True)
class Before:
    """The axes of an order before a change."""

    status: str
    payment_status: str
    fulfilment_status: str
    cancelled_at: datetime | None
    refunded_minor: int
    sync_conflict: str

    @classmethod
    def of(cls, order: Order) -> Before:
        """Note where an order stands."""
        return cls(
            status=order.status,
            payment_status=order.payment_status,
            fulfilment_status=order.fulfilment_status,
            cancelled_at=order.cancelled_at,
            refunded_minor=order.refunded_minor,
            sync_conflict=order.sync_conflict,
        )


NOTHING = Before(
    status=Status.DRAFT,
    payment_status=PaymentStatus.UNKNOWN,
    fulfilment_status=FulfilmentStatus.UNFULFILLED,
    cancelled_at=None,
    refunded_minor=0,
    sync_conflict="",
)


def drafts_of_new(
    order: Order, one: OrderPlan, *, now: datetime, actor: Actor, silent: bool
) -> list[Draft]:
    """Tell of an order that just came in; each event at the moment the shop states for it."""
    shipped_at = max((row["shipped_at"] for row in one.fulfilments if row["shipped_at"]), default=now)
    refunded_at = max((row["at"] for row in one.refunds if row["at"]), default=now)
    return drafts_of(
        order, NOTHING, at=now, actor=actor, silent=silent, shipped_at=shipped_at, refunded_at=refunded_at
    )


def drafts_of(
    order: Order,
    before: Before,
    *,
    at: datetime,
    actor: Actor,
    silent: bool = False,
    shipped_at: datetime | None = None,
    refunded_at: datetime | None = None,
) -> list[Draft]:
    """Tell what is different from before: one event for each thing that happened."""
    is_new = before is NOTHING
    drafts: list[Draft] = []

    def tell(kind: OrderEvent, moment: datetime, **data: Any) -> None:
        drafts.append(
            Draft(order=order, kind=kind, at=moment, actor=actor, data=data, is_silent=silent)
        )

    if before.status == Status.DRAFT and order.status != Status.DRAFT:
        tell(OrderEvent.PLACED, order.placed_at)
    if not is_new and order.payment_status in PAID and before.payment_status not in PAID:
        tell(OrderEvent.PAID, at)
    if order.fulfilment_status != before.fulfilment_status:
        if order.fulfilment_status == FulfilmentStatus.PARTIAL:
            tell(OrderEvent.PARTLY_SHIPPED, shipped_at or at)
        elif order.fulfilment_status == FulfilmentStatus.FULFILLED:
            tell(OrderEvent.SHIPPED, shipped_at or at)
    if order.cancelled_at and not before.cancelled_at:
        tell(OrderEvent.CANCELLED, order.cancelled_at)
    if before.cancelled_at and not order.cancelled_at:
        tell(OrderEvent.REINSTATED, at)
    if order.refunded_minor > before.refunded_minor:
        amount = order.refunded_minor - before.refunded_minor
        tell(OrderEvent.REFUNDED, refunded_at or at, amount_minor=amount, currency=order.currency)
    if order.sync_conflict and order.sync_conflict != before.sync_conflict:
        tell(OrderEvent.CONFLICT, at, what=order.sync_conflict)
    return drafts
