"""Finding an order by number and contact, or by mail."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Message
from notifications.statuses import MessageKind
from postpurchase.portal import lookup
from tests.factories import AddressFactory, OrderFactory
from tests.portal.reading import of_class, one, text_of
from tests.portal.scenes import make_order, make_shop

PAGE = "/o/alma-fern/"
LINKS = "/o/alma-fern/links/"
NOT_FOUND = "We found no order with this number and contact."


def ask(client, number="#1042", contact="ines.weber@example.com", page=PAGE, **extra):
    return client.post(page, {"number": number, "contact": contact}, **extra)


@pytest.mark.parametrize(
    ("number", "contact"),
    [
        ("#1042", "ines.weber@example.com"),
        ("1042", "INES.Weber@Example.com "),
        (" 10 42 ", "10435"),
        ("１０４２", "104 35"),
        ("#1042", "+49 170 5550123"),
        ("#1042", "0170 555-0123"),
        ("#1042", "0049 170 5550123"),
    ],
)
def test_the_right_contact_opens_the_order(client, order, number, contact):
    found = ask(client, number, contact)

    assert found.status_code == 302
    page = client.get(found.url)
    assert one(page, "h1") == "We’re packing your order"
    assert "#1042" in text_of(page)


@pytest.mark.parametrize(
    ("number", "contact"),
    [
        ("#1042", "someone@example.com"),
        ("#9999", "ines.weber@example.com"),
        ("#9999", "someone@example.com"),
        ("#1042", "12345"),
        ("#1042", "5550123"),
        ("#1042", "+49"),
        ("#1042", "1"),
        ("#1042", "#"),
        ("#", "10435"),
        ("#1042", "%"),
        ("#104_", "10435"),
    ],
)
def test_a_wrong_answer_tells_nothing(client, order, number, contact):
    page = ask(client, number, contact)

    assert page.status_code == 200
    assert of_class(page, "errors") == [
        "There is a problem We found no order with this number and contact. "
        "Check both, then try once more."
    ]
    assert f'value="{number}"' in page.content.decode()


def test_an_order_without_contact_is_found_by_nobody(client, shop):
    order = OrderFactory(merchant=shop, number="#7", number_key="7", email="", phone="")
    AddressFactory(order=order, postcode="")

    assert NOT_FOUND in text_of(ask(client, "#7", " " + "x"))
    assert "Enter the e-mail" in text_of(ask(client, "#7", "   "))


def test_another_shop_s_order_is_unknown_here(client, order):
    make_shop(slug="other", name="Other")

    page = ask(client, page="/o/other/")

    assert NOT_FOUND in text_of(page)


def test_unknown_and_wrong_cost_the_same_queries(client, order):
    ask(client)  # what is loaded once is loaded now
    counts = []
    for number, contact in [("#1042", "x@example.com"), ("#9999", "x@example.com")]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(client, number, contact)
        counts.append([query["sql"].split(" FROM ")[-1].split()[0] for query in queries])

    assert counts[0] == counts[1]
    assert len(counts[0]) == 3


def test_the_second_miss_offers_a_person(client, order):
    first, second = ask(client, contact="x@example.com"), ask(client, contact="y@example.com")

    assert of_class(first, "notice__title") == []
    assert of_class(second, "notice__title") == ["Still no luck?"]


def test_tries_at_one_order_end_even_from_many_visitors(client, order, clock):
    for visitor in range(lookup.TRIES_PER_ORDER):
        ask(client, contact="x@example.com", REMOTE_ADDR=f"10.0.0.{visitor}")

    refused = ask(client, REMOTE_ADDR="10.0.1.1")
    unknown = [ask(client, "#9999", REMOTE_ADDR=f"10.0.2.{at}") for at in range(11)][-1]

    assert refused.status_code == unknown.status_code == 429
    assert int(refused["Retry-After"]) <= 600
    assert "Try again in 5 minutes." in text_of(refused)
    assert "#1042" in refused.content.decode()
    clock.shift(timedelta(seconds=int(refused["Retry-After"])))
    assert ask(client, REMOTE_ADDR="10.0.1.1").status_code == 302


@pytest.mark.parametrize(
    "ways",
    [
        ["x@example.com", " X@Example.COM", "x@example.com\u00a0"],
        ["+49 170 9990000", "0170/9990000", "tel. 00491709990000"],
        ["SW1A 1AA", "sw1a1aa", "SW1A-1AA"],
    ],
)
def test_tries_with_one_contact_end_even_from_many_visitors(client, shop, monkeypatch, ways):
    monkeypatch.setattr(lookup, "TRIES_PER_CONTACT", 6)
    answers = [
        ask(client, f"#{at}", ways[at % 3], REMOTE_ADDR=f"10.0.0.{at}").status_code
        for at in range(7)
    ]

    assert answers == [200] * 6 + [429]


def test_a_visitor_over_the_limit_shuts_nobody_else_out(client, order, monkeypatch):
    monkeypatch.setattr(lookup, "TRIES_PER_VISITOR", 2)
    for _ in range(lookup.TRIES_PER_ORDER * 2):
        ask(client, contact="x@example.com")

    assert ask(client, REMOTE_ADDR="10.9.9.9").status_code == 302


def test_tries_of_one_visitor_end(client, order):
    for number in range(lookup.TRIES_PER_VISITOR):
        ask(client, f"#{number}")

    assert ask(client).status_code == 429
    assert ask(client, REMOTE_ADDR="10.9.9.9").status_code == 302


def test_nothing_typed_is_said_at_each_field(client, shop):
    page = ask(client, "", "")

    assert of_class(page, "errors") == [
        "There is a problem Enter your order number "
        "Enter the e-mail address or the postcode of your order"
    ]
    assert one(page, "title") == "Error: Find your order – Alma & Fern"


def test_links_are_mailed_once_and_the_answer_is_always_the_same(client, order):
    answers = [
        client.post(LINKS, {"email": email}, follow=True).content
        for email in ("ines.weber@example.com", "Ines.Weber@example.com", "nobody@example.com")
    ]

    assert len(set(answers)) == 1
    assert one(client.get(LINKS + "sent/"), "h1") == "Look into your mailbox"
    sent = Message.every.filter(kind=MessageKind.LINKS).values_list("recipient", flat=True)
    assert set(sent) == {"ines.weber@example.com", "nobody@example.com"}


def test_mails_on_demand_end(client, order):
    answers = [client.post(LINKS, {"email": f"{at}@example.com"}) for at in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]


def test_no_address_no_mail(client, shop):
    page = client.post(LINKS, {"email": "ines"})

    assert "Enter an e-mail address such as name@example.com" in text_of(page)
    assert not Message.every.exists()


@pytest.mark.parametrize("seconds", [1, 59, 60, 61, 3600, 3601, 80000])
def test_how_long_to_wait_is_rounded_up(seconds):
    expected = {1: "1 minute.", 59: "1 minute.", 60: "1 minute.", 61: "2 minutes."}
    expected |= {3600: "60 minutes.", 3601: "2 hours.", 80000: "23 hours."}

    assert lookup.wait_text(seconds).endswith("Try again in " + expected[seconds])


NAUGHTY = Path(settings.BASE_DIR).parent / "shared" / "data" / "hostile" / "blns.json"


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the hostile strings are not here")
def test_hostile_words_are_answered_like_any_others(client, shop, monkeypatch):
    make_order(shop)
    monkeypatch.setattr(lookup, "TRIES_PER_VISITOR", 10_000)
    for place, nasty in enumerate(json.loads(NAUGHTY.read_text())):
        page = ask(client, nasty[:400], nasty)
        assert page.status_code == 200
        assert "<script" not in page.content.decode()
        if place % 10 == 0:
            assert client.get(PAGE, {"number": nasty, "lang": nasty}).status_code == 200
