"""Orders from files: each row told, silent by default, and gone on with after a break."""

import csv
import json
import os
import subprocess
import sys
import time
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from merchants.models import StoreConnection
from orders.actions import imports
from orders.models import Event, EventDelivery, ImportRun, Order
from orders.sources.tabular import read_ndjson
from postpurchase.env import BASE_DIR
from tests.api.conftest import order
from tests.factories import MerchantFactory

HEADER = "Order ID;Bestellnummer;Datum;E-Mail;Artikel;Menge;Preis;Gesamt;Währung\n"


@pytest.fixture
def merchant(db):
    return MerchantFactory(slug="alma", currency="EUR")


@pytest.fixture
def write(tmp_path):
    def write(content, name="orders.ndjson"):
        path = tmp_path / name
        if isinstance(content, list):
            content = "".join(f"{json.dumps(each)}\n" for each in content)
        path.write_text(content, encoding="utf-8")
        return path

    return write


def run(path, *options):
    """Import a file; give the exit status, what was said, and the report."""
    out, errors, report = StringIO(), StringIO(), path.with_suffix(".report.csv")
    status = 0
    try:
        call_command(
            "import_orders", path, "--merchant", "alma", "--report", report, *options,
            stdout=out, stderr=errors,
        )  # fmt: skip
    except SystemExit as error:
        status = error.code
    except CommandError as error:
        status = error.returncode
        errors.write(str(error))
    rows = list(csv.reader(report.open())) if report.exists() else []
    return status, out.getvalue() + errors.getvalue(), rows[1:]


def test_a_file_is_taken_in_silently_and_again_without_effect(merchant, write):
    path = write([order(str(n), number=f"#{n}") for n in range(3)])

    status, said, report = run(path)

    assert status == 0
    assert report == [[str(n + 1), f"#{n}", "created", ""] for n in range(3)]
    assert "3 orders: 3 created, 0 updated, 0 unchanged, 0 outdated, 0 failed." in said
    assert {row.is_history for row in Order.every.all()} == {True}
    assert not EventDelivery.every.exists()
    [connection] = StoreConnection.every.filter(merchant=merchant)
    assert connection.kind == "file"
    assert Event.every.first().actor == "Import of orders.ndjson"

    status, said, report = run(path)

    assert (status, {row[2] for row in report}) == (0, {"unchanged"})
    assert Order.every.count() == 3


def test_with_notify_orders_are_told(merchant, write):
    run(write([order("1")]), "--notify")

    assert Order.every.get().is_history is False


def test_newer_older_and_bad_orders_are_told_apart(merchant, write):
    run(write([order("1"), order("2")]))
    path = write(
        [
            order("1", note="newer", updated_at="2026-12-01T00:00:00Z"),
            order("2", note="older", updated_at="2025-12-01T00:00:00Z"),
            order("3", total=1),
            order("4", placed_at="9999-12-31T23:59:59-12:00"),
            order("5", email="İ" * 500),
            order("6"),
        ],
        "later.ndjson",
    )

    status, said, report = run(path)

    assert status == 1
    assert [row[2] for row in report] == [
        "updated", "outdated", "failed", "failed", "failed", "created",
    ]  # fmt: skip
    assert "Line 3" in report[2][3]
    assert report[3][3] == "placed_at: Use a moment between the years 1900 and 2199."
    assert report[4][3] == "A value is too long or too large to be stored."
    assert "placed_at: Use a moment" in said


def test_a_spreadsheet_of_a_shop(merchant, write):
    path = write(
        HEADER
        + "A1;#1;20.11.2026 14:05;ines@example.com;Hemd;2;20,00;1.044,90;EUR\n"
        + "A1;;;;Hose;1;1.004,90;;\n"
        + "A2;#2;21.11.2026;ben@example.com;Hemd;1;x;20,00;EUR\n"
        + "A3;#3;21.11.2026;ben@example.com;Hemd;1;20,00;20,00;EUR\n",
        "orders.csv",
    )

    status, _, report = run(path)

    assert status == 1
    assert [row[2] for row in report] == ["created", "failed", "created"]
    stored = Order.every.get(external_id="A1")
    assert (stored.number, stored.total_minor, stored.lines.count()) == ("#1", 104490, 2)
    assert stored.placed_at.isoformat() == "2026-11-20T13:05:00+00:00"


def test_unusual_columns_are_mapped(merchant, write, tmp_path):
    columns = write('{"Who": "email", "Ref": "number", "Money": "total"}', "map.json")
    path = write("Ref,Date,Who,Money\n77,2026-11-20,ines@example.com,12.50\n", "odd.csv")

    assert run(path, "--map", columns)[0] == 0
    assert Order.every.get().email == "ines@example.com"


def test_dates_that_can_be_read_in_two_ways_are_asked_for(merchant, write):
    path = write("Order,Date,Total\n1,03/04/2026,5.00\n", "us.csv")

    status, said, _ = run(path)
    assert (status, "--date-order" in said) == (2, True)

    assert run(path, "--date-order", "mdy")[0] == 0
    assert Order.every.get().placed_at.month == 3


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("", "empty.csv"),
        ("hello\nworld\n", "words.csv"),
        ("{}\n", "none.ndjson"),
        ("\x00\x01\x02", "binary.csv"),
    ],
)
def test_a_file_without_orders_is_unusable(merchant, write, content, name):
    status, said, _ = run(write(content, name))

    assert status == 2
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "options",
    [
        ["--merchant", "nobody"],
        ["--map", "/nowhere.json"],
        ["--map", __file__],
        ["--report", "/nowhere/report.csv"],
    ],
)
def test_wrong_options_end_with_a_sentence(merchant, write, options):
    with pytest.raises(CommandError) as error:
        call_command("import_orders", write([order("1")]), "--merchant", "alma", *options)

    assert error.value.returncode == 2
    assert not Order.every.exists()


def test_a_missing_file_ends_with_a_sentence(merchant, tmp_path):
    assert run(tmp_path / "none.csv")[0] == 2


def test_a_rehearsal_writes_nothing_and_tells_what_the_import_then_does(merchant, write):
    run(write([order("1"), order("2")]))
    path = write(
        [
            order("1", note="newer", updated_at="2026-12-01T00:00:00Z"),
            order("2"),
            order("3", total=1),
            order("4"),
            order("4"),
            order("4", note="b", updated_at="2026-12-02T00:00:00Z"),
            order("4", note="a", updated_at="2026-12-01T00:00:00Z"),
            order("5", email="İ" * 500),
        ],
        "later.ndjson",
    )
    before = list(Order.every.values_list("pk", "version_hash"))
    runs, events = ImportRun.every.count(), Event.every.count()

    rehearsed = run(path, "--dry-run")

    assert list(Order.every.values_list("pk", "version_hash")) == before
    assert (ImportRun.every.count(), Event.every.count()) == (runs, events)
    done = run(path)
    assert rehearsed[2] == done[2]
    assert [row[2] for row in done[2]] == [
        "updated", "unchanged", "failed", "created", "unchanged", "updated", "outdated", "failed",
    ]  # fmt: skip


def test_a_rehearsal_remembers_from_batch_to_batch(merchant, write, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 1)
    path = write([order("1"), order("1"), order("1", note="x", updated_at="2027-01-01T00:00:00Z")])

    assert [row[2] for row in run(path, "--dry-run")[2]] == ["created", "unchanged", "updated"]
    assert not Order.every.exists()
    assert not StoreConnection.every.exists()


def break_after(monkeypatch, batches):
    """Let the import die after so many batches, as a kill or a lost database would."""
    take_in_rows = imports.take_in_rows
    left = [batches]

    def dying(*args, **kwargs):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return take_in_rows(*args, **kwargs)

    monkeypatch.setattr(imports, "take_in_rows", dying)


def test_a_broken_import_goes_on_after_the_last_batch(merchant, write, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    path = write([order(str(n)) for n in range(7)])
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        break_after(patch, 2)
        run(path)
    assert Order.every.count() == 4

    status, said, report = run(path)

    assert status == 0
    assert "Going on after 4 orders" in said
    assert "7 orders: 7 created" in said
    assert [row[0] for row in report] == ["1", "2", "3", "4", "5", "6", "7"]
    broken = ImportRun.every.get()
    assert (broken.rows_read, broken.orders_created) == (7, 7)
    assert broken.finished_at is not None


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_and_loses_and_doubles_nothing(write):
    merchant = MerchantFactory(slug="alma")
    path = write([order(str(n)) for n in range(3000)])
    url = urlsplit(os.environ["DATABASE_URL"])
    database = url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "manage.py", "import_orders", path, "--merchant", "alma"]
    environment = {**os.environ, "DATABASE_URL": database, "DEBUG": "1"}

    for _ in range(2):
        before = Order.every.count()
        child = subprocess.Popen(command, env=environment, cwd=BASE_DIR, stdout=subprocess.DEVNULL)
        while Order.every.count() <= before and child.poll() is None:
            time.sleep(0.02)
        child.kill()
        child.wait()
        assert 0 < Order.every.count() < 3000
        assert ImportRun.every.get().rows_read == Order.every.count()
    status, said, _ = run(path)

    assert (status, "3,000 orders: 3,000 created" in said) == (0, True)
    assert Order.every.of(merchant.pk).count() == 3000
    assert Event.every.filter(kind="order.placed").count() == 3000


def test_fresh_begins_at_the_first_row(merchant, write, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    path = write([order(str(n)) for n in range(5)])
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        break_after(patch, 1)
        run(path)

    _, _, report = run(path, "--fresh")

    assert [row[2] for row in report] == ["unchanged"] * 2 + ["created"] * 3


def test_another_file_does_not_go_on_with_a_broken_one(merchant, write, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 1)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        break_after(patch, 1)
        run(write([order("1"), order("2")]))

    _, said, report = run(write([order("3"), order("4")], "other.ndjson"))

    assert "Going on" not in said
    assert len(report) == 2


def test_two_imports_of_one_file_do_not_run_side_by_side(merchant, write):
    rows = list(read_ndjson(write([order("1")]).open("rb")))
    source = imports.Source(merchant.pk, "orders.ndjson", "digest", is_history=True)
    first, second = (imports.open_run(source, now=timezone.now()) for _ in range(2))
    imports.take_in_rows(source, first, rows, now=timezone.now())

    with pytest.raises(imports.RunTaken):
        imports.take_in_rows(source, second, rows, now=timezone.now())


def test_a_batch_and_its_progress_are_one_transaction(merchant, write, monkeypatch):
    rows = list(read_ndjson(write([order("1")]).open("rb")))
    source = imports.Source(merchant.pk, "orders.ndjson", "digest", is_history=True)
    progress = imports.open_run(source, now=timezone.now())
    monkeypatch.setattr(ImportRun, "save", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        imports.take_in_rows(source, progress, rows, now=timezone.now())

    assert not Order.every.exists()


def test_no_cell_of_the_report_is_a_formula(merchant, write):
    _, _, report = run(write([order("1", number="=1+1"), order("2", number="@x")]))

    assert [row[1] for row in report] == ["'=1+1", "'@x"]
