"""Orders from CSV and NDJSON, as Excel, shops and plugins write them."""

import io
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.sources.base import Malformed
from orders.sources.document import OrderDoc
from orders.sources.tabular import read_csv, read_ndjson, read_order
from orders.sources.tabular_cells import Habits, amount, identifier, when

from .documents import hold, utc

SHOPIFY = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,\
Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem requires shipping,\
Billing Name,Billing Street,Billing Address1,Billing Address2,Billing City,Billing Zip,\
Billing Country,Shipping Name,Shipping City,Shipping Country,Notes,Cancelled at,Payment Method,\
Refunded Amount,Id,Lineitem discount
#1001,a@b.com,partially_refunded,2024-01-05 10:22:33 -0500,fulfilled,2024-01-06 10:22:33 -0500,\
no,USD,30.00,5.00,2.10,37.10,SAVE,3.00,Standard,2024-01-05 10:22:30 -0500,2,Tee - Red,10.00,\
TEE-R,true,Ann B,"1 Main St, Apt 2",1 Main St,Apt 2,Town,'01234,US,Ann B,Town,US,\
"a
b",,Shopify Payments,4.00,5123456789012,0.00
#1001,a@b.com,,,,,,,,,,,,,,,1,E-Book,13.00,EB,false,,,,,,,,,,,,,,,,3.00
#1002,c@d.com,paid,,,,no,USD,1.00,0.00,0.00,1.00,,0.00,,2024-01-05 11:22:30 -0500,1,Pin,1.00,\
P,true,,,,,,,,,,,,2024-01-07 00:00:00 -0500,manual,0.00,5123456789013,0.00
"""
GERMAN = """\
Bestellungen 2025;;;;;;;;;;;;
;;;;;;;;;;;;
Bestellnummer;Datum;E-Mail;Kunde;Artikel;Artikelnummer;Menge;Einzelpreis;Versandkosten;\
Gesamtbetrag;Status;PLZ;Land
1042.0;31.12.2025 14:05;x@y.de;Jürgen Groß;"Tasse
""blau""\";A1;2;€ 12,00;4,90 €;1.228,90;Versandt;'01099;Deutschland
;;;;Löffel;L1;1;1.200,00;;;;;
="1043";01.01.2026;;Ida;Teller;T1;1;-0,50;;"-0,50 €";storniert;;Österreich
Summe;;;;;;;;;1.228,40;;;
;;;;;;;;;1.228,40;;;
;;;;;;;;;;;;
"""


def orders(content, **options):
    """Read a file that has no bad row."""
    source = content if isinstance(content, bytes) else content.encode()
    found = list(read_csv(io.BytesIO(source), **options))
    assert [row.result for row in found if isinstance(row.result, str)] == []
    return [row.result for row in found]


def problems(content, **options):
    found = read_csv(io.BytesIO(content.encode()), **options)
    return [row.result for row in found if isinstance(row.result, str)]


def test_shopifys_export():
    first, second = orders(SHOPIFY)

    assert first.external_id == "gid://shopify/Order/5123456789012"
    assert (first.number, first.currency, first.email) == ("#1001", "USD", "a@b.com")
    assert first.placed_at == utc(2024, 1, 5, 15, 22, 30)
    assert (first.total, first.subtotal, first.shipping) == ("37.10", "30.00", "5.00")
    assert (first.tax, first.tax_included, first.discount) == ("2.10", False, "3.00")
    assert (first.payment, first.fulfilled) == ("partially_refunded", True)
    assert [one.total for one in first.lines] == ["20.00", "10.00"]
    assert [one.requires_shipping for one in first.lines] == [True, False]
    assert (first.bill_to.street, first.bill_to.street2) == ("1 Main St", "Apt 2")
    assert first.bill_to.postcode == "01234"
    assert first.discount_codes == ("SAVE",)
    assert first.refunds[0].amount == "4.00"
    assert first.note == "a\nb"
    assert second.cancelled_at == utc(2024, 1, 7, 5)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_german_list_from_excel(encoding, newline):
    first, second = orders(GERMAN.replace("\n", newline).encode(encoding))

    assert (first.external_id, first.currency, first.total) == ("1042", "EUR", "1228.90")
    assert first.placed_at == utc(2025, 12, 31, 14, 5)
    assert first.customer.name == "Jürgen Groß"
    assert [(one.title, one.quantity, one.total) for one in first.lines] == [
        ('Tasse "blau"', 2, "24.00"),
        ("Löffel", 1, "1200.00"),
    ]
    assert (first.ship_to.postcode, first.ship_to.country) == ("01099", "DE")
    assert (first.payment, first.fulfilled) == ("paid", True)
    assert (second.external_id, second.total, second.currency) == ("1043", "-0.50", "EUR")
    assert second.cancelled_at == utc(2026, 1, 1, 12)
    assert second.ship_to is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("hint", ["", "sep={}\n", "\ufeffsep={}\r\n"])
def test_delimiters(delimiter, hint):
    rows = "id,date,currency,total\n7,2026-01-02,EUR,5"
    (order,) = orders(hint.format(delimiter) + rows.replace(",", delimiter))

    assert (order.external_id, order.total) == ("7", "5")


def test_woocommerce_plugins_columns():
    content = (
        "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),"
        "Last Name (Billing),Email (Billing),Country Code (Billing),Payment Method Title,"
        "Order Total Amount,Order Shipping Amount,Order Total Tax Amount,Item Name,SKU,"
        "Quantity (- Refund),Item Cost,Coupon Code,Order Currency\n"
        "77,Completed,2026-01-02 10:00,Ring twice,Ann,Bee,a@b.c,AT,PayPal,26.00,2.00,4.00,Tee,"
        "T,2,10.00,SAVE,EUR\n"
    )
    (order,) = orders(content)

    assert (order.number, order.total, order.tax, order.tax_included) == (
        "77",
        "26.00",
        "4.00",
        False,
    )
    assert (order.bill_to.name, order.bill_to.country) == ("Ann Bee", "AT")
    assert (order.payments[0].method, order.payment, order.fulfilled) == ("PayPal", "paid", True)
    assert order.lines[0].quantity == 2


def test_prices_that_include_tax_are_told_by_the_sum():
    (order,) = orders(
        "id,date,currency,title,price,tax,total\n1,2026-01-02,EUR,Tee,12.10,2.10,12.10"
    )

    assert order.tax_included is True


def test_without_a_column_for_it_the_total_is_the_sum():
    (order,) = orders("id,date,currency,title,qty,price,shipping\n1,2026-01-02,EUR,Tee,2,10,3.50")

    assert Decimal(order.total) == Decimal("23.50")


def test_several_tracking_numbers_in_one_cell():
    (order,) = orders(
        "id;date;currency;total;tracking number;carrier;shipped at\n"
        "1;2026-01-02;EUR;1;A1, A2;DHL;2026-01-03"
    )

    assert [parcel.tracking_numbers for parcel in order.fulfilments] == [("A1",), ("A2",)]
    assert order.fulfilments[0].shipped_at == utc(2026, 1, 3, 12)


def test_a_mapping_names_unusual_columns():
    (order,) = orders(
        "ref,wann,was,macht\n1,2026-01-02,Tee,9.00",
        mapping={"Ref": "number", "wann": "placed_at", "was": "title", "macht": "total"},
        habits=Habits(currency="CHF"),
    )

    assert (order.number, order.total, order.currency) == ("1", "9.00", "CHF")


HEAD = "id,date,currency,qty,total\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,2026-01-02,EUR,1,abc", "Row 2, column “total”: “abc” is no amount of money."),
        ("1,2026-01-02,EUR,1,", "Row 2, column “total” is empty."),
        ("1,,EUR,1,5", "Row 2: the order 1 has no date."),
        ("1,2026-02-30,EUR,1,5", "Row 2, column “date”: “2026-02-30” is no date."),
        ("1,2026-01-02,Euros,1,5",
         "Row 2: “EUROS” is no currency; add a column Currency or say --currency EUR."),
        ("1,2026-01-02,,1,5",
         "Row 2: no currency is named; add a column Currency or say --currency EUR."),
        (",2026-01-02,EUR,1,5", "Row 2: there is no order number."),
        ('"5,12E+12",2026-01-02,EUR,1,5', "Row 2, column “id”: “5,12E+12” was shortened by Excel; "
         "format the column as text and export again."),
        ("1,01/02/2026,EUR,1,5", "Row 2, column “date”: “01/02/2026” may be day/month or "
         "month/day; say which with --date-order dmy or mdy."),
    ],
)  # fmt: skip
def test_a_bad_row_names_row_column_and_value(row, reason):
    assert problems(f"{HEAD}{row}\n") == [reason]


def test_a_bad_quantity_is_named():
    content = "id,date,currency,sku,qty,total\n1,2026-01-02,EUR,A,1.5,5\n"

    assert problems(content) == ["Row 2, column “qty”: “1.5” is no quantity."]


def test_good_orders_around_a_bad_one_are_read():
    found = list(
        read_csv(
            io.BytesIO(f"{HEAD}1,2026-01-02,EUR,1,5\n2,x,EUR,1,5\n3,2026-01-02,EUR,1,5".encode())
        )
    )

    assert [(row.number, isinstance(row.result, OrderDoc)) for row in found] == [
        (2, True),
        (3, False),
        (4, True),
    ]


def test_rows_of_an_order_that_stand_apart_are_reported():
    rows = "1,2026-01-02,EUR,1,5\n2,2026-01-02,EUR,1,5\n1.0,2026-01-02,EUR,1,5\n"

    assert problems(HEAD + rows) == [
        "Row 4: the order 1 began in row 2; the rows of an order must stand together."
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "a,b,c\n1,2,3\n", "\x00\x01", "sep=;"])
def test_a_file_without_a_header(content):
    assert problems(content) == ["No row names an order number and two more known columns."]


def test_a_mapping_to_nothing_we_know():
    (reason,) = problems(HEAD, mapping={"id": "ident"})

    assert reason.startswith("“ident” is no field; known are: ")


def test_a_quotation_mark_that_is_never_closed():
    rows = "1,2026-01-02,EUR,1,5\n" + '2,"' + "x\n" * 200_000

    (reason,) = problems(HEAD + rows)

    assert "cannot be read past line" in reason
    assert "never closed" in reason


@pytest.mark.parametrize(
    ("cell", "habits", "expected"),
    [
        ("1.234,56", {}, "1234.56"), ("1,234.56", {}, "1234.56"), ("1 234,56", {}, "1234.56"),
        ("1'234.50", {}, "1234.50"), ("1’234.50", {}, "1234.50"), ("€ 12,00", {}, "12.00"),
        ("12,00 €", {}, "12.00"), ("$1,234.56", {}, "1234.56"), ("EUR 5", {}, "5"),
        ("-5,00", {}, "-5.00"), ("5,00-", {}, "-5.00"), ("(5.00)", {}, "-5.00"),
        ("−5", {}, "-5"), ("-€5.00", {}, "-5.00"), ("12,-", {}, "12"), ("12.–", {}, "12"),
        ("1,04E+03", {}, "1040"), ("1.04E+03", {}, "1040"), ("1042.0", {}, "1042.0"),
        ("1.234.567", {}, "1234567"), ("1,234,567", {}, "1234567"), ("0.125", {}, "0.125"),
        ("12.3456", {}, "12.3456"), ("1.5", {}, "1.5"), (".5", {}, "0.5"),
        ("12\u202f345,60", {}, "12345.60"),
        ("1.234", {}, "1234"), ("1,234", {}, "1234"),
        ("1.234", {"decimal_mark": "."}, "1.234"), ("1.234", {"decimal_mark": ","}, "1234"),
        ("1,234", {"decimal_mark": ","}, "1.234"), ("1.234", {"currency": "KWD"}, "1.234"),
    ],
)  # fmt: skip
def test_amounts(cell, habits, expected):
    assert Decimal(amount(cell, Habits(**habits))) == Decimal(expected)


@pytest.mark.parametrize(
    "cell",
    ["abc", "12 apples and more", "1.2.3,4,5", "--5", "5 €/kg 3", "1e999", "9" * 20, "", "€"],
)
def test_what_is_no_amount(cell):
    with pytest.raises(ValueError, match="is "):
        amount(cell, Habits())


def test_the_rest_of_the_file_tells_thousands_from_decimals():
    head = "id;date;currency;total\n"
    one, other = "1;2026-01-02;EUR;1.234\n", "2;2026-01-02;EUR;{}\n"

    assert orders(head + one + other.format("5.10"))[0].total == "1.234"
    assert orders(head + one + other.format("5,10"))[0].total == "1234"


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("31.12.2025 14:05", "", utc(2025, 12, 31, 14, 5)),
        ("31.12.2025, 14:05:06 Uhr", "", utc(2025, 12, 31, 14, 5, 6)),
        ("1.2.25", "", utc(2025, 2, 1, 12)),
        ("2025-12-31", "", utc(2025, 12, 31, 12)),
        ("2025-12-31T14:05:00+02:00", "", utc(2025, 12, 31, 12, 5)),
        ("2025-12-31 14:05:00 -0500", "", utc(2025, 12, 31, 19, 5)),
        ("2025-12-31 14:05:00 UTC", "", utc(2025, 12, 31, 14, 5)),
        ("2025/12/31 14:05", "", utc(2025, 12, 31, 14, 5)),
        ("12/31/2025", "", utc(2025, 12, 31, 12)),
        ("31/12/2025", "", utc(2025, 12, 31, 12)),
        ("12/31/2025 2:05 PM", "", utc(2025, 12, 31, 14, 5)),
        ("12/31/2025 12:05 am", "", utc(2025, 12, 31, 0, 5)),
        ("01/02/2025", "dmy", utc(2025, 2, 1, 12)),
        ("01/02/2025", "mdy", utc(2025, 1, 2, 12)),
        ("03/03/2025", "", utc(2025, 3, 3, 12)),
        ("31. Dezember 2025", "", utc(2025, 12, 31, 12)),
        ("31-Dec-2025 14:05", "", utc(2025, 12, 31, 14, 5)),
        ("Dec 31, 2025", "", utc(2025, 12, 31, 12)),
        ("46022", "", utc(2025, 12, 31, 12)),
        ("46022.5", "", utc(2025, 12, 31, 12)),
        ("46022,25", "", utc(2025, 12, 31, 6)),
    ],
)
def test_dates(cell, order, expected):
    assert when(cell, Habits(date_order=order)) == expected


@pytest.mark.parametrize(
    "cell", ["soon", "32.01.2025", "2025", "1.13.2025", "31.12.2025 25:00", "12"]
)
def test_what_is_no_date(cell):
    with pytest.raises(ValueError, match="is no date"):
        when(cell, Habits())


def test_dates_without_an_offset_are_in_the_files_zone():
    from zoneinfo import ZoneInfo

    habits = Habits(zone=ZoneInfo("Europe/Berlin"))

    assert when("31.07.2025 14:05", habits) == utc(2025, 7, 31, 12, 5)
    assert when("2025-07-31T14:05:00Z", habits) == utc(2025, 7, 31, 14, 5)


def test_the_rest_of_the_file_tells_days_from_months():
    content = "id,date,currency,total\n1,01/02/2025,EUR,1\n2,12/31/2025,EUR,1\n"

    assert orders(content)[0].placed_at == utc(2025, 1, 2, 12)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("1042.0", "1042"), ("1042", "1042"), ("#1042", "#1042"), ("1E5", "1E5"), ("A-1.0", "A-1.0"),
     ("1.042E+03", "1042")],
)  # fmt: skip
def test_identifiers(cell, expected):
    assert identifier(cell) == expected


GOOD = (
    b'{"external_id":"1","number":"1","currency":"EUR","total":"5.00",'
    b'"placed_at":"2026-01-02T03:04:05Z"}'
)


def test_ndjson():
    content = b"\xef\xbb\xbf" + GOOD + b"\r\n\n  \n" + b'{"number":"2"}\nno\n' + GOOD
    found = list(read_ndjson(io.BytesIO(content)))

    assert [row.number for row in found] == [1, 4, 5, 6]
    assert found[0].result == found[3].result == read_order(GOOD)
    assert found[1].result == "Line 4: Object missing required field `external_id`."
    assert found[2].result.startswith("Line 5: ")


def test_ndjson_lines_without_end_do_not_fill_the_memory():
    content = b'{"a":"' + b"x" * (20 * 1024 * 1024) + b'"}\n' + GOOD
    found = list(read_ndjson(io.BytesIO(content)))

    assert "longer than" in found[0].result
    assert found[1].result == read_order(GOOD)


def test_our_own_form_is_cleaned_of_what_cannot_be_stored():
    order = read_order(GOOD[:-1] + b',"note":"a\\u0000b\\ud800c\\ud83d\\ude00","email":"\\u0007x"}')

    assert (order.note, order.email) == ("abc\N{GRINNING FACE}", "x")
    hold(type("Fact", (), {"order": order}))


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, GOOD.replace(b"5.00", b"5,00")]
)
def test_orders_that_are_not_in_our_form(content):
    with pytest.raises(Malformed):
        read_order(content)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_no_file_raises(content):
    list(read_csv(io.BytesIO(content)))
    list(read_ndjson(io.BytesIO(content)))


cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "1",
            "1,5",
            "€ 5",
            "2026-01-02",
            "01/02/2026",
            "1e5",
            "9E+99",
            "EUR",
            "=1+1",
            "'7",
            '"',
            "-",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cells, min_size=5, max_size=5), max_size=6))
def test_no_cell_raises(rows):
    import csv

    stream = io.StringIO()
    csv.writer(stream).writerows([["id", "date", "currency", "title", "total"], *rows])
    for row in read_csv(io.BytesIO(stream.getvalue().encode("utf-8", "replace"))):
        if isinstance(row.result, OrderDoc):
            hold(type("Fact", (), {"order": row.result}))
        else:
            assert row.result


def test_memory_does_not_grow_with_the_file():
    class Endless(io.RawIOBase):
        def __init__(self, rows):
            self.rows, self.pending = rows, b"id,date,currency,title,total\n"

        def readable(self):
            return True

        def readinto(self, buffer):
            while len(self.pending) < len(buffer) and self.rows:
                self.rows -= 1
                self.pending += b"%d,2026-01-02,EUR,%s,5\n" % (self.rows, b"T" * 2_000)
            count = min(len(buffer), len(self.pending))
            buffer[:count], self.pending = self.pending[:count], self.pending[count:]
            return count

    tracemalloc.start()
    count = sum(1 for _ in read_csv(io.BufferedReader(Endless(1_000))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 1_000
    # The file has 2 MB; its orders would take 3.
    assert peak < 1_500_000
