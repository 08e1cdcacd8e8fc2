"""Orders applied from the inbox, beside bare SQL that inserts the same rows.

Applied means: read from the inbox, order, lines, addresses, payment and event written, the event
read, the confirmation planned. Bare SQL writes what stays of that, an order in a transaction.
"""

import copy
import os
from uuid import uuid4

import psycopg2
from django.db import connection as database
from django.utils import timezone

from notifications.models import Message
from orders import timeline
from orders.actions import inbox
from orders.models import Address, Event, InboxEntry, Order, OrderLine, Payment
from orders.statuses import InboxState
from tests.bench import crews, ground, shop
from tests.bench.copies import OrderRows

ORDERS = ground.tiny(800, 60)  # in one measurement
PARTS = (OrderLine, Address, Payment, Event, Message)


class Inbox:
    """Fills the inbox with orders that nobody has seen."""

    def __init__(self, connection):
        self.connection = connection
        self.count = 0

    def fill(self, count):
        now = timezone.now()
        InboxEntry.every.bulk_create(
            InboxEntry(
                merchant_id=self.connection.merchant_id,
                connection=self.connection,
                event_key=post.event_id,
                topic="orders/create",
                body=post.body,
                received_at=now,
                next_at=now,
            )
            for post in shop.posts(self.connection, count, first=self.count)
        )
        self.count += count


def apply_all():
    """Do what the tasks do until nothing is left; give how many were applied."""
    total = 0
    while count := inbox.apply_due(now=timezone.now()):
        total += count
    while timeline.read_due(now=timezone.now()):
        pass
    return total


def applied(source, *, processes):
    """Measure how many orders a second so many processes apply, and the CPU of each order."""
    source.fill(ORDERS)
    before = Order.every.count()
    crew = crews.together(processes, lambda _index: apply_all)
    timeline.read_due(now=timezone.now())
    assert Order.every.count() - before == ORDERS, "not all were applied"
    assert not InboxEntry.every.filter(state=InboxState.PLANNED).exists()
    return ORDERS / crew.seconds, crew.cpu_seconds / ORDERS * 1000


def inserted(model, *, connections):
    """Measure how many orders a second bare SQL inserts over so many connections."""

    def prepare(_index):
        rows = [copy.deepcopy(model) for _ in range(ORDERS // connections)]
        for one in rows:
            one.rename(uuid4().hex)
        server = psycopg2.connect(os.environ["DATABASE_URL"])
        return lambda: insert_all(server, rows)

    crew = crews.together(connections, prepare)
    return sum(crew.results) / crew.seconds


def insert_all(server, rows):
    with server.cursor() as cursor:
        for one in rows:
            one.insert(cursor)
            server.commit()
    return len(rows)


def example(source):
    """Apply one order and take its rows as the model of all that bare SQL inserts."""
    apply_all()  # the shop's own
    source.fill(1)
    apply_all()
    order = Order.every.select_related("customer").latest("pk")
    rows = OrderRows(order, PARTS)
    counts = [len(part.values) for part in rows.parts]
    assert counts == [3, 1, 1, 1, 1], counts
    database.close()
    return rows


def run():
    source = Inbox(shop.open_shop())
    model = example(source)
    one, two, bare_one, bare_eight = [], [], [], []
    for _ in range(ground.ROUNDS):
        bare_one.append(inserted(model, connections=1))
        one.append(applied(source, processes=1))
        bare_eight.append(inserted(model, connections=8))
        two.append(applied(source, processes=2))
    speed_one, cpu = (ground.median(column) for column in zip(*one, strict=True))
    speed_two, _cpu = (ground.median(column) for column in zip(*two, strict=True))
    return {
        "lines an order": 3,
        "applied/s, 1 process": speed_one,
        "bare SQL/s, 1 connection": ground.median(bare_one),
        "ratio (goal ≥ 0.30)": speed_one / ground.median(bare_one),
        "applied/s, 2 processes": speed_two,
        "bare SQL/s, 8 connections": ground.median(bare_eight),
        "ratio, all there is (goal ≥ 0.30)": speed_two / ground.median(bare_eight),
        "applied, CPU ms an order": cpu,
    }
