"""Makes up a shop's past for benchmarks and trials: tens of thousands of orders a second."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from merchants.models import Merchant, StoreConnection
from merchants.statuses import ConnectionKind
from orders.management.trial.sheets import without_indexes
from orders.management.trial.shop import BATCH, TABLES, Trial


class Command(BaseCommand):
    """Generate orders, told to nobody: no events are read, no mail goes out."""

    help = "Make up orders of a merchant, over three years, for benchmarks and trials."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask whose, how many, and of how many people."""
        parser.add_argument("--merchant", required=True, help="the shop’s short name")
        parser.add_argument("--count", type=int, default=10_000)
        parser.add_argument("--customers", type=int, help="a third of the orders if not given")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same orders")
        parser.add_argument(
            "--fast", action="store_true", help="drop indexes meanwhile, so work alone"
        )
        parser.add_argument("--yes", action="store_true", help="also where this is no demo")

    def handle(  # noqa: PLR0913  # one for each option
        self,
        *_args: Any,
        merchant: str,
        count: int,
        customers: int | None,
        seed: int,
        fast: bool,
        yes: bool,
        **_options: Any,
    ) -> None:
        """Write customers, then orders in batches, each in a transaction of its own."""
        if not (settings.DEMO or settings.DEBUG or yes):
            raise CommandError("This shop looks real. Made-up orders cannot be told apart: --yes")
        trial = Trial(
            connection=_connection_of(merchant),
            until=timezone.now(),
            seed=seed,
            customers=customers or max(count // 3, 1),
        )
        if trial.is_made():
            raise CommandError("These orders are there already. Another --seed makes others.")
        began = time.monotonic()
        with without_indexes(TABLES) if fast else nullcontext():
            _make(trial, count)
        seconds = time.monotonic() - began
        self.stdout.write(f"{count:,} orders in {seconds:.0f} s ({count / seconds:,.0f}/s)")


def _make(trial: Trial, count: int) -> None:
    with transaction.atomic():
        trial.make_customers()
    for first in range(0, count, BATCH):
        with transaction.atomic():
            _hurry()
            trial.make_orders(first, min(BATCH, count - first), of=count)


def _connection_of(slug: str) -> StoreConnection:
    shop = Merchant.objects.filter(slug=slug).first()
    if shop is None:
        raise CommandError(f"There is no merchant {slug!r}.")
    connection, _made = StoreConnection.every.get_or_create(
        merchant=shop, kind=ConnectionKind.FILE, defaults={"name": "Made up"}
    )
    return connection


def _hurry() -> None:
    """Do without what made-up rows do not need: they fit, and can be made again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SELECT current_setting('is_superuser')")
        if cursor.fetchone()[0] == "on":
            cursor.execute("SET LOCAL session_replication_role = replica")
