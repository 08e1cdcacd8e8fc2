"""Log lines are lines, and tell nothing about people."""

import logging
import sys

import pytest

from postpurchase.logs import LineFormatter


def line(message, *args):
    record = logging.LogRecord("orders", logging.WARNING, "", 0, message, args, None)
    return LineFormatter().format(record).partition("WARNING orders ")[2]


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("Not Found: /o/eyJhbGciOiJIUzI1NiJ9.abc:def_-x", "Not Found: /o/eyJh…"),
        ("GET /find?email=ana%40example.com&n=1 200", "GET /find?… 200"),
        ("to ana.pop@example.co.uk failed", "to [address] failed"),
        ("two\r\nlines", "two\\r\\nlines"),
        ("GET /static/app.css 200", "GET /static/app.css 200"),
    ],
)
def test_line(message, written):
    assert line(message) == written


def test_traceback_is_one_line_too():
    try:
        int("ana@example.com")
    except ValueError:
        record = logging.LogRecord("o", logging.ERROR, "", 0, "Failed", (), sys.exc_info())

    written = LineFormatter().format(record)

    assert "\n" not in written
    assert written.endswith(r"ValueError: invalid literal for int() with base 10: '[address]'")
