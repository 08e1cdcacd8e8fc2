"""Many events of many parcels, told in one request."""

import pytest

from tests.factories import MerchantFactory, OrderFactory, ShipmentFactory
from tests.tracking.api.conftest import NUMBER
from tracking.models import TrackingEvent


def event(number=NUMBER, **changes):
    told = {"number": number, "at": "2026-11-22T04:12:00+01:00", "milestone": "in_transit"}
    return told | changes


@pytest.fixture
def shipment(order):
    return ShipmentFactory(order=order, number=NUMBER, milestone="unknown", since=None, step=0)


def send(api, *events, **headers):
    return api.post("tracking-events/batch", {"events": list(events)}, **headers)


def test_events_move_the_parcel_by_number_and_by_id(api, shipment):
    answer = send(
        api,
        event(f" {NUMBER.lower()} "),
        {**event(milestone="out_for_delivery", at="2026-11-22T08:00:00Z"), "number": "",
         "shipment_id": str(shipment.public_id)},
    )  # fmt: skip

    shipment.refresh_from_db()
    result = answer.json()
    assert (answer.status_code, result["accepted"], result["new"]) == (200, 2, 2)
    assert [row["shipment_ids"] for row in result["results"]] == [[str(shipment.public_id)]] * 2
    assert shipment.milestone == "out_for_delivery"


def test_the_same_events_again_are_not_new(api, shipment):
    told = [event(), event(id="scan-1"), event(text="Leipzig")]
    first, again = send(api, *told).json(), send(api, *told, *told).json()

    assert (first["new"], again["new"], again["accepted"]) == (3, 0, 6)
    assert TrackingEvent.every.count() == 3


BAD = {
    "unknown": (event("NOBODY"), "/number"),
    "both": (event(shipment_id="01934d2e-7a10-7c3e-9f41-2b1f6f0c9d33"), "/number"),
    "neither": (event(""), "/number"),
    "foreign-id": (event("", shipment_id="01934d2e-7a10-7c3e-9f41-2b1f6f0c9d33"), "/shipment_id"),
    "no-uuid": (event("", shipment_id="7"), "/shipment_id"),
    "milestone": (event(milestone="flying"), "/milestone"),
    "no-milestone": ({"number": NUMBER, "at": "2026-11-22T04:12:00Z"}, "/milestone"),
    "cause": (event(cause="boredom"), "/cause"),
    "no-offset": (event(at="2026-11-22T04:12:00"), "/at"),
    "far": (event(at="0001-01-01T00:00:00+14:00"), "/at"),
    "nul": (event(text="a\0b"), "/text"),
    "long": (event(text="x" * 1001), "/text"),
    "country": (event(country="Germany"), "/country"),
    "object": (7, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_says_why_and_spoils_no_other(api, shipment, name):
    bad, pointer = BAD[name]

    result = send(api, event(), bad, event(at="2026-11-22T05:12:00Z")).json()

    assert (result["accepted"], result["failed"], result["new"]) == (2, 1, 2)
    [fault] = result["results"][1]["errors"]
    assert fault["pointer"] == pointer
    assert fault["detail"].endswith(".")


def test_the_parcel_of_another_merchant_is_unknown(api, shipment):
    other = OrderFactory(merchant=MerchantFactory())
    theirs = ShipmentFactory(order=other, number="THEIRS")

    result = send(
        api, event("THEIRS"), event("", shipment_id=str(theirs.public_id)), event()
    ).json()

    assert [row["result"] for row in result["results"]] == ["failed", "failed", "accepted"]
    theirs.refresh_from_db()
    assert theirs.milestone == "in_transit"
    assert not TrackingEvent.every.filter(shipment=theirs).exists()


def test_a_delay_alone_moves_nothing_but_is_told(api, shipment):
    send(api, event(), event(milestone=None, delayed=True, cause="weather",
                             at="2026-11-22T05:12:00Z"))  # fmt: skip

    shipment.refresh_from_db()
    assert shipment.milestone == "in_transit"
    assert shipment.recent[0]["is_delay"] is True


def test_a_thousand_and_one_are_too_many(api, shipment):
    assert send(api, *[event()] * 1001).status_code == 413


def test_a_thousand_are_taken_in_with_few_queries(api, order, django_assert_max_num_queries):
    for number in range(10):
        ShipmentFactory(order=order, number=f"N{number}", milestone="unknown", since=None, step=0)
    events = [event(f"N{n % 10}", at=f"2026-11-21T{n // 60 % 24:02}:{n % 60:02}:00Z", id=str(n))
              for n in range(1000)]  # fmt: skip

    with django_assert_max_num_queries(60):
        result = send(api, *events).json()

    assert (result["accepted"], result["new"]) == (1000, 1000)


def test_an_idempotency_key_does_it_once(api, shipment):
    headers = {"Idempotency-Key": "e1"}
    first, again = send(api, event(), **headers), send(api, event(), **headers)

    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
