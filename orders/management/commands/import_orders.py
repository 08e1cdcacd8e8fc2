"""Take in the orders of a file: `manage.py import_orders orders.csv --merchant alma-fern`."""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils import timezone
from tqdm import tqdm

from merchants.models import Merchant
from orders.actions import imports
from orders.actions.imports import FAILED, Rehearsal, RunTaken, Source, Told
from orders.models import ImportRun
from orders.sources.tabular import Row, read_csv, read_ndjson
from orders.sources.tabular_cells import Habits
from postpurchase.lib.spreadsheets import guarded

SHOWN = 10
"""So many failed orders are named on the screen; a report names all."""


class Command(BaseCommand):
    """Reads CSV as shops and Excel write it, and NDJSON in the form of the API.

    Ends with 0 if all orders were taken in, 1 if some were not, 2 if nothing could be read.
    """

    help = "Take in the orders of a CSV or NDJSON file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be said on the command line."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--merchant", required=True, help="the merchant's short name")
        parser.add_argument("--format", choices=["auto", "csv", "ndjson"], default="auto")
        parser.add_argument("--map", type=Path, help="JSON file: {column header: our field}")
        parser.add_argument("--date-order", choices=["dmy", "mdy"], default="")
        parser.add_argument("--currency", help="where the file names none (else the merchant's)")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--report", type=Path, help="CSV file: what became of each order")
        parser.add_argument("--fresh", action="store_true", help="begin at the first row again")
        told = parser.add_mutually_exclusive_group()
        told.add_argument("--notify", action="store_true", help="shoppers get their messages")
        told.add_argument("--silent", action="store_true", help="nobody is told (the default)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file."""
        merchant = Merchant.objects.filter(slug=options["merchant"]).first()
        if merchant is None:
            raise unusable(f"There is no merchant “{options['merchant']}”.")
        with ExitStack() as stack:
            stream = stack.enter_context(opened(options["file"]))
            kind = format_of(stream, options)
            source = Source(
                merchant_id=merchant.pk,
                name=options["file"].name,
                digest=imports.digest_of(stream, kind, *ways_to_read(options)),
                is_history=not options["notify"],
            )
            rows = read(stream, kind, options, habits_of(merchant, options))
            run = None if options["dry_run"] else self._start(source, options)
            report = stack.enter_context(Report(options["report"], self.stderr, run))
            if run is None:
                rehearse(source, rows, stream, report)
            else:
                take_in(source, run, rows, stream, report)
        self._end(report, options)

    def _start(self, source: Source, options: dict[str, Any]) -> ImportRun:
        """Begin, or go on from where an earlier run was broken off."""
        if options["fresh"]:
            imports.abandon_run(source, now=timezone.now())
        run = imports.open_run(source, now=timezone.now())
        if run.rows_read:
            self.stdout.write(f"Going on after {run.rows_read:,} orders that were read before.")
        return run

    def _end(self, report: Report, options: dict[str, Any]) -> None:
        """Sum up, and end with a status that scripts can use."""
        counts = report.counts
        words = ", ".join(
            f"{counts[word]:,} {word}"
            for word in ("created", "updated", "unchanged", "outdated", FAILED)
        )
        would = "This would be the result: " if options["dry_run"] else ""
        self.stdout.write(f"{would}{sum(counts.values()):,} orders: {words}.")
        if counts[FAILED] == sum(counts.values()):
            raise unusable(report.first_reason or "There is no order in this file.")
        if counts[FAILED]:
            sys.exit(1)


class Report:
    """Counts what became of the orders, writes it to a file, and names the first failures.

    A run that goes on adds to the report of the one that was broken off.
    """

    def __init__(self, path: Path | None, screen: OutputWrapper, run: ImportRun | None) -> None:
        self.path = path
        self.screen = screen
        self.counts: Counter[str] = Counter(done_before(run) if run else {})
        self.goes_on = bool(run and run.rows_read)
        self.first_reason = ""
        self._shown = 0

    def __enter__(self) -> Report:
        if self.path:
            try:
                mode = "a" if self.goes_on else "w"
                self._file = self.path.open(mode, newline="", encoding="utf-8")
            except OSError as error:
                raise unusable(f"{self.path} cannot be written: {error.strerror}.") from None
            self._writer = csv.writer(self._file)
            if not self._file.tell():
                self._writer.writerow(("row", "order", "result", "reason"))
        return self

    def __exit__(self, *error: object) -> None:
        if self.path:
            self._file.close()

    def add(self, told: Sequence[Told]) -> None:
        """Add a batch."""
        for each in told:
            self.counts[each.result] += 1
            if each.result == FAILED:
                self._show(each)
        if self.path:
            self._writer.writerows(
                (each.row, guarded(each.order), each.result, guarded(each.reason)) for each in told
            )
            self._file.flush()

    def _show(self, failed: Told) -> None:
        self.first_reason = self.first_reason or failed.reason
        self._shown += 1
        if self._shown <= SHOWN:
            self.screen.write(f"{failed.row}: {failed.reason}")
        elif self._shown == SHOWN + 1:
            self.screen.write("More failed; --report names them all.")


def unusable(reason: str) -> CommandError:
    """Refuse a file as a whole."""
    return CommandError(reason, returncode=2)


def opened(path: Path) -> IO[bytes]:
    """Open the file."""
    try:
        return path.open("rb")
    except OSError as error:
        raise unusable(f"{path} cannot be read: {error.strerror}.") from None


def format_of(stream: IO[bytes], options: dict[str, Any]) -> str:
    """Give the format as stated, else by what the file begins with."""
    if options["format"] != "auto":
        return str(options["format"])
    start = stream.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    stream.seek(0)
    return "ndjson" if start.startswith(b"{") else "csv"


def ways_to_read(options: dict[str, Any]) -> tuple[str, ...]:
    """Give the options that change what a file says."""
    return options["date_order"], options["currency"] or "", repr(mapping_of(options))


def mapping_of(options: dict[str, Any]) -> dict[str, str] | None:
    """Read the file that says what its columns are."""
    if options["map"] is None:
        return None
    try:
        return msgspec.json.decode(options["map"].read_bytes(), type=dict[str, str])
    except OSError as error:
        raise unusable(f"{options['map']} cannot be read: {error.strerror}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise unusable(
            f'{options["map"]} is no JSON object such as {{"Order no": "number"}}: {error}.'
        ) from None


def habits_of(merchant: Merchant, options: dict[str, Any]) -> Habits:
    """Say how the file writes what can be read in two ways."""
    return Habits(
        date_order=options["date_order"],
        zone=merchant.zone,
        currency=(options["currency"] or merchant.currency).upper(),
    )


def read(stream: IO[bytes], kind: str, options: dict[str, Any], habits: Habits) -> Iterator[Row]:
    """Give the orders of the file, good and bad."""
    if kind == "ndjson":
        return read_ndjson(stream)
    return read_csv(stream, mapping_of(options), habits=habits)


def rehearse(source: Source, rows: Iterator[Row], stream: IO[bytes], report: Report) -> None:
    """Find out what would happen."""
    rehearsal = Rehearsal(source, now=timezone.now())
    for batch in progress(imports.batches(rows), stream):
        report.add(rehearsal(batch))


def take_in(
    source: Source, run: ImportRun, rows: Iterator[Row], stream: IO[bytes], report: Report
) -> None:
    """Take the file in."""
    try:
        for batch in progress(imports.batches(rows, skip=run.rows_read), stream):
            report.add(imports.take_in_rows(source, run, batch, now=timezone.now()))
    except RunTaken:
        raise unusable("Somebody else is importing this file at this moment.") from None
    imports.finish_run(run, now=timezone.now())


def done_before(run: ImportRun) -> dict[str, int]:
    """Give what a broken run had done."""
    return {
        "created": run.orders_created,
        "updated": run.orders_updated,
        "unchanged": run.orders_unchanged,
        FAILED: run.rows_failed,
    }


def progress(batches: Iterator[list[Row]], stream: IO[bytes]) -> Iterator[list[Row]]:
    """Show on a terminal how much of the file was read."""
    size = stream.seek(0, 2)
    stream.seek(0)
    with tqdm(total=size, unit="B", unit_scale=True, disable=None, leave=False) as bar:
        for batch in batches:
            yield batch
            bar.update(stream.tell() - bar.n)
