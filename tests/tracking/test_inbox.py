"""What becomes of deliveries: read, waiting for their parcels, or of no use with a reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import (
    CarrierAccountFactory,
    CarrierDeliveryFactory,
    FulfilmentFactory,
    MerchantFactory,
    OrderFactory,
    ShipmentFactory,
)
from tests.tracking.senders import NUMBER, SECRETS, document, post
from tracking import webhooks
from tracking.actions.inbox import apply_due, give_up_waiting, replay, wake, wake_missed
from tracking.actions.parcels import follow
from tracking.actions.retention import remove_outdated
from tracking.carriers import SOURCES
from tracking.models import CarrierDelivery, Shipment, TrackingEvent, UnknownWord
from tracking.statuses import InboxState, Milestone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten():
    webhooks._accounts.clear()


@pytest.fixture
def merchant():
    return MerchantFactory()


def account_of(merchant, source="aftership"):
    return CarrierAccountFactory(
        merchant=merchant, source=source, secret=SECRETS.get(source, "a secret of it")
    )


def parcel(merchant, number=NUMBER, **values):
    values = {"milestone": Milestone.UNKNOWN, "since": None, "step": 0} | values
    return ShipmentFactory(merchant=merchant, number=number, **values)


def apply(now=None):
    while apply_due(now=now or timezone.now()):
        pass


def states():
    return list(CarrierDelivery.every.order_by("pk").values_list("state", "waiting_for", "reason"))


@pytest.mark.parametrize("source", SOURCES)
def test_news_of_each_source_move_the_parcel(client, merchant, source):
    shipment = parcel(merchant)
    account = account_of(merchant, source)

    for at in ("2026-11-20T10:00:00Z", "2026-11-20T12:00:00Z"):
        post(client, account, document(source, at=at), event_id=at)
    apply()

    shipment.refresh_from_db()
    assert shipment.milestone == Milestone.IN_TRANSIT
    assert {scan["source"] for scan in shipment.recent} == {source}
    assert {state for state, _, _ in states()} == {InboxState.DONE}
    account.refresh_from_db()
    assert account.last_seen_at is not None


def test_the_same_news_again_are_no_new_scan(client, merchant):
    parcel(merchant)
    account = account_of(merchant)
    post(client, account, document("aftership"))
    apply()

    replay(CarrierDelivery.every.all(), now=timezone.now())
    apply()

    assert (TrackingEvent.every.count(), CarrierDelivery.every.count()) == (1, 1)


def test_ahead_of_its_parcel_it_waits_and_is_woken_by_it(client, merchant):
    post(client, account_of(merchant), document("aftership"))
    apply()
    assert states() == [(InboxState.WAITING, NUMBER, "")]

    order = OrderFactory(merchant=merchant, lines=1)
    FulfilmentFactory(order=order, merchant=merchant, tracking_numbers=[f" {NUMBER.lower()} "])
    follow([order.pk], now=timezone.now())
    apply()

    assert Shipment.every.get().milestone == Milestone.IN_TRANSIT
    assert states()[0][0] == InboxState.DONE


def test_another_merchants_parcel_of_that_number_is_not_meant(client, merchant):
    theirs = parcel(MerchantFactory())

    post(client, account_of(merchant), document("aftership"))
    apply()

    theirs.refresh_from_db()
    assert (theirs.milestone, states()[0][0]) == (Milestone.UNKNOWN, InboxState.WAITING)
    assert wake(theirs.merchant_id, {NUMBER}, now=timezone.now()) == 0


def test_a_parcel_of_the_very_same_moment_is_not_missed(client, merchant):
    post(client, account_of(merchant), document("aftership"))
    apply()
    parcel(merchant)

    assert wake_missed(now=timezone.now()) == 1
    apply()

    assert states()[0][0] == InboxState.DONE


def test_after_two_weeks_nobody_waits_any_more(client, merchant):
    post(client, account_of(merchant), document("aftership"))
    apply()
    later = timezone.now() + timedelta(days=14, minutes=1)

    assert give_up_waiting(now=later) == 1
    apply(later)

    assert states() == [(InboxState.DONE, NUMBER, "No such parcel.")]


def test_of_several_parcels_the_known_ones_move_at_once(client, merchant):
    known = parcel(merchant, "KNOWN1")
    account = account_of(merchant, "generic")
    numbers = ("KNOWN1", "LATER1", "LATER2")
    post(client, account, [document("generic", number) for number in numbers])
    apply()

    known.refresh_from_db()
    assert known.milestone == Milestone.IN_TRANSIT
    later = [parcel(merchant, "LATER1"), parcel(merchant, "LATER2")]
    apply(timezone.now() + timedelta(hours=2))

    for shipment in later:
        shipment.refresh_from_db()
        assert shipment.milestone == Milestone.IN_TRANSIT
    assert states()[0][0] == InboxState.DONE


def test_what_says_nothing_of_a_parcel_is_kept_with_its_reason(client, merchant):
    account = account_of(merchant)

    post(client, account, {"event": "ping"})
    apply()

    [(state, _, reason)] = states()
    account.refresh_from_db()
    assert (state, account.last_error) == (InboxState.FAILED, reason)
    assert reason.endswith(".")


def test_one_that_breaks_does_not_hold_up_the_others(client, merchant, monkeypatch):
    shipment = parcel(merchant)
    account = account_of(merchant)
    post(client, account, document("aftership", at="2026-11-20T09:00:00Z"))
    post(client, account, document("aftership"))
    from tracking.actions import inbox

    real = inbox.take_in_docs

    def fails_on_the_first(merchant_id, source, docs, *, now):
        if any(each.sightings[0].occurred_at.hour == 9 for each in docs):
            raise RuntimeError("a bug of ours, naming Ines Weber")
        return real(merchant_id, source, docs, now=now)

    monkeypatch.setattr(inbox, "take_in_docs", fails_on_the_first)
    for hours in range(12):
        apply_due(now=timezone.now() + timedelta(hours=hours))

    shipment.refresh_from_db()
    assert shipment.milestone == Milestone.IN_TRANSIT
    assert [(state, reason) for state, _, reason in states()] == [
        (InboxState.FAILED, "RuntimeError: it could not be read."),
        (InboxState.DONE, ""),
    ]


def test_unknown_words_are_counted(client, merchant):
    parcel(merchant)
    told = document("generic")
    told["events"].append({"at": "2026-11-20T11:00:00Z", "milestone": "teleported"})

    post(client, account_of(merchant, "generic"), told)
    apply()

    assert list(UnknownWord.every.values_list("source", "word")) == [("generic", "teleported")]


def test_raw_is_kept_for_ninety_days(merchant):
    now = timezone.now()
    account = account_of(merchant)
    old, new = (
        CarrierDeliveryFactory(account=account, received_at=now - timedelta(days=days))
        for days in (91, 89)
    )

    assert remove_outdated(now=now) == 1
    assert list(CarrierDelivery.every.all()) == [new]
    assert old.pk != new.pk


def test_the_number_of_queries_does_not_grow(client, merchant, django_assert_max_num_queries):
    account = account_of(merchant)
    for number in range(30):
        parcel(merchant, f"N{number}")
        post(client, account, document("aftership", f"N{number}"))

    with django_assert_max_num_queries(60):
        apply_due(now=timezone.now())

    assert {state for state, _, _ in states()} == {InboxState.DONE}
