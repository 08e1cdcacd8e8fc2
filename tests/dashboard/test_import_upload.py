"""A file on its way from upload to imported orders."""

import csv
import io
import json
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from merchants.models import PersonalDataLook
from merchants.statuses import Role
from orders.actions import imports, retention, upload_work
from orders.models import Event, EventDelivery, ImportProblem, ImportRun, ImportUpload, Order
from orders.sources.tabular_columns import FIELDS
from postpurchase.dashboard.connections import import_forms
from postpurchase.dashboard.connections.fields import GROUPS
from tests.api.conftest import order
from tests.factories import (
    ImportProblemFactory,
    ImportUploadFactory,
    MembershipFactory,
    MerchantFactory,
)

pytestmark = pytest.mark.django_db

GERMAN = (
    "Vorgang;Wann;Mail;Ware;Stück;Einzelpreis;Gesamtsumme\n"
    "1042;31.12.2025 14:05;ines@example.com;Tasse;2;12,00;1.228,90\n"
    "1043;02.01.2026;ben@example.com;Krug;1;x;20,00\n"
    "1044;03.01.2026;=cmd;Krug;1;20,00;20,00\n"
)
MAPPING = ["number", "placed_at", "email", "title", "quantity", "unit_price", "total"]


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def shop():
    return MerchantFactory(currency="EUR", zone_name="Europe/Berlin")


@pytest.fixture
def owner(client, shop):
    member = MembershipFactory(merchant=shop, role=Role.OWNER)
    client.force_login(member.user)
    return member.user


def url(name, shop, row=None):
    args = [shop.slug, row.public_id] if row else [shop.slug]
    return reverse(f"dashboard:connections_{name}", args=args)


def text(response):
    return response.content.decode()


def ndjson(*orders):
    return "".join(f"{json.dumps(each)}\n" for each in orders).encode()


def send(client, shop, content, name="orders.csv"):
    return client.post(url("upload", shop), {"file": SimpleUploadedFile(name, content)})


def uploaded(client, shop, content, name="orders.csv"):
    answer = send(client, shop, content, name)
    assert answer.status_code == 302, text(answer)
    return ImportUpload.every.order_by("-pk").first()


def work(busy_for=60.0, now=None):
    """Do what a worker does in one turn."""
    upload_work.reap(now=now or timezone.now())
    upload = upload_work.take_next(now=now or timezone.now())
    if upload is not None:
        upload_work.work(upload, clock=timezone.now, busy_for=busy_for)


def fresh(row):
    return type(row).every.get(pk=row.pk)


# --- The whole way -------------------------------------------------------------------------------


def test_from_upload_by_check_to_orders(client, shop, owner):
    row = uploaded(client, shop, ndjson(*(order(str(n), number=f"#{n}") for n in range(3))))
    work()

    assert fresh(row).expected == {"created": 3}
    assert not Order.every.exists()
    assert not ImportRun.every.exists()
    page = text(client.get(url("import", shop, row)))
    assert "Import 3 orders" in page
    assert "#2" in page

    client.post(url("import_start", shop, row))
    client.post(url("import_start", shop, row))  # a double click
    work()
    work()

    done = fresh(row)
    assert (done.state, done.result, done.run.orders_created) == ("done", {"created": 3}, 3)
    assert {each.is_history for each in Order.every.all()} == {True}
    assert not EventDelivery.every.exists()
    assert "Imported" in text(client.get(url("import", shop, row)))
    assert "orders.csv" in text(client.get(url("imports", shop)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_a_german_export_with_its_own_words_is_mapped(client, shop, owner, encoding):
    row = uploaded(client, shop, GERMAN.encode(encoding))
    work()
    page = client.get(url("import", shop, row))
    assert "No order can be imported" in text(page)
    assert [column.header for column, _ in page.context["form"].pairs][4] == "Stück"

    answer = client.post(url("import_columns", shop, row), chosen(MAPPING))
    assert answer.status_code == 302
    work()

    checked = fresh(row)
    assert checked.expected == {"created": 2, "failed": 1}
    assert checked.mapping["Vorgang"] == "number"
    [problem] = ImportProblem.every.all()
    assert (problem.row, problem.column) == (3, "Einzelpreis")
    assert problem.reason == "“x” is no amount of money."
    page = client.get(url("import", shop, row))
    assert [column.field for column, _ in page.context["form"].pairs] == MAPPING
    assert "€1,228.90" in text(page)
    client.post(url("import_start", shop, row))
    work()
    stored = Order.every.get(external_id="1042")
    assert (stored.total_minor, stored.email) == (122890, "ines@example.com")
    assert stored.placed_at.isoformat() == "2025-12-31T13:05:00+00:00"


def chosen(fields, **more):
    return {f"column-{place}": field for place, field in enumerate(fields)} | more


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([""] * 7, "Choose the column that holds the order number."),
        (["number", "", "", "", "", "", "total"], "Choose the column that holds the order date."),
        (["number", "placed_at", "email", "email", "", "", ""], "is chosen for two columns"),
        (["number", "placed_at", "nonsense", "", "", "", ""], "nonsense is not one of"),
    ],
)
def test_columns_that_cannot_be_are_refused(client, shop, owner, fields, said):
    row = uploaded(client, shop, GERMAN.encode())

    answer = client.post(url("import_columns", shop, row), chosen(fields))

    assert answer.status_code == 422
    assert said in text(answer)
    assert fresh(row).mapping == {}


def test_a_column_is_left_out(client, shop, owner):
    content = b"Order,Date,Email,Total\n1,2026-01-02,a@b.example,5.00\n"
    row = uploaded(client, shop, content)

    client.post(url("import_columns", shop, row), chosen(["number", "placed_at", "", "total"]))
    work()
    client.post(url("import_start", shop, row))
    work()

    assert Order.every.get().email == ""


def test_dates_in_two_ways_are_asked_for(client, shop, owner):
    row = uploaded(client, shop, b"Order,Date,Total\n1,03/04/2026,5.00\n")
    work()
    [problem] = ImportProblem.every.all()
    assert problem.reason.endswith("may be day/month or month/day; say which.")

    client.post(
        url("import_columns", shop, row),
        chosen(["number", "placed_at", "total"], date_order="mdy", currency="usd"),
    )
    work()
    client.post(url("import_start", shop, row))
    work()

    stored = Order.every.get()
    assert (stored.placed_at.month, stored.currency) == (3, "USD")


def test_our_fields_all_have_a_name():
    assert {field for _, fields in GROUPS for field, _ in fields} == set(FIELDS)


# --- What is no list of orders -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04\x14\0rest", "This is a compressed file"),
        (b"PK\x03\x04\x14\0[Content_Types].xml", "This is a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is a workbook of an old Excel"),
        (b"\x1f\x8b\x08", "This is a compressed file"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"<!doctype html><html>", "This is a web page or XML"),
        (b'[{"number": 1}]', "This is one JSON list"),
        (bytes(range(256)) * 10, "This is no text"),
        (b"\0" * 5000, "This is no text"),
    ],
)
def test_files_of_other_kinds_are_refused_with_what_to_do(client, shop, owner, content, said):
    answer = send(client, shop, content)

    assert answer.status_code == 422
    assert said in text(answer)
    assert not ImportUpload.every.exists()
    assert default_storage.listdir("")[0] == []


def test_a_line_without_end_is_refused_in_the_check(client, shop, owner):
    row = uploaded(client, shop, b"Order,Date,Total\n" + b"a," * 1_500_000)

    work()

    assert fresh(row).expected == {"failed": 1}
    assert "A line is longer than" in ImportProblem.every.get().reason
    assert client.get(url("import", shop, row)).status_code == 200


def test_a_row_without_end_is_refused_in_the_check(client, shop, owner):
    uploaded(client, shop, b"Order,Date,Total\n" + b'"a\n",' * 1_000_000)

    work()

    assert "A row is longer than" in ImportProblem.every.get().reason


def test_a_file_that_is_too_large_is_not_even_kept(client, shop, owner, monkeypatch):
    monkeypatch.setattr(import_forms, "LARGEST", 1000)

    answer = send(client, shop, ndjson(order("1")) * 10)

    assert answer.status_code == 422
    assert "larger than 200 MB" in text(answer)
    assert not ImportUpload.every.exists()


def test_no_file_is_an_error_of_the_form(client, shop, owner):
    assert "Choose a file." in text(client.post(url("upload", shop), {}))


def test_the_token_against_forgery_is_asked_for(shop, owner, client):
    client.handler.enforce_csrf_checks = True

    assert send(client, shop, ndjson(order("1"))).status_code == 403
    assert not ImportUpload.every.exists()


def test_the_same_file_is_known_and_a_double_click_is_one_upload(client, shop, owner):
    content = ndjson(order("1"))
    row = uploaded(client, shop, content)
    assert uploaded(client, shop, content) == row
    ImportUpload.every.update(created_at=timezone.now() - timedelta(hours=1))

    again = uploaded(client, shop, content, "copy.csv")

    assert again != row
    assert "The same file was uploaded before" in text(client.get(url("import", shop, again)))


def test_hostile_names_and_cells_are_escaped_everywhere(client, shop, owner):
    content = b"Order,Date,<b>,Total\n=1+1,2026-01-02,<script>,@x\n"
    row = uploaded(client, shop, content, "<img src=x>.csv")
    work()

    page = text(client.get(url("import", shop, row)))
    answer = client.get(url("import_problems", shop, row))

    assert "<script>" not in page.split("</header>")[1].split("<script src")[0]
    assert "<img" not in page
    ImportProblemFactory(upload=row, column="=A1", order="@x", reason="-1")
    answer = client.get(url("import_problems", shop, row))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Row", "Column", "Order", "Reason"]
    assert rows[-1] == ["2", "'=A1", "'@x", "'-1"]


# --- Broken off, stopped, gone -------------------------------------------------------------------


class Killed(BaseException):
    """What a kill looks like from inside."""


def kill_after(monkeypatch, batches, name):
    original, left = getattr(imports, name), [batches]

    def dying(*args, **kwargs):
        if not left[0]:
            raise Killed
        left[0] -= 1
        return original(*args, **kwargs)

    monkeypatch.setattr(imports, name, dying)


def test_a_killed_import_goes_on_after_its_last_batch(client, shop, owner, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    row = uploaded(client, shop, ndjson(*(order(str(n)) for n in range(7))))
    work()
    client.post(url("import_start", shop, row))
    with monkeypatch.context() as patch, pytest.raises(Killed):
        kill_after(patch, 2, "take_in_rows")
        work()
    assert (Order.every.count(), fresh(row).rows_read, fresh(row).state) == (4, 4, "working")

    work()  # nobody else takes it as long as the lease holds
    assert Order.every.count() == 4
    work(now=timezone.now() + timedelta(minutes=3))

    done = fresh(row)
    assert (done.state, done.result) == ("done", {"created": 7})
    assert Order.every.count() == 7
    assert Event.every.filter(kind="order.placed").count() == 7


def test_a_check_in_several_turns_finds_what_one_turn_finds(client, shop, owner, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    later = order("1", note="new", updated_at="2027-01-01T00:00:00Z")
    row = uploaded(client, shop, ndjson(order("1"), order("2"), order("1"), later, order("3")))

    for turn in (2, 4):
        work(busy_for=0)
        assert (fresh(row).state, fresh(row).rows_read) == ("waiting", turn)
    work(busy_for=0)
    work(busy_for=0)

    assert fresh(row).state == "checked"
    assert fresh(row).expected == {"created": 3, "unchanged": 1, "updated": 1}
    assert not Order.every.exists()


def test_a_stopped_import_writes_nothing_more_and_goes_on(client, shop, owner, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    row = uploaded(client, shop, ndjson(*(order(str(n)) for n in range(6))))
    work()
    client.post(url("import_start", shop, row))
    work(busy_for=0)
    taken = upload_work.take_next(now=timezone.now())
    client.post(url("import_stop", shop, row))
    upload_work.work(taken, clock=timezone.now, busy_for=60)
    assert (Order.every.count(), fresh(row).state) == (2, "stopped")
    assert "Go on where it stopped" in text(client.get(url("import", shop, row)))

    client.post(url("import_go_on", shop, row))
    work()

    assert (Order.every.count(), fresh(row).state) == (6, "done")


def test_one_file_is_worked_on_at_a_time(client, shop, owner):
    first = uploaded(client, shop, ndjson(order("1")))
    second = uploaded(client, shop, ndjson(order("2")))

    taken = upload_work.take_next(now=timezone.now())

    assert taken == first
    assert upload_work.take_next(now=timezone.now()) is None
    assert fresh(second).state == "waiting"


def test_an_error_of_ours_is_told_and_not_repeated(client, shop, owner, monkeypatch):
    row = uploaded(client, shop, ndjson(order("1")))
    with monkeypatch.context() as patch:
        patch.setattr(upload_work, "read_ndjson", lambda stream: 1 / 0)
        work()

    assert fresh(row).state == "unusable"
    assert "An error of ours" in text(client.get(url("import", shop, row)))
    work()
    client.post(url("import_go_on", shop, row))
    work()
    assert fresh(row).state == "checked"


def test_a_removed_file_stays_as_history_only(
    client, shop, owner, django_capture_on_commit_callbacks
):
    row = uploaded(client, shop, GERMAN.encode())
    work()
    place = fresh(row).stored_as
    assert place.startswith(f"imports/{shop.pk}/")
    assert client.get(f"/media/{place}").status_code == 404

    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("import_remove", shop, row))

    assert not default_storage.exists(place)
    assert not ImportProblem.every.exists()
    client.post(url("import_start", shop, row))
    client.post(url("import_columns", shop, row), chosen(MAPPING))
    client.post(url("import_go_on", shop, row))
    assert fresh(row).phase == "check"
    assert "orders.csv" in text(client.get(url("import", shop, row)))


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_files_go_after_thirty_days(
    client, shop, owner, days, kept, django_capture_on_commit_callbacks
):
    row = uploaded(client, shop, ndjson(order("1")))

    with django_capture_on_commit_callbacks(execute=True):
        retention.remove_outdated(now=timezone.now() + timedelta(days=days))

    assert default_storage.exists(row.stored_as) is kept


def test_files_go_seven_days_after_the_import(client, shop, owner):
    row = uploaded(client, shop, ndjson(order("1")))
    work()
    client.post(url("import_start", shop, row))
    work()

    assert fresh(row).remove_at - fresh(row).finished_at == timedelta(days=7)


# --- Progress, looks, permissions ----------------------------------------------------------------


def test_progress_asks_anew_until_the_work_ends(client, shop, owner):
    row = uploaded(client, shop, ndjson(order("1")))

    begun = client.get(url("import_progress", shop, row))
    work()
    ended = client.get(url("import_progress", shop, row))

    assert ("hx-get" in text(begun), "HX-Refresh" in begun) == (True, False)
    assert ("hx-get" in text(ended), "HX-Refresh" in ended) == (False, True)


def test_who_sees_sample_orders_is_noted(client, shop, owner):
    row = uploaded(client, shop, ndjson(order("1")))
    client.get(url("import", shop, row))
    client.get(url("import_problems", shop, row))

    looks = PersonalDataLook.every.order_by("pk")
    assert [(look.kind, look.table, look.rows) for look in looks] == [
        ("page", "orders.importupload", [row.pk]),
        ("export", "orders.importupload", [row.pk]),
    ]


ACTS = ["import_columns", "import_start", "import_stop", "import_go_on", "import_remove"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_agents_and_readers_look_and_import_nothing(client, shop, owner, role):
    row = uploaded(client, shop, ndjson(order("1", number="#77")))
    work()
    client.force_login(MembershipFactory(merchant=shop, role=role).user)

    page = text(client.get(url("import", shop, row)))
    assert "orders.csv" in page
    assert "#77" not in page
    assert "Import 1 order" not in page
    assert "Upload and check" not in text(client.get(url("imports", shop)))
    for name in ACTS:
        assert client.post(url(name, shop, row)).status_code == 403
    assert send(client, shop, ndjson(order("2"))).status_code == 403
    assert client.get(url("import_problems", shop, row)).status_code == 403
    assert (fresh(row).phase, fresh(row).state) == ("check", "checked")


@pytest.mark.parametrize("name", [*ACTS, "import", "import_progress", "import_problems"])
def test_a_foreign_file_is_as_unknown_as_none(client, shop, owner, name):
    theirs = ImportUploadFactory()

    for row in (theirs, SimpleNamespace(public_id=uuid4())):
        assert {client.get(url(name, shop, row)).status_code,
                client.post(url(name, shop, row)).status_code} <= {404, 405}  # fmt: skip


@pytest.mark.parametrize("rows", [1, 26])
def test_the_list_asks_no_more_for_more(client, shop, owner, rows, django_assert_max_num_queries):
    ImportUploadFactory.create_batch(rows, merchant=shop)

    with django_assert_max_num_queries(6):
        page = client.get(url("imports", shop))
    assert bool(page.context["older"]) is (rows > 25)
