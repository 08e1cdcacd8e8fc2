"""Log lines are lines, and tell nothing about people."""

import logging
import sys
import time

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


def test_rows_of_the_database_are_cut_out():
    refusal = (
        'new row for relation "orders_address" violates check constraint "kind_known"\n'
        "DETAIL:  Failing row contains (7, Ana Pop, Lindenstraße 9, 10969, Berlin).\n"
    )
    written = line("%s", refusal)

    assert "Ana" not in written
    assert "Lindenstraße" not in written
    assert written.endswith('kind_known"\\nDETAIL: …\\n')


@pytest.mark.parametrize("text", ["+" * 200_000, "a@" + "a." * 100_000 + "!", "é" * 200_000])
def test_long_words_cost_no_more_than_their_length(text):
    began = time.process_time()
    line("Not Found: /%s", text)

    assert time.process_time() - began < 1


def test_strangers_cannot_fill_the_log_with_tracebacks():
    try:
        int("x" * 100)
    except ValueError:
        parts = ("django.security.DisallowedHost", logging.ERROR, "", 0, "Invalid host", ())
        record = logging.LogRecord(*parts, sys.exc_info())

    assert LineFormatter().format(record).endswith("Invalid host")
    assert record.exc_info


def test_traceback_is_one_line_too():
    try:
        int("ana@example.com")
    except ValueError:
        record = logging.LogRecord("o", logging.ERROR, "", 0, "Failed", (), sys.exc_info())

    written = LineFormatter().format(record)

    assert "\n" not in written
    assert written.endswith(r"ValueError: invalid literal for int() with base 10: '[address]'")
