"""Try the estimator of delivery dates on the Olist orders, and print how well it did."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracking.backtest import Delivery, Levels, Report, backtest
from tracking.estimate import Range, Way, levels_of

SCORE_FROM = datetime(2017, 7, 1, tzinfo=UTC)
"""Before that too few parcels had arrived to learn from."""
FILES = ("orders.csv", "customers.csv", "sellers.csv", "order_items.csv")
HEADING = "| estimate | parcels | MAE (days) | ±2 days | in range | late | width (days) |"


@dataclass(frozen=True, slots=True)
class Bought:
    """An order of the past, and what its shop promised."""

    whole: Delivery
    promised_at: datetime

    @property
    def transit(self) -> Delivery:
        """Give its way alone, from the hand-over on."""
        assert self.whole.handed_at is not None
        return replace(self.whole, began_at=self.whole.handed_at, handed_at=None)


def globally(part: str, way: Way) -> list[str]:
    """Describe all ways alike."""
    return [f"{part} any"]


def by_lane(part: str, way: Way) -> list[str]:
    """Describe a way by the states where it begins and ends."""
    return [f"{part} any", f"{part} lane {way.from_region}>{way.to_region}"]


LEVELS: dict[str, Levels] = {
    "global histogram": globally,
    "lane (state > state)": by_lane,
    "Postpurchase": levels_of,
}


class Command(BaseCommand):
    """Estimate each order with what was known on its day; compare with when it came."""

    help = "Try the estimator of delivery dates on the Olist orders (Brazil, 2016 to 2018)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder with the files."""
        parser.add_argument("--olist", type=Path, required=True, help="folder of the CSV files")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a table for the hand-over and one for the purchase."""
        bought = list(read(options["olist"]))
        for title, rows in (
            ("From the hand-over to the door", [order.transit for order in bought]),
            ("From the purchase to the door", [order.whole for order in bought]),
        ):
            self.stdout.write(f"\n{title}\n\n{HEADING}\n|{'---|' * 7}")
            for name, levels in LEVELS.items():
                report = backtest(rows, score_from=SCORE_FROM, levels=levels)
                self.stdout.write(_row(name, report))
        self.stdout.write(_row("the shop’s promise", _promised(bought)))


def read(folder: Path) -> Iterator[Bought]:
    """Give the delivered orders whose moments are in order."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise CommandError(f"{folder} lacks {', '.join(missing)}.")
    people = {row["customer_id"]: row for row in _rows(folder / "customers.csv")}
    sellers = {row["seller_id"]: row for row in _rows(folder / "sellers.csv")}
    sold_by: dict[str, str] = {}
    for row in _rows(folder / "order_items.csv"):
        sold_by.setdefault(row["order_id"], row["seller_id"])
    for row in _rows(folder / "orders.csv"):
        seller = sellers.get(sold_by.get(row["order_id"], ""))
        began = _moment(row["order_purchase_timestamp"])
        handed = _moment(row["order_delivered_carrier_date"])
        ended = _moment(row["order_delivered_customer_date"])
        promised = _moment(row["order_estimated_delivery_date"])
        if seller and began and handed and ended and promised and began <= handed <= ended:
            way = _way(seller, people[row["customer_id"]])
            yield Bought(Delivery(began, ended, way, handed), promised)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _way(seller: dict[str, str], person: dict[str, str]) -> Way:
    return Way(
        from_country="BR",
        from_region=seller["seller_state"],
        from_postcode=seller["seller_zip_code_prefix"],
        to_country="BR",
        to_region=person["customer_state"],
        to_postcode=person["customer_zip_code_prefix"],
    )


def _promised(bought: list[Bought]) -> Report:
    """Take the shop's printed day as an estimate without a range; its day counts as a whole."""
    report = Report()
    for order in bought:
        if order.whole.began_at >= SCORE_FROM:
            days = (order.promised_at - order.whole.began_at).total_seconds() / 86400
            report.add(Range(0.0, days, days + 1, 0.0, "promise", days), order.whole.days)
    return report


def _row(name: str, report: Report) -> str:
    return (
        f"| {name} | {report.count:,} | {report.mean_error:.2f} | {report.within_two_days:.0%} "
        f"| {report.coverage:.1%} | {report.late_share:.1%} | {report.mean_width:.1f} |"
    )
