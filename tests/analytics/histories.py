"""Random histories of a shop: orders come in, change, are refunded, cancelled and deleted."""

from datetime import UTC, datetime, timedelta
from random import Random

from orders.models import Order, RefundFact
from orders.statuses import Status
from tests.factories import CustomerFactory, OrderFactory, RefundFactory

START = datetime(2026, 1, 28, 20, tzinfo=UTC)
STATUSES = (Status.SHIPPED, Status.SHIPPED, Status.CANCELLED, Status.DRAFT, Status.REFUNDED)


class History:
    """A shop to which one thing after the other happens."""

    def __init__(self, shop, *, seed):
        self.shop, self.random = shop, Random(seed)
        self.people = [CustomerFactory(merchant=shop) for _ in range(4)]
        self.count = 0

    def go_on(self, steps):
        for _ in range(steps):
            acts = (
                [self.order] * 4 + [self.refund] * 3 + [self.change] * 2 + [self.move, self.delete]
            )
            self.random.choice(acts)()

    def order(self):
        self.count += 1
        prefix = "test:" if self.random.random() < 0.1 else "ext-"
        OrderFactory(
            merchant=self.shop,
            external_id=f"{prefix}{self.shop.pk}-{self.count}",
            customer=self.random.choice([*self.people, None]),
            # Few moments, so that some fall on one day, in one second, or around midnight.
            placed_at=START + timedelta(hours=self.random.randrange(0, 24 * 75, 3)),
            currency=self.random.choice(["EUR", "EUR", "EUR", "JPY"]),
            subtotal_minor=self.random.randrange(0, 9000),
            status=self.random.choice(STATUSES),
        )

    def change(self):
        if order := self._any():
            order.status = self.random.choice(STATUSES)
            order.subtotal_minor = self.random.randrange(0, 9000)
            order.placed_at += timedelta(hours=self.random.randrange(-30, 30))
            order.save()

    def refund(self):
        if order := self._any():
            at = order.placed_at + timedelta(days=self.random.randrange(40))
            currency = self.random.choice([order.currency, order.currency, "USD"])
            refund = RefundFactory(
                order=order, currency=currency, amount_minor=self.random.randrange(1, 3000), at=at
            )
            if self.random.random() < 0.2:
                RefundFact.every.filter(pk=refund.pk).update(at=None)
            order.save()

    def move(self):
        """Give an order to another person, or to nobody."""
        if order := self._any():
            order.customer = self.random.choice([*self.people, None])
            order.save()

    def delete(self):
        if (order := self._any()) and self.random.random() < 0.5:
            order.delete()

    def _any(self):
        orders = list(Order.every.filter(merchant=self.shop).order_by("pk"))
        return self.random.choice(orders) if orders else None
