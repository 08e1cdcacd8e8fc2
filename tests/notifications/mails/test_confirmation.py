"""What a confirmation says, in both of its parts."""

from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from merchants.statuses import ConfirmationStyle
from orders.statuses import FulfilmentStatus, PaymentStatus, Status
from postpurchase.lib import links
from postpurchase.lib.colour import tokens
from postpurchase.lib.locales import money_text
from postpurchase.lib.money import Money
from tests.factories import (
    BrandFactory,
    FulfilmentFactory,
    MerchantFactory,
    MessageFactory,
    PictureFactory,
)
from tests.notifications.mails.conftest import encoded, mail_of, markup_of, order_of
from tests.notifications.mails.reading import read

FACTS = [
    "Thanks, Ana. We have your order.",
    "#1042",
    "€40.00",
    "€4.90",
    "€44.90",
    "€7.17 tax is included.",
    "Kastanienallee 12",
    "10435 Berlin",
    "Germany",
    "Visa •••• 4242",
    "You can send items back within 30 days of delivery.",
    "Shoes can be tried on.",
    "help@alma.example",
    "+49 30 1234567",
    "Mon–Fri 9–17",
    "Alma & Fern GmbH",
    "Lindenstraße 9",
    "You can change or cancel until",
    "Arrives",
    "We hand it to the carrier by",
]


def test_both_parts_say_the_same(shop):
    order = order_of(shop)
    mail = mail_of(order)
    html, text = read(mail.html), " ".join(mail.text.split())

    titles = [line.title for line in order.lines.model.every.filter(order=order)]
    for fact in [*FACTS, *titles]:
        assert fact in html.text, fact
        assert fact in text, fact
    assert mail.subject == "Order #1042 confirmed"


def test_link_opens_this_order_for_180_days(shop):
    order = order_of(shop)
    now = timezone.now()
    mail = mail_of(order)

    hrefs = {url for url in read(mail.html).links if "/order/" in url}
    assert len(hrefs) == 1
    url = hrefs.pop()
    assert url in mail.text.split()
    assert url.startswith("https://orders.example/o/alma/order/")
    link = links.read(url.rstrip("/").rsplit("/", 1)[1], purpose="order", now=now)
    assert (link.subject, link.epoch) == (order.public_id, 0)
    assert timedelta(days=179) < link.expires_at - now <= timedelta(days=180, seconds=60)


def test_one_main_button_and_no_template_left_over(shop):
    mail = mail_of(order_of(shop))
    html = read(mail.html)

    assert html.classes.count("cta") == 1
    for part in (mail.subject, mail.text, mail.html):
        assert "{{" not in part
        assert "{%" not in part
        assert "None" not in part
    assert "googleapis" not in mail.html
    assert "<mj-" not in mail.html


def test_language_direction_and_hidden_first_line(shop):
    mail = mail_of(order_of(shop))
    html = read(mail.html)

    assert html.root == {"lang": "en", "dir": "ltr"} | html.root
    assert 40 <= len(html.preheader) <= 90
    assert html.preheader.startswith("Arrives ")
    assert mail.subject not in html.preheader
    assert html.filler >= 40


def test_colours_are_the_brands_own_as_hex(shop):
    yellow = MerchantFactory(slug="sun")
    BrandFactory(merchant=yellow, colour="#ffd400")
    mail = mail_of(order_of(yellow))

    palette = tokens("#ffd400")
    for colour in (palette.light.brand, palette.light.brand_ink, palette.dark.brand_ink):
        assert colour in mail.html
    assert "var(--" not in mail.html
    assert "color:#000000" in mail.html  # The text on yellow.
    assert "prefers-color-scheme: dark" in mail.html
    assert "[data-ogsc]" in mail.html


@pytest.mark.parametrize("style", ConfirmationStyle.values)
def test_styles_differ_in_words_only(shop, style):
    order = order_of(shop)
    brand = BrandFactory._meta.model.every.get(merchant=shop)
    brand.confirmation_style = style
    brand.save()
    mail = mail_of(order)

    for fact in FACTS[1:]:
        assert fact in read(mail.html).text
    greeting = {
        "simple": "Thanks, Ana. We have your order.",
        "warm": "Welcome, Ana, and thank you",
        "reassuring": "All set, Ana. Your order is safe with us.",
    }
    assert mail.text.startswith(greeting[style])


@pytest.mark.parametrize(
    "name", ["", "www.win.example", "http://x.example/", "user@x.example", "42"]
)
def test_who_has_no_name_is_greeted_without_one(shop, name):
    mail = mail_of(order_of(shop, name=name))

    assert mail.text.startswith("Thanks. We have your order.\n")


def test_payment_pending_says_what_is_missing(shop):
    order = order_of(
        shop, status=Status.PAYMENT_PENDING, payment_status=PaymentStatus.PARTIALLY_PAID
    )
    payment = order.payments.model.every.get(order=order)
    payment.state, payment.amount_minor = "captured", 1000
    payment.save()
    mail = mail_of(order)

    assert mail.subject == "Order #1042: payment still open"
    assert "Still to pay: €34.90" in mail.text
    assert "We start packing as soon as the payment arrives." in mail.text
    assert "Arrives" not in mail.text
    assert markup_of(mail)["orderStatus"] == "https://schema.org/OrderPaymentDue"


def test_shipped_by_the_shop_before_the_mail_went_out(shop):
    order = order_of(shop, status=Status.SHIPPED, fulfilment_status=FulfilmentStatus.FULFILLED)
    sent = FulfilmentFactory(order=order)
    mail = mail_of(order)

    assert mail.text.startswith("Your order is on the way\n")
    assert "DHL 00340434292135100186" in mail.text
    assert sent.tracking_urls[0] in read(mail.html).links
    assert "change or cancel" not in mail.text
    assert markup_of(mail)["orderStatus"] == "https://schema.org/OrderInTransit"


@pytest.mark.parametrize("status", Status.values)
def test_every_state_can_be_said(shop, status):
    mail = mail_of(order_of(shop, status=status, cancelled_at=timezone.now()))

    assert "#1042" in mail.subject
    assert len(mail.subject) <= 50
    assert mail.text.strip()


def test_without_promise_it_says_so(db):
    mail = mail_of(order_of(MerchantFactory(slug="plain")))

    assert "We don’t have a delivery date yet." in mail.text
    assert "Arrives" not in mail.text


def test_nothing_but_an_order(db):
    """No lines, no address, no payment, no brand, no policy, no support: still a mail."""
    merchant = MerchantFactory(
        slug="bare", legal_name="", postal_address="", support_email="", support_phone=""
    )
    order = order_of(merchant, lines=0, name="")
    order.addresses.model.every.filter(order=order).delete()
    order.payments.model.every.filter(order=order).delete()
    mail = mail_of(order)

    assert "Delivery address" not in mail.text
    assert "Questions?" not in mail.text
    assert "€44.90" in mail.text


def test_pictures_are_ours_and_a_missing_one_is_a_tile(shop):
    order = order_of(shop, lines=2)
    first, _second = order.lines.model.every.filter(order=order).order_by("position")
    first.picture = PictureFactory(merchant=shop, state="ready", file="pictures/ab.jpg")
    first.save()
    mail = mail_of(order)

    (picture,) = read(mail.html).images
    assert picture["src"] == "https://orders.example/media/pictures/ab.jpg"
    assert (picture["width"], picture["height"], picture["alt"]) == ("64", "64", first.title)
    assert ">LS</td>" in mail.html


def png(width, height):
    picture = BytesIO()
    Image.new("RGBA", (width, height), "#1c1c1a").save(picture, "PNG")
    return ContentFile(picture.getvalue())


@pytest.mark.parametrize(
    ("size", "shown"),
    [((400, 100), ("160", "40")), ((900, 30), ("240", "8")), ((8, 8), ("40", "40"))],
)
def test_logo_is_hosted_and_low(db, settings, tmp_path, size, shown):
    settings.MEDIA_ROOT = tmp_path
    merchant = MerchantFactory(slug="logo")
    brand = BrandFactory(merchant=merchant)
    brand.logo.save("logo.png", png(*size))
    (logo,) = read(mail_of(order_of(merchant)).html).images

    assert logo["src"].startswith("https://orders.example/o/logo/logo-")
    assert (logo["width"], logo["height"]) == shown
    assert logo["alt"] == merchant.name


@pytest.mark.parametrize("name", ["logos/gone.png", "logos/new.webp"])
def test_without_a_usable_logo_the_name_stands_there(db, settings, tmp_path, name):
    settings.MEDIA_ROOT = tmp_path
    merchant = MerchantFactory(slug="logo")
    BrandFactory(merchant=merchant, logo=name)
    html = read(mail_of(order_of(merchant)).html)

    assert html.images == []
    assert html.text.startswith(merchant.name)


@pytest.mark.parametrize("count", [1, 20, 32])
def test_long_orders_are_folded_and_small(shop, count):
    order = order_of(shop, lines=count)
    mail = mail_of(order)

    shown = min(count, 20)
    assert read(mail.html).text.count("Quantity: 1") == shown
    assert mail.text.count("1 × ") == shown
    assert ("and 12 more" in mail.text) == (count == 32)
    assert ("and 12 more" in read(mail.html).text) == (count == 32)
    assert len(encoded(mail)) < 60_000


def test_twenty_long_cyrillic_lines_with_pictures_are_not_clipped(shop):
    order = order_of(shop, lines=20)
    picture = PictureFactory(merchant=shop, state="ready", file="pictures/ab.jpg")
    order.lines.model.every.filter(order=order).update(
        title="Непромокаемая куртка " * 20, variant="Тёмно-зелёный " * 20, picture=picture
    )
    mail = mail_of(order)

    # Gmail cuts a mail off at 102 kB.
    assert len(encoded(mail)) < 102_000
    assert len(read(mail.html).images) == 20


@pytest.mark.parametrize(("currency", "total"), [("EUR", 4490), ("JPY", 4490), ("KWD", 44905)])
def test_markup_agrees_to_the_smallest_unit(shop, currency, total):
    order = order_of(shop, lines=2, currency=currency, total_minor=total)
    mail = mail_of(order)
    markup = markup_of(mail)

    amount = {"EUR": "44.90", "JPY": "4490", "KWD": "44.905"}[currency]
    assert (markup["price"], markup["priceCurrency"]) == (amount, currency)
    assert markup["@type"] == "Order"
    assert markup["orderNumber"] == "#1042"
    assert markup["orderStatus"] == "https://schema.org/OrderProcessing"
    offers = markup["acceptedOffer"]
    assert [offer["eligibleQuantity"]["value"] for offer in offers] == [1, 1]
    assert money_text(Money(total, currency)) in unescape(mail.html)
    assert money_text(Money(total, currency)) in mail.text


def test_text_part_keeps_72_columns(shop):
    shop.support_hours = "Monday to Friday from nine to five, Saturdays from ten to one " * 2
    shop.save()
    mail = mail_of(order_of(shop, lines=3))

    long_lines = [line for line in mail.text.splitlines() if len(line) > 72]
    assert all(line.startswith("https://") for line in long_lines)
    assert "\n\n\n" not in mail.text


def test_queries_do_not_grow(shop, django_assert_max_num_queries):
    order = order_of(shop, lines=30)
    message = MessageFactory(order=order)
    from notifications.rendering import render

    with django_assert_max_num_queries(13):
        render(message, now=timezone.now())
