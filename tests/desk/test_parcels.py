"""Parcels on an order's page: what agents see of them, and what they can correct."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.models import PersonalDataLook
from merchants.statuses import LookKind, Role
from orders.models import Event
from postpurchase.desk import parcel_story
from tests import factories
from tests.desk.parcel_scenes import NUMBER, make_parcels
from tests.desk.scenes import HOSTILE, make_member, make_order, page_of
from tracking.models import ParcelCase, Shipment, TrackingEvent
from tracking.statuses import CaseState, Milestone, ParcelEvent, Trouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return make_parcels()


@pytest.fixture
def order(scene):
    return scene[0]


@pytest.fixture
def parcel(scene):
    return scene[1]


@pytest.fixture
def case(scene):
    return scene[2]


@pytest.fixture
def agent(client, order):
    person = make_member(order.merchant)
    client.force_login(person)
    return person


def text_of(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def act_of(parcel, name):
    return reverse("admin:desk_parcel_act", args=[parcel.order.public_id, parcel.public_id, name])


def scans_of(parcel):
    return reverse("admin:desk_parcel_scans", args=[parcel.order.public_id, parcel.public_id])


def send(client, parcel, name, **fields):
    """Send an act's form as the page before it would."""
    seen = re.search(r"seen=([0-9-]+)", text_of(client, page_of(parcel.order)))[1]
    fields = {"seen": seen, "once": str(uuid.uuid4())} | fields
    return client.post(act_of(parcel, name), fields)


def told(parcel):
    kinds = Event.every.filter(order=parcel.order, kind__startswith="parcel.").order_by("pk")
    return list(kinds.values_list("kind", "actor"))


def test_the_page_shows_each_parcel_with_all_that_is_known(client, agent, order):
    page = text_of(client, page_of(order))

    for fact in (
        NUMBER, "Package 1 of 2", "Delivery was tried", "Nobody was in", "Must act: The recipient",
        "2 attempts", "by way of AfterShip", "First promised", "DHL Paket", "12 minutes ago",
        "Empfänger nicht angetroffen", "AttemptFail_001", "Not understood", "XX_9",
        "Deliver it to another address", "Torstraße 5", "was due", "Package 2 of 2", "Delayed",
        "1 package taken back by the shop", "Rang the carrier: it goes on.", "Rain jacket",
    ):  # fmt: skip
        assert fact in page, fact
    assert page.index("Torstraße 5") < page.index("10119") < page.index("<dd class=\"entry__text\">Berlin")  # fmt: skip


def test_hostile_words_are_shown_and_not_run(client, agent, order, parcel):
    recent = [parcel.recent[0] | {"text": HOSTILE, "place": HOSTILE, "code": HOSTILE}]
    Shipment.every.filter(pk=parcel.pk).update(recent=recent, url="javascript:alert(1)")
    TrackingEvent.every.filter(shipment=parcel).update(text=HOSTILE, place=HOSTILE)

    for page in (page_of(order), scans_of(parcel)):
        assert "<script>alert" not in text_of(client, page)
    assert "javascript:" not in text_of(client, page_of(order))


@pytest.mark.parametrize("count", [1, 12])
def test_queries_do_not_grow(client, agent, order, count, django_assert_max_num_queries):
    for _ in range(count):
        shipment = factories.ShipmentFactory(order=order)
        factories.ParcelCaseFactory(shipment=shipment)
        factories.ShipmentLineFactory(shipment=shipment, order_line=order.lines.first())
    client.get(page_of(make_order(order.merchant, external_id="other")))  # rules are kept a while

    with django_assert_max_num_queries(12):
        client.get(page_of(order))
    with django_assert_max_num_queries(12):
        client.get(scans_of(order.shipments.first()))


def test_a_status_is_corrected_once_with_a_reason(client, agent, parcel):
    at = timezone.localtime(timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    once = str(uuid.uuid4())
    fields = {"milestone": "delivered", "at": at, "reason": "She rang.", "once": once}

    answers = [send(client, parcel, "status", **fields) for _twice in range(2)]

    assert answers[0]["Location"] == f"{page_of(parcel.order)}#p-{parcel.public_id}"
    assert Shipment.every.get(pk=parcel.pk).milestone == Milestone.DELIVERED
    kept = TrackingEvent.every.get(shipment=parcel, is_override=True)
    assert (kept.text, kept.said_by) == ("She rang.", str(agent))
    assert told(parcel).count((ParcelEvent.CORRECTED, str(agent))) == 1
    assert "She rang." in text_of(client, page_of(parcel.order))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose where the parcel is."),
        ({"milestone": "delivered", "at": "2999-01-01T10:00", "reason": "x"}, "moment that has"),
        ({"milestone": "delivered", "at": "0001-01-01T10:00", "reason": "x"}, "in this century"),
        ({"milestone": "delivered", "at": "soon", "reason": "x"}, "Enter day and time such as"),
        ({"milestone": "nowhere", "at": "2026-01-01T10:00", "reason": "\0"}, "There is a problem"),
        ({"milestone": "lost", "at": "2026-01-01T10:00", "reason": ""}, "Enter a reason."),
    ],
)
def test_what_cannot_be_is_refused_in_words(client, agent, parcel, fields, words):
    answer = send(client, parcel, "status", **fields)

    assert answer.status_code in (409, 422)
    assert words in answer.content.decode()
    assert Shipment.every.get(pk=parcel.pk).milestone == Milestone.ATTEMPT_FAILED


def test_a_parcel_that_moved_meanwhile_is_shown_first(client, agent, parcel):
    seen = re.search(r"seen=([0-9-]+)", text_of(client, page_of(parcel.order)))[1]
    factories.EventFactory(order=parcel.order, kind=ParcelEvent.DELIVERED)
    fields = {"milestone": "lost", "at": "2026-11-01T10:00", "reason": "x", "seen": seen}

    answer = client.post(act_of(parcel, "status"), fields | {"once": str(uuid.uuid4())})

    assert answer.status_code == 409
    assert "Package delivered" in answer.content.decode()
    assert "Correct the status anyway" in answer.content.decode()
    assert Shipment.every.get(pk=parcel.pk).milestone == Milestone.ATTEMPT_FAILED


def test_a_wrong_scan_is_taken_back(client, agent, parcel):
    page = text_of(client, scans_of(parcel))
    assert page.count("Take back …") == 3
    token = re.search(r"take-back/\?subject=([^&]+)&", page)[1]

    for _twice in range(2):
        answer = send(client, parcel, "take-back", subject=token, reason="Another parcel’s")
    again = text_of(client, scans_of(parcel))

    assert answer.status_code == 409
    assert again.count("Take back …") == 2
    parcel.refresh_from_db()
    assert parcel.milestone == Milestone.OUT_FOR_DELIVERY


def test_the_carrier_is_chosen_out_of_those_it_may_be(client, agent, parcel):
    page = text_of(client, act_of(parcel, "carrier"))
    assert "it is held for this now" in page

    send(client, parcel, "carrier", carrier="other", another="gls")
    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.carrier_by) == ("gls", "staff")
    assert "Carrier: GLS" in text_of(client, page_of(parcel.order))

    refused = send(client, parcel, "carrier", carrier="other")
    assert "Choose a carrier from the list." in refused.content.decode()


def test_the_carrier_is_asked_now(client, agent, parcel):
    assert send(client, parcel, "ask").status_code == 302
    assert Shipment.every.get(pk=parcel.pk).next_poll_at is not None


def test_a_case_is_closed_and_opened_again(client, agent, parcel, case):
    send(client, parcel, "close", subject=case.public_id, outcome="Passed on to DHL.")
    case.refresh_from_db()
    assert (case.state, case.outcome, case.closed_by) == (
        CaseState.CLOSED, "Passed on to DHL.", str(agent),
    )  # fmt: skip
    assert "Passed on to DHL." in text_of(client, page_of(parcel.order))
    assert told(parcel)[-1] == (ParcelEvent.SETTLED, str(agent))

    send(client, parcel, "reopen", subject=case.public_id)
    case.refresh_from_db()
    assert case.state == CaseState.ANSWERED


@pytest.mark.parametrize("name", ["status", "take-back", "carrier", "ask", "close", "reopen"])
def test_readers_see_and_do_nothing(client, parcel, case, name):
    client.force_login(make_member(parcel.order.merchant, Role.READER))

    page = text_of(client, page_of(parcel.order))
    assert "Torstraße 5" in page
    assert "/do/" not in page
    assert client.post(act_of(parcel, name), {"subject": case.public_id}).status_code == 403
    assert "Take back" not in text_of(client, scans_of(parcel))


@pytest.mark.parametrize("name", ["status", "close", "take-back", "nothing"])
def test_foreign_and_unknown_parcels_are_the_same(client, agent, order, name):
    other = factories.ShipmentFactory()
    foreign = factories.ParcelCaseFactory(shipment=other)
    for args in (
        [other.order.public_id, other.public_id, name],
        [order.public_id, other.public_id, name],
        [order.public_id, uuid.uuid4(), name],
    ):
        url = reverse("admin:desk_parcel_act", args=args)
        assert client.get(url, {"subject": str(foreign.public_id)}).status_code == 404


@pytest.mark.parametrize("subject", ["", "x", "\0", "\u0661", "9" * 2000])
def test_nonsense_names_no_scan_and_no_case(client, agent, parcel, subject):
    for name in ("take-back", "close"):
        assert client.get(act_of(parcel, name), {"subject": subject}).status_code == 404


def test_looks_at_scans_are_written_down(client, agent, parcel):
    client.get(scans_of(parcel))

    look = PersonalDataLook.every.get(user=agent)
    assert (look.kind, look.table, look.rows) == (LookKind.PAGE, "tracking.shipment", [parcel.pk])


def test_every_kind_has_words_of_its_own():
    assert set(parcel_story.EVENTS) == set(ParcelEvent.values)
    assert len({str(words) for _icon, _tone, words in parcel_story.EVENTS.values()}) == len(
        ParcelEvent.values
    )


def test_a_story_says_why_and_from_when_to_when():
    data = {"cause": "weather", "attempt": 2, "until": "2026-11-24", "was_until": "2026-11-23"}

    detail = parcel_story.detail(data | {"trouble": "late", "carrier": "gls"})

    assert detail == (
        "Late · The weather · attempt 2 · Tue 24 Nov instead of Mon 23 Nov · Carrier: GLS"
    )
    assert parcel_story.detail({"cause": "?", "until": "soon", "answer": 7}) == ""


VIEWS = {
    Trouble.STALE: "stale", Trouble.NO_SCAN: "stale", Trouble.LATE: "parcel-late",
    Trouble.AT_RISK: "at-risk", Trouble.ATTEMPT: "attempt", Trouble.PICKUP: "pickup",
    Trouble.CUSTOMS: "customs", Trouble.EXCEPTION: "exception", Trouble.DAMAGED: "exception",
    Trouble.RETURNING: "returning", Trouble.LOST: "lost",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(Trouble))
def test_each_trouble_stands_on_its_list(client, kind):
    shop = factories.MerchantFactory()
    client.force_login(make_member(shop))
    shipment = factories.ShipmentFactory(merchant=shop)
    factories.ParcelCaseFactory(shipment=shipment, kind=kind)
    closed = factories.ParcelCaseFactory(merchant=shop, kind=kind, state=CaseState.CLOSED)
    factories.ParcelCaseFactory(kind=kind)

    page = text_of(client, f"{reverse('admin:desk_orders')}?view={VIEWS[kind]}")

    assert f"{page_of(shipment.order)}?back=" in page
    assert "#parcels" in page
    assert closed.shipment.order.number not in page


def test_the_desk_opens_with_what_shoppers_answered(client, agent, order):
    page = text_of(client, reverse("admin:index"))

    assert re.search(r'need__count number">1</span><span>Shopper answered', page)
    assert "Coming back" not in page
    ParcelCase.every.update(state=CaseState.CLOSED)
    assert "No package needs anybody." in text_of(client, reverse("admin:index"))


@pytest.mark.parametrize("typed", [NUMBER, NUMBER.lower(), f" {NUMBER[:8]} {NUMBER[8:]} "])
def test_a_tracking_number_opens_its_order(client, agent, order, typed):
    factories.ShipmentFactory(number=NUMBER)

    answer = client.get(reverse("admin:desk_search"), {"q": typed})

    assert answer.status_code == 302
    assert answer["Location"].startswith(page_of(order))


def test_a_number_used_twice_gives_a_choice(client, agent, order):
    factories.ShipmentFactory(merchant=order.merchant, number=NUMBER)

    page = text_of(client, reverse("admin:desk_search") + f"?q={NUMBER}")

    assert "Tracking number" in page
    assert "2 orders" in page
