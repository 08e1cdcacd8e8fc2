"""Carriers are asked about parcels as often as makes sense, by however many workers."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from tests.factories import CarrierAccountFactory, ShipmentFactory
from tests.tracking.carrier_server import Says, carrier_server
from tests.tracking.shops import an_order, news, scan, sent
from tracking.actions import polling
from tracking.actions.scans import take_in
from tracking.models import CarrierDelivery, Shipment, TrackingEvent
from tracking.statuses import CarrierChosenBy, InboxState, Milestone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def server():
    with carrier_server() as carrier:
        yield carrier


@pytest.fixture
def account(server):
    return CarrierAccountFactory(
        source="la_poste",
        credentials=json.dumps({"api_key": "key-1", "base_url": server.address}),
    )


@pytest.fixture
def parcel(account):
    return ShipmentFactory(
        merchant=account.merchant, carrier="la_poste", number="6A12345678901",
        milestone=Milestone.UNKNOWN, step=0, since=None, next_poll_at=timezone.now(),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _serves(monkeypatch, account):
    account.carriers = ["la_poste", "post"]
    account.save()


def delivered(number):
    at = (timezone.now() - timedelta(hours=2)).isoformat(timespec="seconds")
    events = [{"code": "DI1", "label": "Votre colis est livré.", "date": at}]
    body = {"shipment": {"idShip": number, "event": events}, "returnCode": 200}
    return Says(200, json.dumps(body).encode(), {"Content-Type": "application/json"})


def poll(*, hours=0.0):
    return polling.poll_due(now=timezone.now() + timedelta(hours=hours))


def test_an_answer_moves_the_parcel_and_is_kept_raw(server, account, parcel):
    server.behave(delivered(parcel.number))

    assert poll() == 1

    parcel.refresh_from_db()
    account.refresh_from_db()
    assert parcel.milestone == "delivered"
    assert account.last_seen_at and not account.last_error
    kept = CarrierDelivery.every.get()
    assert (kept.is_answer, kept.state) == (True, InboxState.DONE)
    assert b"DI1" in bytes(kept.body)
    # One more look tomorrow, for corrections; then no more.
    assert timedelta(hours=20) < parcel.next_poll_at - timezone.now() < timedelta(hours=40)
    poll(hours=48)
    parcel.refresh_from_db()
    assert parcel.next_poll_at is None
    assert CarrierDelivery.every.count() == 1


def test_the_same_answer_again_slows_the_pace(server, parcel):
    at = (timezone.now() - timedelta(hours=2)).isoformat(timespec="seconds")
    body = {
        "shipment": {
            "idShip": parcel.number,
            "event": [{"code": "PC1", "label": "En cours", "date": at}],
        }
    }
    server.behave(Says(200, json.dumps(body).encode()))

    pauses = []
    for turn in range(4):
        Shipment.every.update(next_poll_at=timezone.now())
        poll()
        parcel.refresh_from_db()
        pauses.append(parcel.next_poll_at - timezone.now())
        assert parcel.quiet_polls == turn
    assert pauses[0] < pauses[-1]
    assert TrackingEvent.every.filter(shipment_id=parcel.pk).count() == 1


def test_an_account_that_is_asked_too_often_is_left_alone(server, account, parcel):
    other = ShipmentFactory(
        merchant=account.merchant, carrier="la_poste", next_poll_at=timezone.now()
    )
    server.behave(Says(429, headers={"Retry-After": "600"}))

    poll()

    account.refresh_from_db()
    wait = account.paused_until - timezone.now()
    assert timedelta(seconds=500) < wait <= timedelta(seconds=600)
    assert len(server.asked) == 1
    for each in (parcel, other):
        each.refresh_from_db()
        assert each.next_poll_at > timezone.now()


def test_a_refused_log_in_is_said_and_not_repeated_at_once(server, account, parcel):
    server.behave(Says(401))

    poll()
    poll(hours=0.5)

    account.refresh_from_db()
    assert "401" in account.last_error
    assert "key-1" not in account.last_error
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "says", [Says(500, b"<html>"), Says(200, b"<html>", {"Content-Type": "text/html"}), Says(200)]
)
def test_nothing_that_a_carrier_answers_loses_a_parcel(server, parcel, says):
    server.behave(says)

    poll()

    parcel.refresh_from_db()
    assert parcel.milestone == Milestone.UNKNOWN
    assert parcel.next_poll_at > timezone.now()


def test_an_answer_that_is_not_understood_is_kept_for_a_look(server, parcel):
    server.behave(Says(200, b"<html>Bonjour</html>", {"Content-Type": "text/html"}))

    poll()

    assert CarrierDelivery.every.get().state == InboxState.FAILED


def test_a_carrier_that_does_not_know_the_number_makes_way_for_the_next(server, account):
    parcel = ShipmentFactory(
        merchant=account.merchant, carrier="la_poste", carrier_by=CarrierChosenBy.NUMBER,
        number="1Z5R89390357567127", to_country="US", quiet_polls=2, next_poll_at=timezone.now(),
    )  # fmt: skip
    server.behave(Says(404, b'{"returnCode": 404, "returnMessage": "Ressource non trouvee"}'))

    poll()

    parcel.refresh_from_db()
    assert parcel.next_poll_at > timezone.now()


def test_a_new_parcel_is_asked_about_where_somebody_can_be_asked(account):
    order = an_order(
        connection=None, fulfilments=[sent(carrier="Colissimo", numbers=("6A12345678901",))]
    )
    assert Shipment.every.get(order=order).next_poll_at is None


def test_news_by_webhook_put_the_next_question_off(parcel):
    take_in([news(parcel, scan("in_transit"))], now=timezone.now())

    parcel.refresh_from_db()
    assert parcel.next_poll_at > timezone.now() + timedelta(hours=1)


def test_a_parcel_that_nobody_can_be_asked_about_leaves_the_queue(account):
    parcel = ShipmentFactory(merchant=account.merchant, carrier="gls", next_poll_at=timezone.now())

    poll()

    parcel.refresh_from_db()
    assert parcel.next_poll_at is None


@pytest.mark.django_db(transaction=True)
def test_no_parcel_is_taken_by_two_workers():
    now = timezone.now()
    ShipmentFactory.create_batch(60, next_poll_at=now)
    taken = []

    def work():
        try:
            while pks := polling.claim(now=now, limit=7):
                taken.extend(pks)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == len(set(taken)) == 60
    assert not polling.claim(now=now)
    assert len(polling.claim(now=now + polling.LEASE)) == 60
