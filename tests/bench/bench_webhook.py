"""Webhooks accepted by the real web server, beside the bare INSERT of the same rows.

Both go over 8 connections of one client process, in turns, each row in a commit of its own. Speed
is measured with all connections busy; waiting times at an even 100 a second, from the moment when
a request was due.
"""

import os

import psycopg2
from django.utils import timezone

from orders.actions.inbox import INSERT
from postpurchase.lib.ids import uuid7
from tests.bench import crews, ground, shop, web

CONNECTIONS = 8
SECONDS = ground.tiny(3.0, 0.5)
AT_MOST = int(2500 * SECONDS)  # requests made ready for one round
PER_SECOND = 100


def web_senders(port):
    def sender():
        wire = web.Wire(port)

        def send(post):
            status = wire.send(post)
            assert status == 200, status

        return send

    return [sender() for _ in range(CONNECTIONS)]


def bare_senders():
    def sender():
        connection = psycopg2.connect(os.environ["DATABASE_URL"])
        connection.autocommit = True
        cursor = connection.cursor()
        return lambda row: cursor.execute(INSERT, row)

    return [sender() for _ in range(CONNECTIONS)]


def rows(connection, posts):
    """Give what the web server would write for these deliveries."""
    now = timezone.now()
    return [
        [
            *(connection.merchant_id, str(uuid7()), connection.pk),
            *(post.event_id, "orders/create", post.body, now, now),
        ]
        for post in posts
    ]


def requests(connection, count):
    return [post.as_http() for post in shop.posts(connection, count)]


def measure(senders, make, *, at_rate):
    """Send from one other process."""

    def prepare(_index):
        ready, made = senders(), make()
        if at_rate:
            return lambda: web.at_a_rate(ready, made, per_second=PER_SECOND)
        return lambda: web.in_turns(ready, made, seconds=SECONDS)

    return crews.together(1, prepare)


class Side:
    """One of the two that are compared."""

    def __init__(self, senders, make):
        self.senders = senders
        self.make = make
        self.speeds, self.p50s, self.p99s = [], [], []

    def race(self):
        crew = measure(self.senders, lambda: self.make(AT_MOST), at_rate=False)
        self.speeds.append(crew.results[0] / crew.seconds)
        return crew.results[0]

    def walk(self):
        count = int(SECONDS * PER_SECOND)
        crew = measure(self.senders, lambda: self.make(count), at_rate=True)
        self.p50s.append(ground.percentile(crew.results[0], 50) * 1000)
        self.p99s.append(ground.percentile(crew.results[0], 99) * 1000)


def run():
    connection = shop.open_shop()
    bare = Side(bare_senders, lambda count: rows(connection, shop.posts(connection, count)))
    with web.serving() as server:
        ours = Side(lambda: web_senders(server.port), lambda count: requests(connection, count))
        cpu, count = 0.0, 0
        for _ in range(ground.ROUNDS):
            bare.race()
            before = crews.cpu_seconds(server.pid)
            count += ours.race()
            cpu += crews.cpu_seconds(server.pid) - before
        for _ in range(ground.ROUNDS):
            bare.walk()
            ours.walk()
    size = len(shop.posts(connection, 1)[0].body)
    return table(ours, bare, cpu_ms=cpu / count * 1000, size=size)


def table(ours, bare, *, cpu_ms, size):
    webhook, insert = ground.median(ours.speeds), ground.median(bare.speeds)
    return {
        "bytes of a delivery": size,
        "webhooks accepted/s, 2 workers": webhook,
        "bare INSERT of the same rows/s": insert,
        "ratio (goal ≥ 0.50)": webhook / insert,
        "webhook, CPU ms each (web processes)": cpu_ms,
        "webhook at 100/s, p50 ms": ground.median(ours.p50s),
        "webhook at 100/s, p99 ms (goal < 100)": ground.median(ours.p99s),
        "bare INSERT at 100/s, p50 ms": ground.median(bare.p50s),
        "bare INSERT at 100/s, p99 ms": ground.median(bare.p99s),
    }
