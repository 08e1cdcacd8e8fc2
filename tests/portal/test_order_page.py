"""The order page in every state."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from orders.models import Order, OrderLine
from orders.statuses import PaymentStatus, Status
from tests.factories import MerchantFactory, OrderLineFactory, RefundFactory
from tests.portal.reading import of_class, one, parts, text_of
from tests.portal.scenes import STATES, bill_elsewhere, link_to, make_order

CHANGE = ["Change or cancel by e-mail"]
WRITE = ["Write to us"]
FOLLOW = ["Follow your package"]
ARRIVES = ["Fri 27 Nov – Tue 1 Dec"]
BACK = ["€136.90"]
UNTIL = "until Mon 23 Nov, 16:05"

# By state: headline, word of the chip, date or amount, current step, buttons, deadline.
PAGES = {
    Status.PLACED: ("We have your order", "Placed", ARRIVES, "Packed", CHANGE, True),
    Status.PACKING: ("We’re packing your order", "Being packed", ARRIVES, "Packed", CHANGE, True),
    Status.PAYMENT_PENDING: (
        "We can’t ship yet: your payment is not confirmed",
        "Waiting for payment",
        [],
        "Ordered",
        ["Ask about the payment"],
        True,
    ),
    Status.ON_HOLD: ("Your order is on hold", "On hold", [], "Ordered", CHANGE, True),
    Status.PART_SHIPPED: (
        "3 of 4 items are on the way",
        "Partly shipped",
        ARRIVES,
        "On its way",
        [*FOLLOW, "Cancel by e-mail"],
        True,
    ),
    Status.SHIPPED: (
        "Your order is on the way",
        "Shipped",
        ARRIVES,
        "On its way",
        FOLLOW + WRITE,
        False,
    ),
    Status.DELIVERED: ("Your order was delivered", "Delivered", [], None, WRITE, False),
    Status.CANCELLED: ("Your order was cancelled", "Cancelled", BACK, None, WRITE, False),
    Status.REFUNDED: ("Your money was sent back", "Refunded", BACK, None, WRITE, False),
}


@pytest.mark.parametrize("status", PAGES)
def test_what_each_state_says_and_offers(client, shop, status):
    headline, chip, hero, step, buttons, deadline = PAGES[status]

    page = client.get(link_to(make_order(shop, status)))

    assert page.status_code == 200
    assert one(page, "h1") == headline
    assert one(page, "title") == f"{headline} – #1042 – Alma & Fern"
    assert of_class(page, "chip") == [chip]
    assert of_class(page, "hero__date") == hero
    assert of_class(page, "stepper__step--current") == ([step] if step else [])
    assert of_class(page, "button") == buttons
    assert (UNTIL in text_of(page)) is deadline


def test_the_table_covers_every_state_but_drafts():
    assert set(PAGES) == set(Status) - {Status.DRAFT} == set(STATES)


def test_after_the_window_the_page_says_why_not(client, order, clock):
    clock.shift(timedelta(hours=2))

    page = client.get(link_to(order))

    assert "until" not in text_of(page)
    assert "We have started on your order" in text_of(page)
    assert of_class(page, "button") == WRITE


def test_a_promise_that_has_passed_is_not_repeated(client, shop, clock):
    order = make_order(shop, Status.SHIPPED)
    clock.shift(timedelta(days=14))

    page = client.get(link_to(order))

    assert of_class(page, "hero__label") == ["Should have arrived"]
    assert of_class(page, "hero__note") == ["Not there yet? We’re sorry. Write to us."]


def test_packing_that_takes_too_long_is_owned(client, order, clock):
    clock.shift(timedelta(days=3))

    page = client.get(link_to(order))

    assert of_class(page, "hero__note") == ["Packing takes longer than planned. We’re sorry."]


def test_part_refund_is_told_and_the_order_goes_on(client, shop):
    order = make_order(
        shop,
        Status.SHIPPED,
        payment_status=PaymentStatus.PARTIALLY_REFUNDED,
        refunded_minor=2_900,
    )

    page = client.get(link_to(order))

    assert of_class(page, "notice__title") == ["We sent €29.00 back to you."]
    assert one(page, "h1") == "Your order is on the way"


def test_no_item_stands_in_two_packages(client, shop):
    order = make_order(shop, Status.PART_SHIPPED)

    page = client.get(link_to(order))

    assert of_class(page, "item__title") == [
        "Rain jacket “Nordsee”",
        "Merino socks, pack of three",
        "Thermos flask 0.5 l",
    ]
    assert "Still to be packed" in parts(page, "h2")


def test_a_package_without_stated_lines_leaves_the_items_together(client, shop):
    order = make_order(shop, Status.PART_SHIPPED)
    order.fulfilments.update(lines=[])

    page = client.get(link_to(order))

    assert len(of_class(page, "item__title")) == 3
    assert "Still to be packed" not in parts(page, "h2")


def test_totals_and_payment_are_those_the_shop_stated(client, order):
    words = text_of(client.get(link_to(order)))

    assert "Items €142.00 Discount (AUTUMN) -€10.00 Delivery €4.90 Total €136.90" in words
    assert "Tax (included): €21.86" in words
    assert "Paid Visa •••• 4242" in words


def test_a_stranger_with_the_link_sees_no_street_surname_phone_or_mailbox(client, order):
    bill_elsewhere(order)

    words = client.get(link_to(order)).content.decode()

    for secret in ("Kastanienallee", "Weber", "5550123", "ines.weber", "Am Markt"):
        assert secret not in words, secret
    assert "Kas…" in words


def test_only_public_events_newest_first(client, shop):
    order = make_order(shop, Status.CANCELLED)

    page = client.get(link_to(order))

    assert parts(page, "time") == [
        "Mon 23 Nov, 15:14",
        "Mon 23 Nov, 15:11",
        "Mon 23 Nov, 15:08",
        "Mon 23 Nov, 15:05",
    ]
    assert "Show all 4" in text_of(page)
    assert "do not fit" not in text_of(page)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(client, shop, rows, django_assert_max_num_queries):
    order = make_order(shop, Status.SHIPPED)
    for place in range(rows):
        OrderLineFactory(order=order, position=10 + place)
        RefundFactory(order=order)
    path = link_to(order)

    with django_assert_max_num_queries(13) as queries:
        client.get(path)
    assert len(queries) == 13

    # Brand and rules are kept for some seconds.
    with django_assert_max_num_queries(12) as queries:
        client.get(path)
    assert len(queries) == 9


def test_the_page_and_its_stylesheets_are_small(client, shop):
    page = client.get(link_to(make_order(shop, Status.PART_SHIPPED)))
    sheet = Path(settings.BASE_DIR / "static" / "app.css").read_bytes()

    assert len(gzip.compress(page.content)) <= 12_000
    assert len(gzip.compress(sheet)) <= 10_000


def test_the_paper_page_opens_everything_and_offers_nothing(client, shop):
    order = make_order(shop, Status.CANCELLED)

    page = client.get(link_to(order) + "?print")

    assert "<details open>" in page.content.decode()
    assert 'class="paper"' in page.content.decode()
    assert "Show addresses in full" not in text_of(page)


def test_without_any_policy_or_brand_the_page_still_stands(client, db, clock):
    bare = MerchantFactory(support_email="", support_phone="", support_hours="")
    order = make_order(bare, Status.PACKING, email="")

    page = client.get(link_to(order))

    assert page.status_code == 200
    assert of_class(page, "hero__date") == []
    assert of_class(page, "button") == []
    assert "Answer any of our mails" in text_of(page)


NAUGHTY = Path(settings.BASE_DIR).parent / "shared" / "data" / "hostile" / "blns.json"


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the hostile strings are not here")
def test_hostile_words_stay_words(client, order):
    """Each string stands in turn in every text of the order; none becomes a tag or an error."""
    strings = [text.replace("\0", "") for text in json.loads(NAUGHTY.read_text())]
    calm = client.get(link_to(order)).content.decode()
    line = OrderLine.every.get(order=order, position=1)
    for start in range(0, len(strings), 12):
        nasty = " ".join(strings[start : start + 12])[:400]
        OrderLine.every.filter(pk=line.pk).update(title=nasty, variant=nasty)
        order.addresses.model.every.filter(order=order).update(
            name=nasty, street=nasty, city=nasty, postcode=nasty, phone=nasty
        )
        Order.every.filter(pk=order.pk).update(name=nasty, shipping_method=nasty)

        page = client.get(link_to(order))

        assert page.status_code == 200
        assert page.content.decode().count("<script") == calm.count("<script") == 0
        for tag in ("<img", "<iframe", "<svg onload", '<a href="java', "<b onmouse"):
            assert page.content.decode().count(tag) == calm.count(tag), (tag, nasty)


def test_a_carrier_link_that_runs_script_is_no_link(client, shop):
    order = make_order(shop, Status.SHIPPED)
    order.fulfilments.model.every.filter(order=order).update(
        tracking_urls=["javascript:alert(1)"], tracking_numbers=["<b>1</b>"]
    )

    source = client.get(link_to(order)).content.decode()

    assert "javascript:" not in source
    assert "&lt;b&gt;1&lt;/b&gt;" in source
