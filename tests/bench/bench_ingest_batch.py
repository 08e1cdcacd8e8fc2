"""Orders in by the batch API and by import, beside the same rows by batched INSERT.

python -m tests.bench.bench_ingest_batch
"""

import csv
import io
import json
import tempfile
import time
from pathlib import Path

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


def write_files(folder, documents):
    """Write the same orders as NDJSON and, a row an item, as CSV."""
    ndjson, table = folder / "orders.ndjson", folder / "orders.csv"
    ndjson.write_text("".join(f"{json.dumps(each)}\n" for each in documents))
    with table.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["Order ID", "Order number", "Date", "Email", "Currency", "Total", "Shipping", "Tax", "Item name", "SKU", "Quantity", "Price"]
        )  # fmt: skip
        rows.writerows(
            (
                each["external_id"], each["number"], each["placed_at"], each["email"], "EUR",
                each["total"], each["shipping"], each["tax"], line["title"], line["sku"],
                line["quantity"], line["unit_price"],
            )
            for each in documents
            for line in each["lines"]
        )  # fmt: skip
    return ndjson, table


def import_file(path, merchant):
    from django.core.management import call_command

    execute("TRUNCATE orders_importrun")
    call_command("import_orders", path, "--merchant", merchant.slug, stdout=io.StringIO())


def run():
    """Measure in turns, so that a noisy neighbour meets all alike."""
    client, merchant = program()
    documents = [document(number) for number in range(ORDERS)]
    body = json.dumps({"orders": documents}).encode()
    send(client, body)
    inserts = Inserts()
    with tempfile.TemporaryDirectory() as folder:
        ndjson, table = write_files(Path(folder), documents)
        ways = {
            "batched INSERT of the same rows": inserts,
            "batch API": lambda: send(client, body),
            "import of NDJSON": lambda: import_file(ndjson, merchant),
            "import of CSV": lambda: import_file(table, merchant),
        }
        times = {name: [] for name in ways}
        for _ in range(ground.ROUNDS):
            for name, act in ways.items():
                empty()
                times[name].append(timed(act))
    return tabled(times)


def tabled(times):
    wall = {name: ground.median([wall for wall, _ in runs]) for name, runs in times.items()}
    cpu = {name: ground.median([cpu for _, cpu in runs]) for name, runs in times.items()}
    bare, *ours = times
    return {
        "orders (3 lines each) a round": ORDERS,
        **{f"{name}, orders/s": ORDERS / wall[name] for name in times},
        **{f"{name}, ratio (goal 0.30)": wall[bare] / wall[name] for name in ours},
        **{f"{name}, CPU ms an order": cpu[name] / ORDERS * 1000 for name in times},
    }
