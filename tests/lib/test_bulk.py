"""Rows inserted by COPY are the rows that the ORM would have inserted."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DataError, IntegrityError

from orders.models import Event, Order
from orders.statuses import Status
from postpurchase.lib import bulk
from tests.factories import CustomerFactory, OrderFactory, connection_of

BLNS = Path(__file__).parents[2] / "../shared/data/hostile/blns.json"
HOSTILE = [
    "\\N",
    "\\.",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "\\t",
    "\\",
    "",
    "ș 🧥 \u202e",
    "'; DROP --",
    "{}",
]


def unsaved(count, **fields):
    customer = CustomerFactory()
    connection = connection_of(customer.merchant)
    return [
        Order(
            merchant=customer.merchant,
            connection=connection,
            customer=customer if place % 2 else None,
            external_id=f"{count}-{place}",
            number=f"#{place}",
            placed_at=datetime(2026, 11, 20, 12, 0, 0, place, tzinfo=UTC),
            currency="EUR",
            total_minor=-place,
            status=Status.PACKING,
            **fields,
        )
        for place in range(count)
    ]


def stored(rows):
    fields = [field.attname for field in Order._meta.concrete_fields]
    apart = {"id", "public_id", "external_id", "created_at", "updated_at", "customer_id"}
    kept = [name for name in fields if name not in apart | {"merchant_id", "connection_id"}]
    return list(Order.every.filter(pk__in=[row.pk for row in rows]).order_by("pk").values(*kept))


@pytest.mark.django_db
def test_few_and_many_rows_are_stored_alike():
    many, few = unsaved(bulk.FEW + 1), unsaved(bulk.FEW)

    bulk.insert(many)
    bulk.insert(few)

    assert stored(many)[: bulk.FEW] == stored(few)
    assert len({row.pk for row in many}) == bulk.FEW + 1


@pytest.mark.django_db
def test_rows_know_that_they_are_saved():
    rows = unsaved(20)
    bulk.insert(rows)

    rows[3].note = "later"
    rows[3].save()

    again = Order.every.get(pk=rows[3].pk)
    assert (again.number, again.note, again.public_id) == ("#3", "later", rows[3].public_id)
    assert again.created_at <= again.updated_at


@pytest.mark.django_db
def test_any_text_comes_back_as_it_was():
    texts = HOSTILE + (json.loads(BLNS.read_text()) if BLNS.exists() else [])
    texts = [text for text in texts if "\0" not in text]
    order = OrderFactory()
    events = [
        Event(merchant=order.merchant, order=order, kind="x", at=order.placed_at,
              actor=text[:200], data={"text": text, "parts": [text, None, 1.5, True]})
        for text in texts
    ]  # fmt: skip

    bulk.insert(events)

    rows = Event.every.order_by("pk").values_list("actor", "data")
    assert list(rows) == [
        (text[:200], {"text": text, "parts": [text, None, 1.5, True]}) for text in texts
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"note": "\0"}, DataError),
        ({"email": "x" * 501}, DataError),
        ({"total_minor": 10**19}, DataError),
        ({"payment_status": "lost"}, IntegrityError),
    ],
)
def test_what_cannot_be_stored_raises_as_ever_and_leaves_nothing(fields, error):
    rows = unsaved(20)
    for name, value in fields.items():
        setattr(rows[7], name, value)

    with pytest.raises(error):
        bulk.insert(rows)

    assert not Order.every.exists()


@pytest.mark.django_db
def test_nothing_is_nothing():
    assert bulk.insert([]) == []
