"""A real shop's orders: UCI Online Retail, read with nothing but the standard library.

* **Goods** are the stock codes that begin with five digits. That leaves out postage (POST, DOT,
  C2), manual entries (M), discounts (D), bank and Amazon charges, commission (CRUK), samples (S),
  pads (PADS), gift vouchers (gift_…) and a supplier's own codes (DCGS…).
* **Known customers** only: lines without a customer are left out.
* An **order** is an invoice with goods on it, placed when its first line was.
* A **refund** is an invoice that begins with C. It names no order, so it belongs to the customer's
  latest order placed no later than itself; without any it stays out.
"""

import csv
import gzip
import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from orders.models import Customer, RefundFact
from postpurchase.lib import bulk
from tests.factories import OrderFactory, StoreConnectionFactory

FILE = Path(__file__).resolve().parents[3] / "shared/data/online_retail/online_retail.csv.gz"
GOODS = re.compile(r"\d{5}")


@dataclass
class Invoice:
    number: str
    customer: str
    at: datetime
    pence: int = 0


def invoices():
    """Read the invoices of known customers that have goods on them, by number."""
    found = {}
    with gzip.open(FILE, "rt", newline="") as file:
        for row in csv.DictReader(file):
            if not row["CustomerID"] or not GOODS.match(row["StockCode"]):
                continue
            at = datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=UTC)
            number = row["InvoiceNo"]
            invoice = found.setdefault(number, Invoice(number, row["CustomerID"], at))
            invoice.at = min(invoice.at, at)
            invoice.pence += int(Decimal(row["UnitPrice"]) * 100) * int(row["Quantity"])
    return found


def load(merchant):
    """Write customers, orders and refunds by COPY; give the refunds that found no order."""
    found = invoices().values()
    placed = sorted((one for one in found if one.number[0] != "C"), key=by_age)
    connection = StoreConnectionFactory(merchant=merchant)
    names = sorted({one.customer for one in placed})
    people = [Customer(merchant=merchant, email=f"{name}@retail.example") for name in names]
    customers = dict(zip(names, bulk.insert(people), strict=True))
    orders = bulk.insert([an_order(connection, customers[one.customer], one) for one in placed])
    earlier = defaultdict(list)
    for one, order in zip(placed, orders, strict=True):
        earlier[one.customer].append((one.at, order))
    refunds, lost = [], []
    for one in sorted((one for one in found if one.number[0] == "C"), key=by_age):
        place = bisect_right([at for at, _order in earlier[one.customer]], one.at)
        if place:
            refunds.append(a_refund(earlier[one.customer][place - 1][1], one))
        else:
            lost.append(one)
    bulk.insert(refunds)
    return lost


def by_age(one):
    return one.at, one.number


def an_order(connection, customer, one):
    return OrderFactory.build(
        merchant=connection.merchant, connection=connection, customer=customer,
        external_id=one.number, number=one.number, number_key=one.number, email="", name="",
        placed_at=one.at, currency="GBP", subtotal_minor=one.pence, shipping_minor=0,
        tax_minor=0, total_minor=one.pence, status="shipped",
    )  # fmt: skip


def a_refund(order, one):
    return RefundFact(
        merchant_id=order.merchant_id, order=order, external_id=one.number, at=one.at,
        amount_minor=-one.pence, currency="GBP",
    )  # fmt: skip
