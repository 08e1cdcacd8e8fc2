"""Take in the parcels of a file: `manage.py import_shipments parcels.csv --merchant alma-fern`."""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from merchants.models import Merchant, StoreConnection
from orders.sources.tabular_cells import Habits
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.lib.spreadsheets import guarded
from tracking.actions.sheets import FAILED, Sheet, Told, rehearse_sheet, take_in_sheet
from tracking.tabular import read_sheet

SHOWN = 10
"""So many failed rows are named on the screen; a report names all."""


class Command(BaseCommand):
    """Reads CSV with the columns of Advanced Shipment Tracking, or such as people name them.

    Ends with 0 if all parcels were taken in, 1 if some were not, 2 if nothing could be read.
    """

    help = "Take in the parcels of a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be said on the command line."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--merchant", required=True, help="the merchant's short name")
        parser.add_argument("--connection", help="id of one connection: only its orders are meant")
        parser.add_argument("--date-order", choices=["dmy", "mdy"], default="")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--report", type=Path, help="CSV file: what became of each parcel")
        parser.add_argument("--silent", action="store_true", help="nobody is told that they left")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file."""
        merchant = Merchant.objects.filter(slug=options["merchant"]).first()
        if merchant is None:
            raise unusable(f"There is no merchant “{options['merchant']}”.")
        sheet = Sheet(
            merchant_id=merchant.pk,
            actor=Actor(ActorKind.PROGRAM, options["file"].name),
            connection=connection_of(merchant, options["connection"]),
            is_history=options["silent"],
        )
        habits = Habits(date_order=options["date_order"], zone=merchant.zone)
        work = rehearse_sheet if options["dry_run"] else take_in_sheet
        try:
            with options["file"].open("rb") as stream:
                told = list(work(sheet, read_sheet(stream, habits=habits), now=timezone.now()))
            if options["report"]:
                write_report(options["report"], told)
        except OSError as error:
            raise unusable(f"{error.filename}: {error.strerror}.") from None
        self._end(told, options)

    def _end(self, told: list[Told], options: dict[str, Any]) -> None:
        """Sum up, and end with a status that scripts can use."""
        failed = [each.reason for each in told if each.result == FAILED]
        for reason in failed[:SHOWN]:
            self.stderr.write(reason)
        if len(failed) > SHOWN:
            self.stderr.write("More failed; --report names them all.")
        counts = Counter(each.result for each in told)
        words = ", ".join(
            f"{counts[word]:,} {word}" for word in ("created", "updated", "unchanged", FAILED)
        )
        would = "This would be the result: " if options["dry_run"] else ""
        self.stdout.write(f"{would}{len(told):,} parcels: {words}.")
        if len(failed) == len(told):
            raise unusable(failed[0] if failed else "There is no parcel in this file.")
        if failed:
            sys.exit(1)


def connection_of(merchant: Merchant, public_id: str | None) -> StoreConnection | None:
    """Find the connection that is named, if one is."""
    if not public_id:
        return None
    try:
        return StoreConnection.every.of(merchant.pk).get(public_id=public_id)
    except (StoreConnection.DoesNotExist, ValidationError):
        raise unusable(f"There is no connection “{public_id}”.") from None


def write_report(path: Path, told: Iterable[Told]) -> None:
    """Write what became of each parcel."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("row", "order", "number", "result", "reason"))
        writer.writerows(
            (each.row, guarded(each.order), guarded(each.number), each.result, guarded(each.reason))
            for each in told
        )


def unusable(reason: str) -> CommandError:
    """Refuse a file as a whole."""
    return CommandError(reason, returncode=2)
