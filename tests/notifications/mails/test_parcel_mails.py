"""What mails about parcels say, in both of their parts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.rendering import render
from notifications.rendering.sample import sample_of
from notifications.statuses import ABOUT_PARCELS, MessageKind
from orders.models import Order, OrderLine
from postpurchase.lib.locales import day_text, days_text
from tests.factories import (
    MerchantFactory,
    MessageFactory,
    MessageParcelFactory,
    PictureFactory,
    ShipmentFactory,
    ShipmentLineFactory,
)
from tests.notifications.mails.conftest import MARKUP, encoded, markup_of, order_of
from tests.notifications.mails.reading import read
from tests.notifications.mails.test_hostile import strings
from tracking.models import Shipment

TODAY = timezone.localdate


def parcel_in(order, *, lines=(), **values):
    parcel = ShipmentFactory(order=order, **values)
    for line in lines:
        ShipmentLineFactory(shipment=parcel, order_line=line)
    return parcel


def lines_of(order):
    return list(OrderLine.every.filter(order=order).order_by("position"))


def mail_of(order, kind, *parcels, change="", **values):
    message = MessageFactory(order=order, kind=kind, **values)
    for parcel in parcels:
        MessageParcelFactory(message=message, shipment=parcel, change=change)
    return render(message, now=timezone.now())


def on_their_way(shop, count=2):
    """Give an order of three lines in so many parcels, the last line in the last one."""
    order = order_of(shop)
    Order.every.filter(pk=order.pk).update(fulfilment_status="fulfilled", status="shipped")
    OrderLine.every.filter(order=order).update(fulfilled=1)
    lines = lines_of(order)
    inside = [lines] if count == 1 else [lines[:2], lines[2:]]
    return order, [parcel_in(order, lines=part) for part in inside]


def words(mail):
    return " ".join(mail.text.split())


@pytest.mark.parametrize("kind", ABOUT_PARCELS)
def test_every_kind_is_a_good_mail(shop, kind):
    mail = sample_of(kind, shop, language="en", now=timezone.now())
    html = read(mail.html)

    assert "#1042" in mail.subject
    assert len(mail.subject) <= 50
    assert 40 <= len(html.preheader) <= 90
    assert mail.subject not in html.preheader
    assert html.classes.count("cta") == 1
    assert len(encoded(mail)) < 60_000
    assert "prefers-color-scheme: dark" in mail.html
    for part in (mail.subject, mail.text, html.text):
        assert "{{" not in part
        assert "None" not in part
        assert "!" not in part
    long_lines = [line for line in mail.text.splitlines() if len(line) > 72]
    assert all(line.startswith("https://") for line in long_lines)
    assert "0034043429213510018" in mail.text
    assert "Rain jacket" in html.text


@pytest.mark.parametrize("kind", ABOUT_PARCELS)
def test_both_parts_say_the_same(shop, kind):
    mail = sample_of(kind, shop, language="en", now=timezone.now())

    html = read(mail.html).text
    for line in words(mail).split(". "):
        sentence = line.split(" Order #1042")[0]
        if "https://" not in line and 12 < len(sentence) < 80:
            assert sentence in html, sentence


def test_the_number_of_a_package_among_others(shop):
    order, (first, second) = on_their_way(shop)

    mail = mail_of(order, MessageKind.SHIPPED, second)

    assert mail.subject == "Order #1042: package 2 of 2 on its way"
    assert mail.text.startswith("Package 2 of 2 is on its way\n\nWe handed it to DHL.")
    titles = [line.title for line in lines_of(order)]
    assert [title in mail.text for title in titles] == [False, False, True]
    assert second.number in mail.text
    assert first.number not in mail.text


def test_packages_that_move_together_stand_one_below_the_other(shop):
    order, (first, second) = on_their_way(shop)

    mail = mail_of(order, MessageKind.SHIPPED, first, second)

    assert mail.subject == "Order #1042: 2 packages on their way"
    text = words(mail)
    assert text.index("Package 1 of 2") < text.index(first.number) < text.index("Package 2 of 2")
    assert second.number in text
    assert len(markup_of(mail)) == 2


def test_the_days_on_which_it_comes_stand_on_top(shop):
    order, (parcel,) = on_their_way(shop, 1)
    days = TODAY() + timedelta(days=2), TODAY() + timedelta(days=3)
    Shipment.every.filter(pk=parcel.pk).update(expected_from=days[0], expected_until=days[1])

    mail = mail_of(order, MessageKind.SHIPPED, parcel)

    assert f"Arrives: {days_text(*days)}" in mail.text
    assert read(mail.html).preheader.startswith(f"Arrives {days_text(*days)}.")


def test_without_a_date_it_says_so(shop):
    order, (parcel,) = on_their_way(shop, 1)

    text = words(mail_of(order, MessageKind.SHIPPED, parcel))

    assert "We don’t have a delivery date yet." in text


def test_a_later_date_stands_beside_the_first_one(shop):
    order, (parcel,) = on_their_way(shop, 1)
    was, now = TODAY() + timedelta(days=1), TODAY() + timedelta(days=4)
    Shipment.every.filter(pk=parcel.pk).update(
        promised_from=was, promised_until=was, expected_from=now, expected_until=now,
        cause="weather",
    )  # fmt: skip

    mail = mail_of(order, MessageKind.DELAYED, parcel)

    assert mail.subject == f"New date for order #1042: {day_text(now)}"
    text = words(mail)
    assert f"Now arrives: {day_text(now)} (was {day_text(was)})" in text
    assert "This is later than we promised. We’re sorry. The weather slows it down." in text
    assert text.lower().count("sorry") == 1


def deliver(parcel, *, hours_ago=0):
    at = timezone.now() - timedelta(hours=hours_ago)
    Shipment.every.filter(pk=parcel.pk).update(
        milestone="delivered", delivered_at=at, since=at, step=5
    )
    return at


def test_the_last_package_completes_the_order(shop):
    order, (first, second) = on_their_way(shop)
    deliver(first, hours_ago=30)
    part = mail_of(order, MessageKind.DELIVERED, first)
    deliver(second)
    whole = mail_of(order, MessageKind.DELIVERED, second)

    assert part.subject == "Order #1042: package 1 of 2 delivered"
    assert "1 more package is still to come." in words(part)
    assert whole.subject == "All of order #1042 is here"
    assert whole.text.startswith("All of your order is here\n\nThe last package was delivered")
    until = day_text(timezone.localdate() + timedelta(days=30))
    assert f"You can send items back until {until}." in words(whole)


def test_what_is_still_being_packed_is_named(shop):
    order, (parcel,) = on_their_way(shop, 1)
    OrderLine.every.filter(pk=lines_of(order)[0].pk).update(fulfilled=0)

    assert "The rest of your order is still being packed." in words(
        mail_of(order, MessageKind.SHIPPED, parcel)
    )


@pytest.mark.parametrize(
    ("milestone", "title"),
    [
        ("returning", "Your package is on its way back to us"),
        ("returned", "Your package is back with us"),
    ],
)
def test_a_package_that_goes_back_promises_no_sum_of_money(shop, milestone, title):
    order, (parcel,) = on_their_way(shop, 1)
    Shipment.every.filter(pk=parcel.pk).update(milestone=milestone, cause="refused")

    mail = mail_of(order, MessageKind.RETURNING, parcel)

    assert mail.text.startswith(f"{title}\n\nIt was refused.")
    assert "the money you paid" in words(mail)
    assert "€" not in mail.text


@pytest.mark.parametrize("cause", ["address", "customs_duty", "payment_due", "age_check", "other"])
def test_who_must_act_is_told_what_to_do(shop, cause):
    order, (parcel,) = on_their_way(shop, 1)
    Shipment.every.filter(pk=parcel.pk).update(
        milestone="exception", cause=cause, must_act="recipient"
    )

    mail = mail_of(order, MessageKind.ACTION_NEEDED, parcel, change=cause)

    assert len(mail.subject) <= 50
    asks = {"address": "Tell us the right address", "age_check": "Have your ID ready"}
    pays = "We never ask for card details by mail."
    assert asks.get(cause, pays if cause in ("customs_duty", "payment_due") else "page says") in (
        words(mail)
    )


def test_without_an_address_to_answer_to_the_order_page_is_named(db):
    bare = MerchantFactory(slug="bare", support_email="")
    mail = sample_of(MessageKind.LOST, bare, language="en", now=timezone.now())

    assert "write to us from your order page" in words(mail)
    assert "answer this mail" not in mail.text


def test_a_long_order_number_is_cut_for_the_subject_alone(shop):
    order, (first, _second) = on_their_way(shop)
    Order.every.filter(pk=order.pk).update(number="ORDER-2026-11-0000-123456789")
    order.refresh_from_db()

    mail = mail_of(order, MessageKind.SHIPPED, first)

    assert len(mail.subject) <= 50
    assert "ORDER-2026-11-0000-123456789" in mail.text


def test_markup_has_what_the_reference_requires(shop):
    """Required and recommended: Google's reference of ParcelDelivery."""
    for kind in (MessageKind.SHIPPED, MessageKind.OUT_FOR_DELIVERY, MessageKind.DELIVERED):
        (parcel,) = markup_of(sample_of(kind, shop, language="en", now=timezone.now()))

        assert (parcel["@context"], parcel["@type"]) == ("https://schema.org", "ParcelDelivery")
        assert parcel["carrier"] == {"@type": "Organization", "name": "DHL"}
        address = parcel["deliveryAddress"]
        assert address["@type"] == "PostalAddress"
        for name in ("streetAddress", "addressLocality", "addressRegion", "addressCountry"):
            assert address[name]
        assert parcel["partOfOrder"]["@type"] == "Order"
        assert parcel["partOfOrder"]["orderNumber"] == "#1042"
        assert parcel["partOfOrder"]["merchant"]["name"] == "Alma & Fern"
        assert parcel["itemShipped"][0] == {"@type": "Product", "name": "Rain jacket"}
        assert parcel["trackingNumber"]
        assert parcel["trackingUrl"].startswith("https://")
        assert parcel["deliveryStatus"]["@type"] == "DeliveryEvent"
        if kind == MessageKind.SHIPPED:
            assert parcel["expectedArrivalFrom"] <= parcel["expectedArrivalUntil"]


def test_other_kinds_have_no_markup(shop):
    mail = sample_of(MessageKind.LOST, shop, language="en", now=timezone.now())

    assert MARKUP.findall(mail.html) == []


def test_hostile_words_stay_words(shop):
    order, (parcel,) = on_their_way(shop, 1)
    for text in strings()[::25]:
        Shipment.every.filter(pk=parcel.pk).update(
            carrier="", carrier_said=text[:500], number=text[:100], url="javascript:alert(1)",
            signed_by=text[:200], milestone="delivered", delivered_at=timezone.now(),
            recent=[{"at": "2026-11-20T10:00:00+00:00", "milestone": "delivered", "place": text}],
        )  # fmt: skip
        order.refresh_from_db()
        mail = mail_of(order, MessageKind.DELIVERED, parcel, change=text[:90])
        page = read(mail.html)
        assert "javascript" not in str(page.links)
        assert [tag for tag, _ in page.tags if tag in {"script", "iframe", "svg"}] == ["script"]
        assert "\n" not in mail.subject


@pytest.mark.parametrize("count", [1, 40])
def test_long_packages_are_folded_and_small(shop, count):
    order = order_of(shop, lines=count)
    picture = PictureFactory(merchant=shop, state="ready", file="pictures/ab.jpg")
    OrderLine.every.filter(order=order).update(picture=picture, title="Непромокаемая " * 10)
    parcel = parcel_in(order, lines=lines_of(order))

    mail = mail_of(order, MessageKind.OUT_FOR_DELIVERY, parcel)

    assert ("and 20 more" in mail.text) == (count == 40)
    assert len(encoded(mail)) < 102_000


def test_queries_do_not_grow(shop, django_assert_max_num_queries):
    order, parcels = on_their_way(shop)
    message = MessageFactory(order=order, kind=MessageKind.SHIPPED)
    for parcel in [*parcels, *(parcel_in(order) for _ in range(6))]:
        MessageParcelFactory(message=message, shipment=parcel)

    with django_assert_max_num_queries(14):
        render(message, now=timezone.now())
