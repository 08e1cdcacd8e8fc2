"""Whatever goes wrong is a problem of RFC 9457, and never 5xx."""

import json
from pathlib import Path

import pytest
from django.test import Client

from orders.models import Order
from tests.api.conftest import order

BLNS = Path(__file__).parents[2] / "../shared/data/hostile/blns.json"


def assert_problem(answer, status):
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        status,
        "application/problem+json",
    ), answer.content
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == status
    return problem


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "", 404),
        ("GET", "orders/", 404),
        ("GET", "orders/none", 404),
        ("GET", "orders/by-id/none", 404),
        ("GET", "orders/by-id/00000000-0000-0000-0000-000000000000", 404),
        ("GET", "orders/none/timeline", 404),
        ("GET", "orders/%00", 404),
        ("GET", "orders/%FF", 404),
        ("GET", "orders/%0A", 404),
        ("GET", "%0A", 404),
        ("POST", "orders", 405),
        ("DELETE", "orders/1", 405),
        ("PATCH", "orders/1", 405),
        ("OPTIONS", "orders", 405),
        ("TRACE", "orders", 405),
        ("GET", "orders/batch", 405),
        ("PUT", "nothing", 404),
    ],
)
def test_addresses_and_methods_that_there_are_not(api, method, path, status):
    answer = api.send(method, path, b"")

    assert_problem(answer, status)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "", "multipart/form-data"]
)
def test_only_json_is_read(api, content_type):
    assert_problem(api.send("PUT", "orders/1", order("1"), content_type=content_type), 415)


def test_a_body_without_a_length_is_refused(api):
    answer = api.put("orders/1", order("1"), Transfer_Encoding="chunked")

    assert_problem(answer, 411)


def test_an_answer_names_the_methods_that_there_are(api):
    assert api.send("DELETE", "orders/1", b"").headers["Allow"] == "GET, HEAD, PUT"
    assert api.client.head("/api/v1/orders").status_code == 200


def test_a_charset_may_stand_beside_json(api):
    content_type = "application/json; charset=utf-8"

    answer = api.send("PUT", "orders/1", order("1"), content_type=content_type)

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b" ", "Input data was truncated."),
        (b'{"number": ', "Input data was truncated."),
        (b'{"number": ?}', "JSON is malformed: invalid character (byte 11)."),
        (b'{"number": "\xff"}', "The body is not UTF-8 (byte 0)."),
        (b'{"number": "\\ud800"}', None),
        (b"[" * 200_000, "The body is nested too deeply."),
        (b'{"number": "\x00"}', None),
        (b'{"a": 1e999}', None),
    ],
)
def test_malformed_json_is_told_where(api, body, detail):
    problem = assert_problem(api.put("orders/1", body), 400)

    assert detail in (None, problem["detail"])


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"x"', b"{}", b"true"])
def test_json_that_is_no_order(api, body):
    assert_problem(api.put("orders/1", body), 400)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"total": 5}, "/total"),
        ({"total": "1e3"}, "/total"),
        ({"total": "NaN"}, "/total"),
        ({"total": "9" * 18}, "/total"),
        ({"currency": "eur"}, "/currency"),
        ({"placed_at": "2026-11-20"}, "/placed_at"),
        ({"placed_at": "2026-11-20T10:00:00"}, "/placed_at"),
        ({"placed_at": "0001-01-01T00:00:00+12:00"}, "/placed_at"),
        ({"cancelled_at": "9999-12-31T23:59:59-12:00"}, "/cancelled_at"),
        ({"number": ""}, "/number"),
        ({"number": "x" * 201}, "/number"),
        ({"number": "a\0"}, "/number"),
        ({"ship_to": {"country": "DEU"}}, "/ship_to/country"),
        ({"ship_to": {"planet": "Mars"}}, "/ship_to/planet"),
        ({"lines": [{"external_id": "1", "title": "x", "total": "1", "quantity": -1}]},
         "/lines/0/quantity"),
        ({"lines": [{"external_id": "1", "title": "\0", "total": "1", "quantity": 1}]},
         "/lines/0/title"),
        ({"lines": [{}] * 10_001}, "/lines"),
        ({"payments": [{"external_id": "p", "at": "1500-01-01T00:00:00Z"}]}, "/payments/0/at"),
    ],
)  # fmt: skip
def test_what_cannot_be_stored_is_named(api, changes, pointer):
    problem = assert_problem(api.put("orders/1", order("1", **changes)), 400)

    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]
    assert not Order.every.exists()


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("refunds", {"external_id": "r", "amount": "1", "at": "9999-12-31T23:59:59-12:00"}),
        ("refunds", {"external_id": "r", "amount": "1", "reason": "\0"}),
        ("refunds", {"external_id": "r", "amount": "x"}),
        ("refunds", {"amount": "1"}),
        ("fulfilments", {"external_id": "f", "shipped_at": "0001-01-01T00:00:00+10:00"}),
        ("fulfilments", {"external_id": "f", "lines": [{"line_id": "1", "quantity": 10**12}]}),
        ("fulfilments", []),
    ],
)
def test_bad_refunds_and_fulfilments(api, path, document):
    api.put("orders/1", order("1"))

    assert_problem(api.post(f"orders/1/{path}", document), 400)


def test_a_body_of_more_than_12_mb_is_refused(api):
    answer = api.put("orders/1", b'{"note": "' + b"x" * 12 * 1024 * 1024 + b'"}')

    assert_problem(answer, 413)


def test_ten_thousand_lines_are_taken(api):
    lines = [
        {"external_id": str(n), "title": "x", "total": "0.01", "quantity": 0} for n in range(10_000)
    ]

    assert api.put("orders/1", order("1", lines=lines)).status_code == 201


def test_accept_is_no_reason_to_refuse(api):
    assert api.get("orders", Accept="text/xml").status_code == 200


def test_naughty_strings_come_back_as_they_were_sent(api):
    if not BLNS.exists():
        pytest.skip("../shared/data/hostile/blns.json is not here")
    naughty = [text for text in json.loads(BLNS.read_text()) if text and "\0" not in text]
    documents = [
        order(str(place), number=text[:200], email=text[:200], note=text, cancel_reason=text)
        for place, text in enumerate(naughty)
    ]
    answer = api.post("orders/batch", {"orders": documents})
    assert answer.json()["failed"] == 0, answer.content[:2000]

    cursor, seen = None, 0
    while cursor or not seen:
        page = api.get("orders", {"limit": 200, **({"cursor": cursor} if cursor else {})}).json()
        for row in page["orders"]:
            assert row["note"] == naughty[int(row["external_id"])]
        seen, cursor = seen + len(page["orders"]), page["next_cursor"]
    assert seen == len(naughty)
    for text in naughty[::8]:
        found = api.get("orders", {"number": text[:200], "email": text[:200], "limit": 1})
        assert found.status_code == 200


def test_a_bug_is_a_problem_too(api, monkeypatch):
    monkeypatch.setattr("orders.api.views.order_resource", None)
    api.put("orders/1", order("1"))
    api.client.raise_request_exception = False

    assert_problem(api.get("orders/1"), 500)


def test_nobody_without_a_key_learns_which_addresses_there_are(db):
    assert Client().get("/api/v1/orders/1").status_code == 401
    assert Client().put("/api/v1/orders/1").status_code == 401
