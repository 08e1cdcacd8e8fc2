"""Many orders at once: one bad row never spoils the others."""

import json

import pytest

from orders.models import EventDelivery, Order
from tests.api.conftest import order


def results(answer):
    assert answer.status_code == 200, answer.content
    return [(row["external_id"], row["result"]) for row in answer.json()["results"]]


def test_each_order_gets_its_own_result_in_the_order_given(api):
    api.put("orders/1", order("1"))

    answer = api.post(
        "orders/batch",
        {
            "orders": [
                order("2"),
                order("1"),
                order("3", total=44.9),
                order("1", total="1.00", updated_at="2026-12-01T00:00:00Z"),
                order("1", total="2.00", updated_at="2026-11-30T00:00:00Z"),
            ]
        },
    )

    assert results(answer) == [
        ("2", "created"),
        ("1", "unchanged"),
        ("3", "failed"),
        ("1", "updated"),
        ("1", "outdated"),
    ]
    body = answer.json()
    assert body["results"][2]["errors"] == [
        {"pointer": "/total", "detail": "Expected `str`, got `float`."}
    ]
    assert [body[word] for word in ("created", "updated", "unchanged", "outdated", "failed")] == [
        1, 1, 1, 1, 1,
    ]  # fmt: skip
    assert body["results"][0]["public_id"] == str(Order.every.get(external_id="2").public_id)


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        ("null", ""),
        ("[]", ""),
        ("{}", "/external_id"),
        ('{"external_id": 5}', "/external_id"),
        (json.dumps(order("x", colour="red")), "/colour"),
        (json.dumps(order("x", lines=[{"external_id": "1"}])), "/lines/0/title"),
        (json.dumps(order("x", placed_at="9999-12-31T23:59:59-12:00")), "/placed_at"),
        (json.dumps(order("x", placed_at="2026-02-30T00:00:00Z")), "/placed_at"),
        (json.dumps(order("x", note="a\0b")), "/note"),
        (json.dumps(order("x", currency="KWD", total="9" * 17)), "/total"),
        (json.dumps(order("x", email="İ" * 500)), ""),
        (
            json.dumps(order("x", refunds=[{"external_id": "r", "amount": "x"}])),
            "/refunds/0/amount",
        ),
    ],
)
def test_a_bad_row_is_named_and_spoils_no_other(api, bad, pointer):
    good = [json.dumps(order(str(n))) for n in range(4)]
    body = f'{{"orders": [{good[0]}, {good[1]}, {bad}, {good[2]}, {good[3]}]}}'

    answer = api.post("orders/batch", body.encode())

    assert [result for _, result in results(answer)] == [
        "created", "created", "failed", "created", "created",
    ]  # fmt: skip
    assert [fault["pointer"] for fault in answer.json()["results"][2]["errors"]] == [pointer]
    assert Order.every.count() == 4


def test_history_is_told_to_nobody(api):
    api.post("orders/batch", {"orders": [order("1")], "history": True})
    assert not EventDelivery.every.exists()

    api.post("orders/batch", {"orders": [order("2")]})
    assert {row.is_history for row in Order.every.all()} == {True, False}


def test_an_empty_batch_is_harmless(api):
    assert results(api.post("orders/batch", {"orders": []})) == []


def test_a_thousand_orders_fit_and_one_more_does_not(api):
    documents = [order(str(n)) for n in range(1001)]

    assert api.post("orders/batch", {"orders": documents}).status_code == 413
    assert not Order.every.exists()
    assert api.post("orders/batch", {"orders": documents[:1000]}).json()["created"] == 1000


@pytest.mark.parametrize("body", ["[]", "{}", '{"orders": {}}', '{"orders": [], "x": 1}', "null"])
def test_another_frame_is_refused(api, body):
    assert api.post("orders/batch", body.encode()).status_code == 400


def test_a_thousand_orders_cost_few_queries(api, django_assert_max_num_queries):
    api.get("orders")

    with django_assert_max_num_queries(30):
        api.post("orders/batch", {"orders": [order(str(n)) for n in range(200)]})
