"""Shoppers as persons: who is meant, which orders are theirs, what is held of them. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Reverse

from merchants.models import Merchant
from orders.keys import number_key
from orders.models import (
    Address,
    Customer,
    Event,
    Fulfilment,
    Note,
    OneTimeCode,
    Order,
    OrderLine,
    OrderTag,
    OrderWord,
    Payment,
    RefundFact,
)
from orders.plan import phone_key
from orders.statuses import Status

FOUND_AT_MOST = 20
SHIPPED_LATELY = timedelta(days=30)
"""So long after the order was placed its parcel may still be under way."""
OPEN = (
    Status.PAYMENT_PENDING,
    Status.ON_HOLD,
    Status.PLACED,
    Status.PACKING,
    Status.PART_SHIPPED,
)
PARTS: tuple[type[models.Model], ...] = (
    OrderLine,
    Address,
    Payment,
    RefundFact,
    Fulfilment,
    Event,
    Note,
    OrderTag,
    OneTimeCode,
    OrderWord,
)
"""What hangs on an order, in the order in which it is listed."""


@dataclass(frozen=True, slots=True)
class Person:
    """A shopper of a merchant: an e-mail address, or where an order has none, that order."""

    merchant_id: int
    email: str = ""
    order: UUID | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """So many rows of a table."""

    model: type[models.Model]
    count: int


def find(merchant: Merchant, text: str) -> list[Person]:
    """Find whom an e-mail address, a phone number or an order number means, at most twenty."""
    words = text.strip()
    if "@" in words:
        email = words.lower()
        person = Person(merchant.pk, email=email)
        known = Customer.every.of(merchant.pk).filter(email=email).exists()
        return [person] if known or order_pks(person) else []
    orders = {order.pk: order for order in [*_numbered(merchant, words), *_called(merchant, words)]}
    persons = [person_of(order) for order in orders.values()]
    return list(dict.fromkeys(persons))[:FOUND_AT_MOST]


def person_of(order: Order) -> Person:
    """Give whose an order is."""
    if order.email:
        return Person(order.merchant_id, email=order.email)
    return Person(order.merchant_id, order=order.public_id)


def _numbered(merchant: Merchant, text: str) -> list[Order]:
    key = number_key(text)
    mine = Order.every.of(merchant.pk).filter(erased_at=None, number_key=key)
    return list(mine.order_by("-pk")[:FOUND_AT_MOST]) if key else []


def _called(merchant: Merchant, text: str) -> list[Order]:
    key = phone_key(text, merchant.country)
    if sum(map(str.isdigit, key)) < 6:
        return []
    # The index holds the digits from behind, for those who look for the last ones.
    called = Order.every.of(merchant.pk).exclude(phone_key="").alias(tail=Reverse("phone_key"))
    return list(called.filter(tail=key[::-1]).order_by("-pk")[:FOUND_AT_MOST])


def orders_of(person: Person) -> models.QuerySet[Order]:
    """Give a person's orders that are not erased: by address, and by account."""
    mine = Order.every.of(person.merchant_id).filter(erased_at=None)
    if person.order is not None:
        return mine.filter(public_id=person.order)
    by_address = mine.filter(email=person.email).values("pk")
    by_account = mine.filter(customer__in=customers(person)).values("pk")
    return Order.every.filter(pk__in=by_address.union(by_account))


def order_pks(person: Person) -> list[int]:
    """Name a person's orders that are not erased, in the order in which all lock them."""
    return list(orders_of(person).order_by("pk").values_list("pk", flat=True))


def customers(person: Person) -> models.QuerySet[Customer]:
    """Give a person's account, if there is one."""
    if not person.email:
        return Customer.every.none()
    return Customer.every.of(person.merchant_id).filter(email=person.email)


def held(pks: Sequence[int]) -> list[Held]:
    """Count what hangs on these orders, table by table, in one question."""
    counts = ", ".join(
        f'(SELECT count(*) FROM "{model._meta.db_table}" WHERE order_id = ANY(%(pks)s))'  # noqa: S608  # names of our own tables
        for model in PARTS
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", {"pks": list(pks)})
        found = cursor.fetchone()
    return [Held(model, count) for model, count in zip(PARTS, found, strict=True)]


def still_open(merchant_id: int, pks: Sequence[int], *, now: datetime) -> list[Order]:
    """Give the orders that goods or money still move for: parcels may take thirty days."""
    shipped_lately = Q(status=Status.SHIPPED, placed_at__gt=now - SHIPPED_LATELY)
    under_way = Q(status__in=OPEN) | shipped_lately
    orders = Order.every.of(merchant_id).filter(under_way, pk__in=list(pks))
    return list(orders.order_by("-placed_at", "-pk")[:FOUND_AT_MOST])
