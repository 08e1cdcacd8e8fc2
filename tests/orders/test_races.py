"""Many at once, with real threads and a real Postgres: one event, one order, one message."""

import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.models import Message
from orders import timeline
from orders.actions.facts import OrderUnknown, apply_fact
from orders.actions.inbox import apply_due
from orders.actions.intake import Intake, take_in
from orders.models import Event, InboxEntry, Order
from orders.sources.base import FulfilmentStated, OrderStated, RefundStated
from orders.sources.document import (
    FulfilmentDoc,
    LineDoc,
    OrderDoc,
    QuantityOf,
    RefundDoc,
)
from orders.statuses import OrderEvent
from tests.factories import StoreConnectionFactory
from tests.shop import post_shopify, shopify_order

PLACED = datetime(2026, 11, 21, 9, tzinfo=UTC)


def in_threads(work, jobs, *, threads=8):
    def run(job):
        try:
            return work(job)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, jobs))


def drain(_):
    while apply_due(now=timezone.now(), limit=7) or timeline.read_due(now=timezone.now(), limit=7):
        pass


@pytest.mark.django_db(transaction=True)
def test_each_of_many_deliveries_posted_five_times_is_one_order_and_one_message():
    shopify = StoreConnectionFactory(kind="shopify")
    jobs = [shopify_order(number, minutes_ago=2) for number in range(60)] * 5
    random.Random(7).shuffle(jobs)

    answers = in_threads(
        lambda document: (
            post_shopify(
                Client(), shopify, "orders/create", document, event_id=document["name"]
            ).status_code
        ),
        jobs,
    )
    in_threads(drain, range(4), threads=4)
    drain(None)

    assert set(answers) == {200}
    assert InboxEntry.every.count() == 60
    assert Order.every.count() == 60
    assert Event.every.filter(kind=OrderEvent.PLACED).count() == 60
    assert Message.every.count() == 60


@pytest.mark.django_db(transaction=True)
def test_one_order_stated_by_eight_at_once_ends_at_its_newest_version():
    shop = StoreConnectionFactory(kind="api")
    docs = [an_order(updated=minute, total=f"{minute}.00") for minute in range(1, 33)]
    random.Random(3).shuffle(docs)

    in_threads(lambda doc: take_in(Intake(shop, now=timezone.now()), [doc]), docs)

    order = Order.every.get()
    assert order.total_minor == 3200
    assert order.lines.count() == 1
    assert Event.every.filter(kind=OrderEvent.PLACED).count() == 1


def an_order(*, updated, total="30.00", **more):
    line = LineDoc(external_id="L1", title="Mug", quantity=3, total=total)
    return OrderDoc(
        external_id="gid://shopify/Order/1",
        number="#1",
        currency="EUR",
        placed_at=PLACED,
        updated_at=PLACED + timedelta(minutes=updated),
        email="ana@example.com",
        lines=(line,),
        subtotal=total,
        total=total,
        **{"payment": "paid", **more},
    )


def parcel(key, quantity, *, updated, state="success"):
    return FulfilmentDoc(
        external_id=key,
        state=state,
        carrier="DHL",
        updated_at=PLACED + timedelta(minutes=updated),
        lines=(QuantityOf(line_id="L1", quantity=quantity),),
    )


ORDER_ID = "gid://shopify/Order/1"
HISTORY = [
    OrderStated(an_order(updated=1, payment="pending")),
    OrderStated(an_order(updated=5)),
    OrderStated(an_order(updated=9, note="Leave it with the neighbour")),
    FulfilmentStated(ORDER_ID, parcel("F1", 1, updated=10)),
    FulfilmentStated(ORDER_ID, parcel("F1", 2, updated=12)),
    FulfilmentStated(ORDER_ID, parcel("F2", 1, updated=14)),
    FulfilmentStated(ORDER_ID, parcel("F2", 1, updated=16, state="cancelled")),
    RefundStated(ORDER_ID, RefundDoc(external_id="R1", amount="10.00")),
]


def state_after(history):
    connection = StoreConnectionFactory(kind="shopify")
    intake = Intake(connection, now=PLACED + timedelta(hours=1))
    waiting = list(history)
    while waiting:
        again = []
        for fact in waiting:
            try:
                apply_fact(intake, fact)
            except OrderUnknown:
                again.append(fact)
        waiting = again
    order = Order.every.get(connection=connection)
    return (
        order.status,
        order.payment_status,
        order.fulfilment_status,
        order.refunded_minor,
        order.note,
        order.version_at,
        list(order.lines.values_list("ordered", "fulfilled")),
        sorted(order.fulfilments.values_list("external_id", "state", "version_at")),
    )


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(len(HISTORY))), again=st.lists(st.integers(0, 7), max_size=5))
def test_a_history_in_any_order_and_doubled_ends_in_the_same_state(django_db_blocker, order, again):
    expected = (
        "part_shipped",
        "partially_refunded",
        "partial",
        1000,
        "Leave it with the neighbour",
    )

    found = state_after([HISTORY[index] for index in [*order, *again]])

    assert found[:5] == expected
    assert found[6] == [(3, 2)]
    assert [row[:2] for row in found[7]] == [("F1", "success"), ("F2", "cancelled")]


@pytest.mark.django_db
def test_the_due_scan_reads_its_partial_index():
    shop = StoreConnectionFactory(kind="shopify")
    now = timezone.now()
    rows = (
        InboxEntry(
            merchant=shop.merchant, connection=shop, event_key=str(number), topic="orders/create",
            body=json.dumps({"n": number}).encode(), received_at=now, next_at=now,
            state="planned" if number % 1000 == 0 else "done",
        )
        for number in range(20_000)
    )  # fmt: skip
    for batch in itertools.batched(rows, 5000) if hasattr(itertools, "batched") else [list(rows)]:
        InboxEntry.every.bulk_create(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_inboxentry")
        due = InboxEntry.every.filter(state="planned", next_at__lte=now).order_by("next_at", "id")
        plan = due.select_for_update(skip_locked=True)[:50].explain()

    assert "orders_inbox_due" in plan
    assert "Seq Scan" not in plan
