"""Reading of single values from other people's JSON."""

from decimal import Decimal

import pytest

from orders.sources import foreign
from orders.sources.base import Unusable
from orders.sources.php_serialized import NotSerialized, loads

from .documents import utc


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12.30", "12.30"), ("-10.00", "-10.00"), (Decimal("12.3"), "12.3"), (15, "15"),
        ("1E+2", "100"), (Decimal("1E-20"), "0"), ("-0.00", "0.00"), (" 7 ", "7"),
        ("0.1234567890123456", "0.123456789012"), ("99999999999999.99", "99999999999999.99"),
        ("100000000000000", "0"), ("abc", "0"), ("", "0"), (None, "0"), (True, "0"), ([], "0"),
        ("NaN", "0"), ("Infinity", "0"), (Decimal("1E+999999"), "0"),
    ],
)  # fmt: skip
def test_amounts(value, expected):
    assert foreign.amount(value) == expected


def test_an_amount_that_must_be_there():
    with pytest.raises(Unusable, match="total is no amount of money: 'abc'"):
        foreign.required_amount("abc", name="total")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-12-31T19:00:00-05:00", utc(2022, 1, 1)),
        ("2016-05-30 19:35:25", utc(2016, 5, 30, 19, 35, 25)),
        ("2019-02-19", utc(2019, 2, 19, 12)),
        (1550534400, utc(2019, 2, 19, 12)),
        ("1550534401", utc(2019, 2, 19, 0, 0, 1)),
        (1550534401000, utc(2019, 2, 19, 0, 0, 1)),
        ("1900-01-01T00:00:00Z", utc(1900, 1, 1)),
        ("2199-12-31T00:00:00Z", utc(2199, 12, 31)),
        ("2200-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("0000-00-00 00:00:00", None),
        ("2021-02-30", None),
        ("", None),
        (None, None),
        (False, None),
        ("soon", None),
    ],
)
def test_moments(value, expected):
    assert foreign.moment(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://x/a", "https://x/a"),
        ("https://x/a\nb", "https://x/ab"),
        (" HTTP://x ", "HTTP://x"),
        ("javascript:alert(1)", ""),
        ("//x", ""),
        ("https://x/" + "a" * 3000, ""),
        (None, ""),
    ],
)
def test_web_addresses(value, expected):
    assert foreign.web_address(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("de", "DE"), ("UK", "GB"), ("Germany", ""), ("D1", ""), (None, ""), ("ÄÖ", "")],
)
def test_countries(value, expected):
    assert foreign.country(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, ""), ("0", ""), (5, "5"), (Decimal("5.0"), "5"), ("x" * 300, "x" * 200), (None, "")],
)
def test_identifiers(value, expected):
    assert foreign.identifier(value) == expected


def test_long_texts_keep_their_lines():
    assert foreign.long_text(" a\r\nb\x00\x0bc\n ") == "a\nb\nc"


def test_serialised_php():
    source = 'a:2:{s:1:"k";a:1:{i:0;s:3:"ä!";}s:1:"n";N;}'

    assert loads(source) == {"k": {0: "ä!"}, "n": None}
    assert loads("a:3:{i:0;b:1;i:1;d:0.5;i:2;i:-7;}") == {0: True, 1: "0.5", 2: -7}


@pytest.mark.parametrize(
    "source",
    ["", "a:", "a:1:{", 'O:8:"stdClass":0:{}', "a:99999999:{}", 's:5:"ab";', "i:x;", "N;N;",
     "a:1:{i:0;" * 100, "a:1:{a:0:{}i:1;}", 's:-1:"";'],
)  # fmt: skip
def test_what_is_not_serialised_php(source):
    with pytest.raises(NotSerialized):
        loads(source)
