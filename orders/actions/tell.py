"""Put what changed in an order into events of its story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.models import Order
from orders.plan import OrderPlan
from orders.statuses import DeliveryStatus, FulfilmentStatus, OrderEvent, PaymentStatus, Status
from orders.timeline import Actor, Draft

PAID = frozenset({PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED})


@dataclass(frozen=True, slots=True)
class Before:
    """The axes of an order before a change."""

    status: str
    payment_status: str
    fulfilment_status: str
    delivery_status: str
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
            delivery_status=order.delivery_status,
            cancelled_at=order.cancelled_at,
            refunded_minor=order.refunded_minor,
            sync_conflict=order.sync_conflict,
        )


NOTHING = Before(
    status=Status.DRAFT,
    payment_status=PaymentStatus.UNKNOWN,
    fulfilment_status=FulfilmentStatus.UNFULFILLED,
    delivery_status=DeliveryStatus.NONE,
    cancelled_at=None,
    refunded_minor=0,
    sync_conflict="",
)


@dataclass(frozen=True, slots=True)
class Moments:
    """When things happened, as far as the shop says."""

    change: datetime
    shipped: datetime
    refunded: datetime

    @classmethod
    def all_at(cls, moment: datetime) -> Moments:
        """Take all to have happened at once."""
        return cls(moment, moment, moment)

    @classmethod
    def stated_in(cls, one: OrderPlan, *, now: datetime) -> Moments:
        """Read them from a document; what it does not say happened now."""
        shipped = (row["shipped_at"] for row in one.fulfilments if row["shipped_at"])
        refunded = (row["at"] for row in one.refunds if row["at"])
        return cls(now, shipped=max(shipped, default=now), refunded=max(refunded, default=now))


def drafts_of(
    order: Order, before: Before, moments: Moments, *, actor: Actor, silent: bool
) -> list[Draft]:
    """Tell what is different from before: one event for each thing that happened."""
    return [
        Draft(order=order, kind=kind, at=at, actor=actor, data=data, is_silent=silent)
        for kind, at, data in [
            *_of_the_order(order, before, moments),
            *_of_goods(order, before, moments),
            *_of_money(order, before, moments),
        ]
    ]


Happening = tuple[OrderEvent, datetime, dict[str, Any]]


def _of_the_order(order: Order, before: Before, moments: Moments) -> Iterator[Happening]:
    if before.status == Status.DRAFT and order.status != Status.DRAFT:
        # Readers need not look for what they made of it before where it was never here before.
        yield OrderEvent.PLACED, order.placed_at, {} if before is NOTHING else {"was_here": True}
    if order.cancelled_at and not before.cancelled_at:
        yield OrderEvent.CANCELLED, order.cancelled_at, {}
    if before.cancelled_at and not order.cancelled_at:
        yield OrderEvent.REINSTATED, moments.change, {}
    if order.sync_conflict and order.sync_conflict != before.sync_conflict:
        yield OrderEvent.CONFLICT, moments.change, {"what": order.sync_conflict}


def _of_goods(order: Order, before: Before, moments: Moments) -> Iterator[Happening]:
    if order.fulfilment_status != before.fulfilment_status:
        if order.fulfilment_status == FulfilmentStatus.PARTIAL:
            yield OrderEvent.PARTLY_SHIPPED, moments.shipped, {}
        elif order.fulfilment_status == FulfilmentStatus.FULFILLED:
            yield OrderEvent.SHIPPED, moments.shipped, {}
    if order.delivery_status == DeliveryStatus.DELIVERED != before.delivery_status:
        yield OrderEvent.DELIVERED, moments.change, {}


def _of_money(order: Order, before: Before, moments: Moments) -> Iterator[Happening]:
    # A new order that is paid says so itself.
    is_news = before is not NOTHING and before.payment_status not in PAID
    if is_news and order.payment_status in PAID:
        yield OrderEvent.PAID, moments.change, {}
    gained = order.refunded_minor - before.refunded_minor
    if gained > 0:
        data = {"amount_minor": gained, "currency": order.currency}
        yield OrderEvent.REFUNDED, moments.refunded, data
