"""What a shopper wants after a failed delivery."""

import pytest

from orders.actions.step_up import start_step_up
from orders.models import Event
from tests.factories import ParcelCaseFactory
from tests.portal.parcel_scenes import order_with
from tests.portal.reading import of_class, one, text_of
from tests.portal.scenes import NOW, link_to, make_shop
from tracking.models import ParcelCase
from tracking.statuses import CaseAnswer, CaseState, ParcelEvent, Trouble

TYPED = {
    "slot": {"day": "2026-11-25"},
    "pickup": {"place": ""},
    "message": {"message": "Ring twice"},
}


@pytest.fixture
def order(shop):
    return order_with(shop, "attempt")


@pytest.fixture
def case(order):
    return ParcelCase.every.get()


def form_of(order, case):
    return f"{link_to(order)}parcel/{case.public_id}/"


@pytest.mark.parametrize("what", TYPED)
def test_an_answer_is_taken_once_and_told(client, order, case, what):
    path = form_of(order, case)
    assert client.get(f"{path}?what={what}").status_code == 200

    for _ in range(2):
        answer = client.post(path, {"what": what, **TYPED[what]})
        assert answer.status_code == 302
        assert answer.url == link_to(order)

    case.refresh_from_db()
    assert (case.state, case.answer) == (CaseState.ANSWERED, what)
    assert case.answer_data == {name: text for name, text in TYPED[what].items() if text}
    assert Event.every.filter(kind=ParcelEvent.ANSWERED).count() == 1
    assert "We pass it on to the carrier" in text_of(client.get(link_to(order)))


def test_a_place_of_ones_choice_needs_the_code(client, order, case):
    typed = {"what": "pickup", "place": "Späti am Markt"}
    refused = client.post(form_of(order, case), typed)

    assert "needs a code" in text_of(refused)
    assert "Späti am Markt" in refused.content.decode()
    case.refresh_from_db()
    assert case.state == CaseState.OPEN

    code = start_step_up(order, now=NOW)
    client.post(link_to(order) + "verify/", {"code": code, "then": case.public_id})
    client.post(form_of(order, case), typed)
    case.refresh_from_db()
    assert case.answer_data == {"place": "Späti am Markt"}


def test_the_days_offered_are_those_on_which_carriers_come(client, order, case):
    page = client.get(form_of(order, case) + "?what=slot")

    assert "Sun 29 Nov" not in text_of(page)
    assert "Tue 24 Nov" in text_of(page)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"what": "slot", "day": "2020-01-01"}, "Choose one of the days"),
        ({"what": "slot"}, "Choose a day"),
        ({"what": "message", "message": "  "}, "Enter a message"),
        ({"what": "message", "message": "\x00"}, ""),
        ({"what": "message", "message": "x" * 3000}, ""),
        ({"what": "slot", "day": "\ud800".encode("utf-8", "surrogatepass")}, ""),
    ],
)
def test_what_cannot_be_is_said(client, order, case, typed, error):
    page = client.post(form_of(order, case), typed)

    assert page.status_code == 200
    assert error in text_of(page)
    assert "There is a problem" in text_of(page)
    case.refresh_from_db()
    assert case.state == CaseState.OPEN


def test_another_address_needs_the_code_first(client, order, case):
    path = form_of(order, case)
    asked = client.get(path + "?what=address")
    typed = {"what": "address", "street": "Am Markt 3", "postcode": "10115", "city": "Berlin"}
    refused = client.post(path, typed)

    assert asked.url == refused.url == f"{link_to(order)}verify/?then={case.public_id}"
    assert str(case.public_id) in client.get(asked.url).content.decode()
    case.refresh_from_db()
    assert case.state == CaseState.OPEN


def test_another_address_is_taken_from_who_has_the_mailbox(client, order, case):
    code = start_step_up(order, now=NOW)
    proven = client.post(link_to(order) + "verify/", {"code": code, "then": case.public_id})
    assert proven.url == form_of(order, case) + "?what=address"
    typed = {"what": "address", "street": "Am Markt 3", "postcode": "10115", "city": "Berlin"}

    assert client.get(proven.url).status_code == 200
    client.post(form_of(order, case), typed)

    case.refresh_from_db()
    assert case.answer == CaseAnswer.ADDRESS
    assert case.answer_data["street"] == "Am Markt 3"
    assert "Am Markt" not in text_of(client.get(link_to(order)))


def test_a_parcel_that_moved_on_asks_no_more(client, order, case):
    ParcelCase.every.update(state=CaseState.CLOSED, closed_at=NOW)

    page = client.post(form_of(order, case), {"what": "slot", "day": "2026-11-25"})

    assert one(page, "h1").startswith("Your package has moved on")
    assert of_class(client.get(link_to(order)), "choice") == []


def test_cases_are_found_by_the_link_of_their_order_alone(client, order, case):
    other = order_with(order.merchant, "attempt", number="2", number_key="2")
    foreign = order_with(make_shop(slug="other-shop"), "attempt")
    stale = ParcelCaseFactory(shipment=case.shipment, kind=Trouble.STALE)

    assert client.get(form_of(other, case)).status_code == 404
    assert client.get(form_of(foreign, case)).status_code == 404
    assert client.post(form_of(foreign, case), {"what": "slot"}).status_code == 404
    assert one(client.get(form_of(order, stale)), "h1").startswith("Your package has moved on")


@pytest.mark.parametrize("then", ["//evil.example", "javascript:alert(1)", "x" * 2000])
def test_the_code_leads_to_our_own_pages_alone(client, order, then):
    code = start_step_up(order, now=NOW)

    proven = client.post(link_to(order) + "verify/", {"code": code, "then": then})

    assert proven.url == link_to(order)
