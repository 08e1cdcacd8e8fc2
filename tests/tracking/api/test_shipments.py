"""Parcels stated, read and taken back by programs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from merchants.statuses import Scope
from orders.models import Fulfilment, OrderLine
from tests.api.conftest import Program
from tests.factories import (
    ApiKeyFactory,
    FulfilmentFactory,
    MerchantFactory,
    OrderFactory,
    ShipmentFactory,
)
from tests.tracking.api.conftest import NUMBER, parcel
from tracking.actions.parcels import follow
from tracking.models import Shipment, ShipmentLine


def facts(shown):
    return {
        name: shown[name] for name in ("number", "carrier_said", "service", "direction", "lines")
    }


def test_a_parcel_is_stated_and_shown(api, order):
    answer = api.post("shipments", parcel(service="Paket"))

    shown = answer.json()
    assert (answer.status_code, shown.pop("result")) == (201, "created")
    assert facts(shown) == {
        "number": NUMBER, "carrier_said": "DHL", "service": "Paket", "direction": "out",
        "lines": [{"line_id": "1", "quantity": 2}],
    }  # fmt: skip
    assert (shown["order"]["number"], shown["milestone"]) == ("#1042", "unknown")
    assert answer.headers["Location"].endswith(f"/api/v1/shipments/{shown['public_id']}")
    assert api.get(f"shipments/{shown['public_id']}").json() == shown
    assert api.get("orders/10442/shipments").json() == {"shipments": [shown]}
    assert api.get(f"orders/by-id/{order.public_id}/shipments").json() == {"shipments": [shown]}
    assert api.get("orders/10442").json()["fulfilment_status"] == "partial"


def test_stating_it_again_changes_nothing_or_corrects_it(api, order):
    first = api.post("shipments", parcel()).json()

    again = api.post("shipments", parcel())
    other = api.post("shipments", parcel(carrier="Hermes", lines=[{"line_id": "2", "quantity": 1}]))

    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert (other.status_code, other.json()["result"]) == (200, "updated")
    assert other.json()["carrier_said"] == "Hermes"
    assert other.json()["public_id"] == first["public_id"]
    assert Shipment.every.count() == 1


@pytest.mark.parametrize(
    "named", [{"order_number": " 1042"}, {"order_id": "10442"}, {"order_public_id": None}]
)
def test_an_order_is_named_in_one_of_three_ways(api, order, named):
    named = {name: value or str(order.public_id) for name, value in named.items()}
    document = {**parcel(), **named}
    if "order_id" not in named:
        del document["order_id"]

    assert api.post("shipments", document).status_code == 201


REFUSED = {
    "two-names": ({"order_number": "1042"}, "/order_id"),
    "no-order": ({"order_id": "nobody"}, "/order_id"),
    "no-name": ({"number": " ", "external_id": ""}, "/number"),
    "no-line": ({"lines": [{"line_id": "9", "quantity": 1}]}, "/lines/0"),
    "too-many": ({"lines": [{"line_id": "1", "quantity": 3}]}, "/lines/0"),
    "none": ({"lines": [{"line_id": "1", "quantity": 0}]}, "/lines/0"),
    "unknown-field": ({"colour": "red"}, "/colour"),
    "direction": ({"direction": "up"}, "/direction"),
    "leg": ({"leg": 0}, "/leg"),
    "script": ({"url": "javascript:alert(1)"}, "/url"),
    "nul": ({"carrier": "D\0HL"}, "/carrier"),
    "far": ({"shipped_at": "9999-12-31T23:59:59-12:00"}, "/shipped_at"),
    "long": ({"number": "9" * 101}, "/number"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_in_says_where_and_leaves_no_trace(api, order, name):
    changes, pointer = REFUSED[name]

    answer = api.post("shipments", parcel(**changes))

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert not Shipment.every.exists()
    assert not Fulfilment.every.exists()


@pytest.mark.parametrize("body", [b" ", b"[]", b"[" * 90_000, b'{"order_id":' + b"9" * 5000 + b"}",
                                  b'{"number": "\\ud800"}', b"\xff", b"null"])  # fmt: skip
@pytest.mark.parametrize("path", ["shipments", "tracking-events/batch"])
def test_odd_bodies_are_refused(api, order, path, body):
    answer = api.client.post(f"/api/v1/{path}", data=body, content_type="application/json")

    assert answer.status_code == 400


def test_an_idempotency_key_does_it_once(api, order):
    first = api.post("shipments", parcel(), **{"Idempotency-Key": "k1"})
    again = api.post("shipments", parcel(), **{"Idempotency-Key": "k1"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.json() == again.json()


def test_a_number_that_the_shop_states_itself_stays_the_shops(api, order):
    FulfilmentFactory(order=order, merchant=order.merchant, tracking_numbers=[NUMBER])
    follow([order.pk], now=timezone.now())

    answer = api.post("shipments", parcel(external_id="", number=f" {NUMBER.lower()} "))
    refused = api.client.delete(f"/api/v1/shipments/{answer.json()['public_id']}")

    assert (answer.status_code, answer.json()["result"]) == (200, "unchanged")
    assert (Shipment.every.count(), Fulfilment.every.count()) == (1, 1)
    assert (refused.status_code, refused.json()["type"]) == (
        409, "urn:postpurchase:problem:told_by_the_shop",
    )  # fmt: skip


def test_what_a_program_added_outlives_the_shops_next_document(api, order, merchant):
    api.put("orders/77", {
        "number": "#77", "currency": "EUR", "total": "1.00", "placed_at": "2026-11-20T14:05:00Z",
        "lines": [{"external_id": "1", "title": "x", "quantity": 2, "total": "1.00"}],
    })  # fmt: skip
    api.post("shipments", parcel(order_id="77", lines=[{"line_id": "1", "quantity": 1}]))
    told = {"external_id": "f1", "tracking_numbers": ["OTHER1"],
            "lines": [{"line_id": "1", "quantity": 1}]}  # fmt: skip
    again = {
        "number": "#77", "currency": "EUR", "total": "1.00", "placed_at": "2026-11-20T14:05:00Z",
        "lines": [{"external_id": "1", "title": "x", "quantity": 2, "total": "1.00"}],
        "fulfilments": [told],
    }  # fmt: skip
    api.put("orders/77", again)

    shown = api.get("orders/77/shipments").json()["shipments"]
    assert {(each["number"], each["withdrawn_at"]) for each in shown} == {
        (NUMBER, None), ("OTHER1", None),
    }  # fmt: skip

    # The shop states the same parcel: it is one parcel, with all that was known of it.
    api.post("tracking-events/batch", {"events": [
        {"number": NUMBER, "at": "2026-11-22T04:12:00+01:00", "milestone": "in_transit"}]})  # fmt: skip
    again["fulfilments"] = [told, {**told, "external_id": "f2", "tracking_numbers": [NUMBER]}]
    api.put("orders/77", again)

    shown = api.get("orders/77/shipments").json()["shipments"]
    assert {(each["number"], each["milestone"], each["withdrawn_at"]) for each in shown} == {
        (NUMBER, "in_transit", None), ("OTHER1", "unknown", None),
    }  # fmt: skip


def test_a_parcel_may_come_back(api, order):
    there = api.post("shipments", parcel()).json()
    back = api.post(
        "shipments", parcel(direction="return", lines=[{"line_id": "1", "quantity": 1}])
    )

    shown = back.json()
    assert (back.status_code, shown["direction"]) == (201, "return")
    assert shown["lines"] == [{"line_id": "1", "quantity": 1}]
    assert shown["public_id"] != there["public_id"]
    again = api.post(
        "shipments", parcel(direction="return", lines=[{"line_id": "1", "quantity": 1}])
    )
    assert again.json()["result"] == "unchanged"
    # The way back has nothing to do with what is on its way out.
    follow([order.pk], now=timezone.now())
    assert Shipment.every.filter(withdrawn_at=None).count() == 2
    assert OrderLine.every.get(order=order, external_id="1").fulfilled == 2


@pytest.mark.parametrize("direction", ["out", "return"])
def test_taking_it_back_and_stating_it_again(api, order, direction):
    shown = api.post("shipments", parcel(direction=direction)).json()
    path = f"/api/v1/shipments/{shown['public_id']}"

    gone = [api.client.delete(path) for _ in range(2)]

    assert [answer.status_code for answer in gone] == [200, 200]
    assert gone[0].json()["withdrawn_at"] is not None
    if direction == "out":
        assert api.get("orders/10442").json()["fulfilment_status"] == "unfulfilled"
        assert not ShipmentLine.every.exists()
    again = api.post("shipments", parcel(direction=direction)).json()
    assert (again["public_id"], again["withdrawn_at"]) == (shown["public_id"], None)
    assert again["lines"] == [{"line_id": "1", "quantity": 2}]


def test_of_an_erased_person_nothing_is_taken_in(api, order):
    order.erased_at = timezone.now()
    order.save()

    answer = api.post("shipments", parcel())

    assert (answer.status_code, Shipment.every.exists()) == (409, False)


def test_an_order_of_another_merchant_is_not_there(api, order):
    other = OrderFactory(merchant=MerchantFactory(), external_id="theirs")
    theirs = ShipmentFactory(order=other)

    assert api.post("shipments", parcel(order_id="theirs")).status_code == 400
    assert api.get("orders/theirs/shipments").status_code == 404
    assert api.get(f"shipments/{theirs.public_id}").status_code == 404
    assert api.client.delete(f"/api/v1/shipments/{theirs.public_id}").status_code == 404
    assert api.get("shipments").json()["shipments"] == []


def test_reading_needs_its_scope_and_writing_its_own(order, merchant):
    reader = Program(ApiKeyFactory(merchant=merchant, scopes=[Scope.ORDERS_READ]).plain)
    shipment = ShipmentFactory(order=order)

    assert reader.get("shipments").status_code == 200
    assert reader.post("shipments", parcel()).status_code == 403
    assert reader.post("tracking-events/batch", {"events": []}).status_code == 403
    assert reader.client.delete(f"/api/v1/shipments/{shipment.public_id}").status_code == 403


def test_the_list_comes_in_the_order_of_change_page_by_page(api, order):
    now = timezone.now()
    parcels = [ShipmentFactory(order=order, number=f"N{number}") for number in range(5)]
    for number, each in enumerate(parcels):
        Shipment.every.filter(pk=each.pk).update(updated_at=now - timedelta(minutes=9 - number))

    seen, cursor = [], None
    for _ in range(3):
        page = api.get("shipments", {"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["number"] for row in page["shipments"]]
        cursor = page["next_cursor"]

    assert (seen, cursor) == (["N0", "N1", "N2", "N3", "N4"], None)
    since = (now - timedelta(minutes=6)).isoformat()
    newest = api.get("shipments", {"changed_after": since, "sort": "-changed_at"}).json()
    assert [row["number"] for row in newest["shipments"]] == ["N4", "N3"]


def test_the_list_is_asked_for_a_number_or_a_milestone(api, order):
    ShipmentFactory(order=order, number="ABC1", milestone="in_transit")
    ShipmentFactory(order=order, number="ABC2", milestone="out_for_delivery")

    by_number = api.get("shipments", {"number": " abc1"}).json()["shipments"]
    by_milestone = api.get("shipments", {"milestone": "out_for_delivery"}).json()["shipments"]

    assert [row["number"] for row in (*by_number, *by_milestone)] == ["ABC1", "ABC2"]
    for query in ({"milestone": "flying"}, {"cursor": "x"}, {"limit": "0"}, {"number": "\0"}):
        assert api.get("shipments", query).status_code == 400


@pytest.mark.parametrize("rows", [1, 20])
def test_the_number_of_queries_does_not_grow(api, order, rows, django_assert_max_num_queries):
    for _ in range(rows):
        ShipmentFactory(order=order)
    api.get("shipments")

    with django_assert_max_num_queries(6):
        assert len(api.get("shipments").json()["shipments"]) == rows
