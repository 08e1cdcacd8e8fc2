"""Orders in by the batch API and by import, beside the same rows by batched INSERT.

python -m tests.bench.bench_ingest_batch
"""

import json
import time

from tests.bench import ground

ORDERS = ground.tiny(1000, 60)
TABLES = (
    "orders_customer", "orders_product", "orders_order", "orders_orderline", "orders_address",
    "orders_payment", "orders_refundfact", "orders_fulfilment", "orders_event",
    "orders_eventdelivery",
)  # fmt: skip


def document(number, *, lines=3):
    """Give an order as a shop states it: three lines, an address, a payment."""
    return {
        "external_id": f"order-{number}",
        "number": f"#{number}",
        "currency": "EUR",
        "placed_at": "2026-11-20T14:05:00+01:00",
        "updated_at": "2026-11-20T14:05:12+01:00",
        "email": f"shopper-{number}@example.com",
        "phone": "+49 170 5550123",
        "locale": "de",
        "ship_to": {
            "name": "Ines Weber", "street": "Kastanienallee 12", "postcode": "10435",
            "city": "Berlin", "country": "DE",
        },
        "lines": [
            {
                "external_id": str(line), "title": f"Linen shirt {line}", "variant": "Sand / M",
                "sku": f"LIN-{line}", "product_id": f"{(number + line) % 200}", "quantity": 1,
                "unit_price": "20.00", "tax": "3.19", "total": "20.00",
            }
            for line in range(lines)
        ],
        "subtotal": "60.00", "shipping": "4.90", "tax": "10.36", "tax_included": True,
        "total": "64.90", "payment": "paid",
        "payments": [{"external_id": "p", "method": "Visa", "last4": "4242", "amount": "64.90"}],
    }  # fmt: skip


def execute(statement, parameters=None):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def empty():
    execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")


def timed(act):
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


class Inserts:
    """The rows that are in the tables now, to be inserted again in batches of a statement each."""

    def __init__(self):
        self.statements = []
        for table in TABLES:
            names = [
                row[0]
                for row in execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                    " ORDER BY ordinal_position",
                    [table],
                )
            ]
            columns = ", ".join(f'"{name}"' for name in names)
            # As text, and back by the column's type: what a driver would send.
            texts = ", ".join(f'"{name}"::text' for name in names)
            rows = execute(f"SELECT {texts} FROM {table}")
            if rows:
                self.statements.append((f"INSERT INTO {table} ({columns}) VALUES %s", rows))

    def __call__(self):
        from django.db import connection, transaction
        from psycopg2.extras import execute_values

        with transaction.atomic(), connection.cursor() as cursor:
            for statement, rows in self.statements:
                execute_values(cursor.cursor, statement, rows, page_size=1000)


def program():
    from django.test import Client

    from tests.factories import ApiKeyFactory

    key = ApiKeyFactory()
    return Client(headers={"Authorization": f"Bearer {key.plain}"}), key.merchant


def send(client, body):
    answer = client.post("/api/v1/orders/batch", body, content_type="application/json")
    assert answer.status_code == 200, answer.content[:500]
    assert answer.json()["created"] == ORDERS, answer.content[:500]


def run():
    """Measure in turns, so that a noisy neighbour meets both alike."""
    client, _ = program()
    documents = [document(number) for number in range(ORDERS)]
    body = json.dumps({"orders": documents}).encode()
    send(client, body)
    inserts = Inserts()
    ours, theirs = [], []
    for _ in range(ground.ROUNDS):
        empty()
        theirs.append(timed(inserts))
        empty()
        ours.append(timed(lambda: send(client, body)))
    api, bare = (ORDERS / ground.median([wall for wall, _ in runs]) for runs in (ours, theirs))
    return {
        "orders a batch": ORDERS,
        "lines an order": 3,
        "batch API, orders/s": api,
        "batched INSERT of the same rows, orders/s": bare,
        "ratio (goal 0.30)": api / bare,
        "batch API, CPU ms an order": ground.median([cpu for _, cpu in ours]) / ORDERS * 1000,
        "batched INSERT, CPU ms an order": ground.median([cpu for _, cpu in theirs])
        / ORDERS
        * 1000,
    }
