"""What a hostile or careless sender once could do to parcels, and cannot any more."""

import gzip
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from orders.models import Event, Order
from postpurchase.lib.http import OutboundError, _unpacked
from tests.factories import CarrierAccountFactory, ShipmentFactory
from tests.tracking.carrier_server import Says, carrier_server
from tests.tracking.shops import an_order, news, scan, sent, state
from tracking.actions import polling
from tracking.actions.inbound import take_in_docs
from tracking.actions.scans import take_in
from tracking.carriers.base import ParcelDoc
from tracking.journey import Scan, journey
from tracking.models import CarrierDelivery, Shipment, TrackingEvent
from tracking.statuses import CarrierChosenBy, Direction, Milestone

pytestmark = pytest.mark.django_db
M = Milestone


def tell(parcel, *scans, **more):
    taken = take_in([news(parcel, *scans, **more)], now=timezone.now())
    parcel.refresh_from_db()
    return taken


@pytest.mark.parametrize("text", [r"\u0000", "a\0b", "\udcff", "\\", '"}'])
def test_whatever_a_source_writes_is_stored(text):
    parcel = ShipmentFactory()

    tell(parcel, scan("in_transit", text=text, code=text[:20]))

    assert len(parcel.recent) == 1


def test_of_an_erased_person_nothing_is_taken_in_again():
    parcel = ShipmentFactory()
    Order.every.filter(pk=parcel.order_id).update(erased_at=timezone.now())

    assert tell(parcel, scan("delivered", text="Left with Zoe")).count == 0
    assert not TrackingEvent.every.exists()


def test_an_old_document_brings_no_old_date_back():
    parcel = ShipmentFactory(carrier_until=None)
    today = timezone.localdate()
    new, old = today + timedelta(days=1), today + timedelta(days=5)
    fresh = (scan("in_transit", hours_ago=1),)
    tell(parcel, *fresh, doc=ParcelDoc(number="X", sightings=fresh, expected_until=new))

    stale = (scan("picked_up", hours_ago=9),)
    tell(parcel, *stale, doc=ParcelDoc(number="X", sightings=stale, expected_until=old))

    assert parcel.carrier_until == new


def test_a_day_that_was_filled_in_is_no_date():
    parcel = ShipmentFactory(carrier_until=None)
    day = timezone.localdate().replace(year=2099)

    tell(parcel, scan("in_transit"), doc=ParcelDoc(number="X", expected_until=day))

    assert parcel.carrier_until is None


def test_what_a_person_corrects_never_happened():
    at = timezone.now() - timedelta(days=3)

    def step(hours, milestone, **more):
        return Scan(occurred_at=at + timedelta(hours=hours), milestone=milestone, **more)

    back = journey(
        [step(0, M.RETURNING), step(1, M.IN_TRANSIT, is_override=True), step(9, M.DELIVERED)]
    )
    false = journey(
        [step(0, M.DELIVERED), step(1, M.IN_TRANSIT, is_override=True), step(9, M.DELIVERED)]
    )

    assert (back.milestone, back.returning_since) == (M.DELIVERED, None)
    assert false.delivered_at == at + timedelta(hours=9)


def test_one_evening_is_one_attempt():
    evening = timezone.now().replace(hour=23, minute=0)
    scans = [
        Scan(occurred_at=evening, milestone=M.ATTEMPT_FAILED),
        Scan(occurred_at=evening + timedelta(hours=2), milestone=M.ATTEMPT_FAILED),
        Scan(occurred_at=evening + timedelta(hours=20), milestone=M.ATTEMPT_FAILED),
    ]

    assert journey(scans).attempts == 2


def test_the_whole_history_told_again_is_parted_among_the_legs():
    order = an_order(fulfilments=[sent(lines={"a": 2})])
    out = Shipment.every.get(order=order)
    way = [scan("picked_up", hours_ago=90), scan("delivered", hours_ago=72)]
    tell(out, *way)
    back = ShipmentFactory(
        order=order, number=out.number, number_key=out.number_key, leg=2, milestone="unknown",
        direction=Direction.RETURN, step=0, shipped_at=timezone.now() - timedelta(hours=24),
    )  # fmt: skip

    whole = ParcelDoc(number=out.number, sightings=(*way, scan("in_transit", hours_ago=2)))
    take_in_docs(out.merchant_id, "aftership", [whole], now=timezone.now())

    out.refresh_from_db()
    back.refresh_from_db()
    assert (out.milestone, back.milestone) == ("delivered", "in_transit")


def test_a_number_that_comes_later_is_asked_about():
    order = an_order()
    CarrierAccountFactory(
        merchant=order.merchant, source="dhl", credentials=json.dumps({"api_key": "k" * 8})
    )
    state(order, sent(numbers=(), lines={"a": 1}))
    assert Shipment.every.get(order=order).next_poll_at is None

    state(order, sent(lines={"a": 1}, hours_ago=5))

    assert Shipment.every.get(order=order).next_poll_at is not None


def test_an_order_of_long_ago_that_leaves_today_is_told():
    order = an_order(placed_at=timezone.now() - timedelta(days=60))

    state(order, sent(shipped_at=None, lines={"a": 1}))

    assert not Shipment.every.get(order=order).is_history
    assert Event.every.filter(order=order, kind="parcel.created").exists()


@pytest.fixture
def server(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with carrier_server() as carrier:
        yield carrier


def asked(account, **values):
    return ShipmentFactory(
        merchant=account.merchant, carrier="la_poste", next_poll_at=timezone.now(), **values
    )


def an_account(server, **credentials):
    log_in = {"api_key": "secret-key-1", "base_url": server.address} | credentials
    return CarrierAccountFactory(
        source="la_poste", carriers=["la_poste"], credentials=json.dumps(log_in)
    )


def test_no_answer_to_one_account_keeps_the_others_from_being_asked(server, monkeypatch):
    bad, good = an_account(server), an_account(server)
    for account in (bad, good):
        asked(account)
    real = polling._ask

    def ask(question, *, now):
        if question.account == bad:
            raise RuntimeError("boom")
        real(question, now=now)

    monkeypatch.setattr(polling, "_ask", ask)
    server.behave(Says(404, b"{}"))

    polling.poll_due(now=timezone.now())

    assert len(server.asked) == 1
    assert not Shipment.every.filter(next_poll_at__lte=timezone.now()).exists()


def test_a_log_in_that_comes_back_is_not_kept(server):
    account = an_account(server)
    asked(account)
    server.behave(Says(200, b"<html>your key is secret-key-1</html>"))

    polling.poll_due(now=timezone.now())

    assert b"secret-key-1" not in bytes(CarrierDelivery.every.get().body)


def test_a_carrier_that_is_down_is_left_alone_as_a_whole(server):
    account = an_account(server)
    for _ in range(5):
        asked(account)
    server.behave(Says(503))

    polling.poll_due(now=timezone.now())

    assert len(server.asked) == 1


def test_a_carrier_that_staff_chose_stays(server):
    account = an_account(server)
    parcel = asked(account, number="1Z5R89390357567127", quiet_polls=2,
                   carrier_by=CarrierChosenBy.STAFF)  # fmt: skip
    server.behave(Says(404, b"{}"))

    polling.poll_due(now=timezone.now())

    parcel.refresh_from_db()
    assert parcel.carrier == "la_poste"


def test_what_is_packed_twice_is_not_unpacked():
    bomb = gzip.compress(gzip.compress(b"\0" * 5_000_000))

    assert len(_unpacked(bomb, "gzip", max_bytes=100_000)) < 100_000
    with pytest.raises(OutboundError):
        _unpacked(gzip.compress(b"\0" * 5_000_000), "gzip", max_bytes=100_000)
    with pytest.raises(OutboundError):
        _unpacked(bomb, "gzip, gzip", max_bytes=100_000)
