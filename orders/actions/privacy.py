"""Erase a person from orders: the orders stay as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from orders import erasure
from orders.actions.intake import lock_orders
from orders.actions.traces import forget_deliveries, forget_words
from orders.keys import ADDED
from orders.models import (
    Address,
    Event,
    EventDelivery,
    Fulfilment,
    Note,
    OneTimeCode,
    Order,
    OrderTag,
    OrderWord,
    Payment,
    RefundFact,
)
from orders.people import Person, customers
from orders.statuses import OrderEvent
from orders.timeline import Actor, record
from postpurchase.lib.ids import uuid7

ERASED_HOST = "erased.invalid"
"""No mail can go there: RFC 2606 keeps .invalid free."""


def lock_order(pk: int) -> Order:
    """Lock an order against its shop, its readers and other people, as everybody locks it.

    Needs a transaction. Whoever reads its story has finished when this returns.
    """
    order = Order.every.get(pk=pk)
    lock_orders([(order.connection_id, order.external_id)])
    # Without the key: readers may still point to the order, and none waits for another in a ring.
    order = Order.every.select_for_update(of=("self",), no_key=True).get(pk=pk)
    list(EventDelivery.every.filter(order_id=pk).order_by("pk").select_for_update())
    return order


@transaction.atomic
def erase_order(order: Order, *, actor: Actor, now: datetime) -> None:
    """Make a locked order numbers: names, addresses, contacts, notes and tags go, for good."""
    Address.every.filter(order=order).update(**erasure.ADDRESS)
    Payment.every.filter(order=order).update(**erasure.PAYMENT)
    RefundFact.every.filter(order=order).update(**erasure.REFUND)
    Fulfilment.every.filter(order=order).update(**erasure.FULFILMENT)
    for pk in Fulfilment.every.filter(order=order, external_id__startswith=ADDED).values_list("pk"):
        Fulfilment.every.filter(pk=pk[0]).update(external_id=f"{ADDED}erased {pk[0]}")
    for model in (OneTimeCode, OrderTag, OrderWord, Note):
        model.every.filter(order=order).delete()
    EventDelivery.every.filter(order_id=order.pk).exclude(error="").update(error="")
    _erase_story(order)
    # Links to it die with their generation.
    values = {**erasure.ORDER, "erased_at": now, "updated_at": now}
    Order.every.filter(pk=order.pk).update(link_epoch=F("link_epoch") + 1, **values)
    record(order, OrderEvent.ERASED, at=now, actor=actor)


def _erase_story(order: Order) -> None:
    events = list(Event.every.filter(order=order).exclude(data={}).only("pk", "data"))
    changed = [event for event in events if erasure.untold(event.data) != event.data]
    for event in changed:
        event.data = erasure.untold(event.data)
    Event.every.bulk_update(changed, ["data"], batch_size=500)


@transaction.atomic
def erase_rest(person: Person, orders: Sequence[Order], *, now: datetime) -> list[int]:
    """Erase a person's account and what mentions them, once their orders are; give the accounts."""
    accounts = list(customers(person).select_for_update())
    for account in accounts:
        account.email = f"erased-{uuid7()}@{ERASED_HOST}"
        account.name = account.phone = ""
        account.save(update_fields=["email", "name", "phone"])
        # An order that came in meanwhile is a new customer's: nothing may tie it to the numbers.
        Order.every.filter(customer=account, erased_at=None).update(customer=None)
    forget_deliveries(person, orders)
    forget_words(person, orders, now=now)
    return [account.pk for account in accounts]
