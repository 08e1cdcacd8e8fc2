"""The Olist orders in ../shared/data: real parcels in Brazil, 2016 to 2018."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracking.backtest import Delivery
from tracking.estimate import Way

OLIST = Path(__file__).parents[3] / "shared" / "data" / "olist"
needs_olist = pytest.mark.skipif(
    not OLIST.is_dir(), reason="../shared/data/olist with the Olist orders is not there"
)


def rows(name):
    with (OLIST / name).open(newline="") as file:
        return list(csv.DictReader(file))


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def deliveries(start):
    """Give the delivered orders; the wait begins at `start`, a column of orders.csv."""
    people = {row["customer_id"]: row for row in rows("customers.csv")}
    sellers = {row["seller_id"]: row for row in rows("sellers.csv")}
    sold_by = {}
    for row in rows("order_items.csv"):
        sold_by.setdefault(row["order_id"], row["seller_id"])
    for row in rows("orders.csv"):
        seller = sellers.get(sold_by.get(row["order_id"], ""))
        handed = moment(row["order_delivered_carrier_date"])
        ended = moment(row["order_delivered_customer_date"])
        bought = moment(row["order_purchase_timestamp"])
        if not (seller and handed and ended and bought <= handed <= ended):
            continue
        person = people[row["customer_id"]]
        way = Way(
            from_country="BR",
            from_region=seller["seller_state"],
            from_postcode=seller["seller_zip_code_prefix"],
            to_country="BR",
            to_region=person["customer_state"],
            to_postcode=person["customer_zip_code_prefix"],
        )
        yield Delivery(moment(row[start]), ended, way)
