"""Parcels from spreadsheets: as Advanced Shipment Tracking writes them, and as people do."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from orders.models import Event, Fulfilment
from orders.timeline import Actor
from tests.factories import (
    MerchantFactory,
    OrderFactory,
    OrderLineFactory,
    StoreConnectionFactory,
)
from tracking.actions.sheets import Sheet, rehearse_sheet, take_in_sheet
from tracking.models import Shipment, ShipmentLine
from tracking.tabular import read_sheet

AST = (
    "order_id,tracking_provider,tracking_number,date_shipped,status_shipped,sku,qty\n"
    "10442,DHL,JJD000390007555400001,2026-11-18,1,LIN-S,2\n"
    "10442,DHL,JJD000390007555400001,2026-11-18,1,LIN-M,1\n"
    "10443,UPS,1Z5R89390357567127,2026-11-19,1,,\n"
)


def read(text, **how):
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_sheet(io.BytesIO(data), **how))


def test_the_columns_of_advanced_shipment_tracking():
    one, other = [row.result for row in read(AST)]

    assert (one.order, one.carrier, one.number) == ("10442", "DHL", "JJD000390007555400001")
    assert one.skus == {"LIN-S": 2, "LIN-M": 1}
    assert one.shipped_at.isoformat() == "2026-11-18T12:00:00+00:00"
    assert (other.order, other.skus) == ("10443", {})


WAYS = {
    "german": "Bestellnummer;Paketdienst;Sendungsnummer;Versanddatum\n#1;DHL;A1;18.11.2026\n",
    "tabs": "Order\tCarrier\tTracking Number\tShip date\n#1\tDHL\tA1\t11/18/2026\n",
    "bom": "\ufeffOrder ID,Tracking number,Carrier,Date shipped\n#1,A1,DHL,2026-11-18\n",
    "titles": "Parcels of today,,,\n,,,\nOrder,Tracking,Carrier,Date shipped\n#1,A1,DHL,18-11-2026\n",
    "armour": 'Order,Tracking,Carrier,Date shipped\n#1,"=""A1""",DHL,18/11/2026\n',
    "sep": "sep=;\nOrder;Tracking;Carrier;Date shipped\n'#1;A1;DHL;2026-11-18 09:00\n",
    "days": "Order,Tracking,Carrier,Date shipped\n#1,A1,DHL,46344\n",
}


@pytest.mark.parametrize("name", WAYS)
def test_many_ways_of_writing_it(name):
    [row] = read(WAYS[name])

    parcel = row.result
    assert (parcel.order, parcel.number, parcel.carrier) == ("#1", "A1", "DHL")
    assert parcel.shipped_at.date().isoformat() == "2026-11-18"


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_encodings(encoding):
    text = "Bestellung;Zusteller;Sendungsnummer\n#1;Österreichische Post;A1\n"

    [row] = read(text.encode(encoding))

    assert row.result.carrier == "Österreichische Post"


BAD = {
    "nothing": ("", "No row names"),
    "no-header": ("a,b,c\n1,2,3\n", "No row names"),
    "no-number": ("Order,Carrier,Tracking\n#1,DHL,\n", "Row 2: there is no tracking number."),
    "no-order": ("Order,Carrier,Tracking\n,DHL,A1\n", "Row 2: there is no order."),
    "date": ("Order,Tracking,Date shipped\n#1,A1,soon\n", "Row 2, column “Date shipped”: “soon”"),
    "ambiguous": ("Order,Tracking,Date shipped\n#1,A1,03/04/2026\n", "may be day/month"),
    "quantity": ("Order,Tracking,sku,qty\n#1,A1,X,lots\n", "Row 2, column “qty”: “lots”"),
    "zero": ("Order,Tracking,sku,qty\n#1,A1,X,0\n", "Row 2: the quantity is 0."),
    "rounded": ("Order,Tracking,Carrier\n#1,3.40434E+18,DHL\n", "shortened by Excel"),
    "long": (f"Order,Tracking,Carrier\n#1,{'9' * 101},DHL\n", "too long"),
    "open-quote": ('Order,Tracking,Carrier\n#1,"A1,DHL\n' + "x\n" * 9, "Row"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_a_sentence(name):
    text, expected = BAD[name]

    reasons = [row.result for row in read(text) if isinstance(row.result, str)]

    assert len(reasons) == 1 or name == "open-quote"
    assert all(expected in reason for reason in reasons)


@pytest.mark.parametrize(
    "data",
    [b"\x00" * 2000, b"\xff\xfe\x00", b"Order,Tracking,Carrier\n\x00,\x00\x00,\x00\n",
     b"Order,Tracking,Carrier\n#1," + b"9" * 300_000, b"PK\x03\x04" + bytes(range(256)) * 40,
     b'{"a": 1}\n' * 50, "Order,Tracking,Carrier\n#1,\ud800,x\n".encode("utf-8", "surrogatepass")],
    ids=["zeros", "bom", "nul", "long", "zip", "json", "surrogate"],
)  # fmt: skip
def test_no_file_raises_an_error(data):
    for row in read(data):
        assert isinstance(row.result, str) or row.result.number


@pytest.fixture
def merchant(db):
    return MerchantFactory(slug="alma")


@pytest.fixture
def order(merchant):
    return order_of(merchant, "10442")


def order_of(merchant, name, **values):
    order = OrderFactory(merchant=merchant, external_id=name, number=f"#{name}", **values)
    for sku, units in (("LIN-S", 2), ("LIN-M", 1)):
        OrderLineFactory(order=order, merchant=merchant, sku=sku, external_id=sku, ordered=units)
    return order


def run(merchant, text, work=take_in_sheet, **how):
    sheet = Sheet(merchant_id=merchant.pk, actor=Actor(), **how)
    return list(work(sheet, iter(read(text)), now=timezone.now()))


def words(told):
    return [(each.row, each.result) for each in told]


def test_a_file_makes_parcels_and_again_changes_nothing(merchant, order):
    order_of(merchant, "10443")

    first, again = run(merchant, AST), run(merchant, AST)

    assert words(first) == [(2, "created"), (4, "created")]
    assert words(again) == [(2, "unchanged"), (4, "unchanged")]
    shipment = Shipment.every.get(order=order)
    assert (shipment.number, shipment.carrier_said) == ("JJD000390007555400001", "DHL")
    parts = ShipmentLine.every.filter(shipment=shipment).values_list("order_line__sku", "quantity")
    assert set(parts) == {("LIN-S", 2), ("LIN-M", 1)}
    order.refresh_from_db()
    assert order.fulfilment_status == "fulfilled"


def test_a_dry_run_says_the_same_and_does_nothing(merchant, order):
    order_of(merchant, "10443")

    told = run(merchant, AST, work=rehearse_sheet)

    assert words(told) == [(2, "created"), (4, "created")]
    assert not Shipment.every.exists()
    assert not Fulfilment.every.exists()
    assert not Event.every.filter(order=order).exists()


def test_bad_rows_spoil_no_others(merchant, order):
    text = (
        "Order,Tracking,Carrier,sku,qty\n"
        "10442,A1,DHL,LIN-S,1\n"
        "nobody,A2,DHL,,\n"
        "10442,A3,DHL,NOPE,1\n"
        "10442,A4,DHL,LIN-M,5\n"
        "10442,A5,DHL,lin-s,1\n"
    )

    told = run(merchant, text)

    assert words(told) == [
        (2, "created"), (3, "failed"), (4, "failed"), (5, "failed"), (6, "created"),
    ]  # fmt: skip
    assert [each.reason for each in told[1:4]] == [
        "Row 3: There is no order “nobody”.",
        "Row 4: The order has no line “NOPE”.",
        "Row 5: The order has not so many of “LIN-M”.",
    ]


def test_an_order_is_meant_by_its_number_where_no_id_fits(merchant, order):
    other = StoreConnectionFactory(merchant=merchant, kind="woocommerce")
    order_of(merchant, "999", connection=other, number_key="10442")

    told = run(merchant, "Order,Tracking,Carrier\n#10442,A1,DHL\n")
    narrowed = run(merchant, "Order,Tracking,Carrier\n#10442,A1,DHL\n", connection=other)

    assert "Several orders" in told[0].reason
    assert words(narrowed) == [(2, "created")]
    assert Shipment.every.get().order.external_id == "999"


def test_orders_of_other_merchants_are_not_meant(merchant):
    order_of(MerchantFactory(), "10442")

    assert words(run(merchant, AST)) == [(2, "failed"), (4, "failed")]


def test_the_command(merchant, order, tmp_path):
    file, report = tmp_path / "parcels.csv", tmp_path / "report.csv"
    file.write_text(AST.replace("10443", "=1+1"))

    with pytest.raises(SystemExit) as ended:
        call_command("import_shipments", str(file), "--merchant=alma", f"--report={report}",
                     stdout=(screen := io.StringIO()), stderr=io.StringIO())  # fmt: skip

    assert ended.value.code == 1
    assert screen.getvalue() == "2 parcels: 1 created, 0 updated, 0 unchanged, 1 failed.\n"
    rows = list(csv.reader(report.open()))
    assert rows[2][:4] == ["4", "'=1+1", "1Z5R89390357567127", "failed"]


@pytest.mark.parametrize(
    "options", [["--merchant=nobody"], ["--merchant=alma", "--connection=x"], ["--merchant=alma"]]
)
def test_the_command_refuses_what_it_cannot_read(merchant, tmp_path, options):
    with pytest.raises(CommandError) as refused:
        call_command("import_shipments", str(tmp_path / "gone.csv"), *options)

    assert refused.value.returncode == 2
