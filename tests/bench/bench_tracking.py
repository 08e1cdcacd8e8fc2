"""Tracking events in by webhook and by the batch API, beside raw COPY and INSERT of the same rows.

Webhooks: accepted over 8 connections by the real web server, each in a commit of its own; then
applied by one process, fifty and more at once. Raw Postgres writes the event rows that came of it.
"""

import io
import json
import time
from datetime import timedelta
from itertools import count

from django.db import connection as database
from django.utils import timezone

from tests.bench import crews, crowd, ground, shop, web
from tests.tracking.senders import signed

ORDERS = ground.tiny(500, 10)
PARCELS = 10
EVENTS = ground.tiny(4_000, 60)  # in a round
BATCH = 1_000
CONNECTIONS = 8
turns = count()


class Post:
    """One signed delivery about one scan."""

    def __init__(self, account, number, at):
        self.body = json.dumps(
            {
                "number": number,
                "carrier": "DHL",
                "events": [
                    {"at": at.isoformat(), "milestone": "in_transit", "code": "InTransit_003",
                     "text": "The shipment was processed in the parcel centre", "place": "Leipzig",
                     "country": "DE"},
                ],
            }
        ).encode()  # fmt: skip
        name = f"msg_{number}_{at.timestamp()}"
        self.headers = {
            "Content-Type": "application/json",
            **signed("generic", account.secret, self.body, event_id=name),
        }
        self.path = f"/hooks/carriers/generic/{account.public_id}/"

    def as_http(self):
        head = {"Host": "127.0.0.1", "Content-Length": str(len(self.body)), **self.headers}
        lines = [f"POST {self.path} HTTP/1.1", *(f"{name}: {text}" for name, text in head.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def run():
    from tests.factories import CarrierAccountFactory
    from tracking.models import Shipment

    connection = shop.open_shop()
    crowd.gather(connection, orders=ORDERS, parcels=PARCELS, events=5)
    account = CarrierAccountFactory(merchant=connection.merchant, source="generic",
                                    secret="whsec_" + "c2VjcmV0" * 4)  # fmt: skip
    rows = Shipment.every.filter(number_key__startswith="CROWD").order_by("public_id")
    numbers = list(rows.values_list("number", flat=True))
    accepted, applied, api, copied, inserted = [], [], [], [], []
    with web.serving() as server:
        for _ in range(ground.ROUNDS):
            accepted.append(accept(server, account, numbers))
            applied.append(apply())
            api.append(batch(connection, numbers))
            events = newest()
            copied.append(copy(events))
            inserted.append(insert(events))
    middle = ground.median
    return {
        "webhooks accepted/s, 2 workers": middle(accepted),
        "events applied/s, 1 process": middle(applied),
        "events by batch API/s, 1 process": middle(api),
        "raw COPY of the rows/s": middle(copied),
        "raw INSERT, a row each commit/s": middle(inserted),
        "accepted, ratio to INSERT": middle(accepted) / middle(inserted),
        "applied, ratio to COPY": middle(applied) / middle(copied),
        "batch API, ratio to COPY": middle(api) / middle(copied),
    }


def _moment():
    return timezone.now() - timedelta(seconds=next(turns) % 3000)


def accept(server, account, numbers):
    posts = [Post(account, numbers[n % len(numbers)], _moment()).as_http() for n in range(EVENTS)]

    def prepare(_index):
        senders = [web.Wire(server.port).send for _ in range(CONNECTIONS)]
        return lambda: web.in_turns(senders, posts, seconds=20)

    crew = crews.together(1, prepare)
    return crew.results[0] / crew.seconds


def apply():
    from tracking.actions import inbox

    done, began = 0, time.perf_counter()
    while taken := inbox.apply_due(now=timezone.now(), limit=100):
        done += taken
    return done / (time.perf_counter() - began)


def batch(connection, numbers):
    from orders.statuses import ActorKind
    from orders.timeline import Actor
    from tracking.api.batch import take_in_events
    from tracking.api.reading import read_events

    bodies = []
    for start in range(0, EVENTS, BATCH):
        events = [
            {"number": numbers[n % len(numbers)], "at": _moment().isoformat(),
             "milestone": "in_transit", "text": "Processed", "place": "Leipzig", "country": "DE"}
            for n in range(start, min(start + BATCH, EVENTS))
        ]  # fmt: skip
        bodies.append(json.dumps({"events": events}).encode())
    began, actor = time.perf_counter(), Actor(ActorKind.PROGRAM)
    for body in bodies:
        take_in_events(
            read_events(body).events,
            merchant_id=connection.merchant_id,
            actor=actor,
            now=timezone.now(),
        )
    return EVENTS / (time.perf_counter() - began)


def newest():
    """Give the rows that came in last, as text for COPY."""
    output = io.StringIO()
    with database.cursor() as cursor:
        cursor.copy_expert(
            "COPY (SELECT merchant_id, shipment_id, identity, occurred_at, received_at, source, "
            "milestone, cause, is_delay, is_synthetic, is_override, said_by, to_addressee, "
            "is_day_only, zone_assumed, code, text, place, country FROM tracking_trackingevent "
            f"ORDER BY id DESC LIMIT {EVENTS}) TO STDOUT",
            output,
        )
    return output.getvalue()


COLUMNS = (
    "merchant_id, shipment_id, identity, occurred_at, received_at, source, milestone, cause, "
    "is_delay, is_synthetic, is_override, said_by, to_addressee, is_day_only, zone_assumed, code, "
    "text, place, country"
)


def copy(events):
    text = "".join(_renamed(line, "c") for line in events.splitlines(keepends=True))
    began = time.perf_counter()
    with database.cursor() as cursor:
        cursor.copy_expert(f"COPY tracking_trackingevent ({COLUMNS}) FROM STDIN", io.StringIO(text))
    return EVENTS / (time.perf_counter() - began)


def insert(events):
    rows = [_renamed(line, "i").rstrip("\n").split("\t") for line in events.splitlines(True)]
    rows = [[None if cell == "\\N" else cell for cell in row] for row in rows[: EVENTS // 4]]
    marks = ", ".join(["%s"] * len(rows[0]))
    statement = f"INSERT INTO tracking_trackingevent ({COLUMNS}) VALUES ({marks})"
    began = time.perf_counter()
    with database.cursor() as cursor:
        for row in rows:
            cursor.execute(statement, row)
    return len(rows) / (time.perf_counter() - began)


def _renamed(line, mark):
    cells = line.split("\t")
    cells[2] = f"{mark}{next(turns)}"
    return "\t".join(cells)
