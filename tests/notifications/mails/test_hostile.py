"""Names, titles and addresses come from strangers: they stay text, on their line, in their box."""

import json
from itertools import cycle
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from notifications.rendering import render
from notifications.rendering.text import greetable, in_columns, one_line
from postpurchase.lib.crypto import seal
from tests.factories import MessageFactory
from tests.notifications.mails.conftest import encoded, mail_of, markup_of, order_of
from tests.notifications.mails.reading import read

BLNS = Path(__file__).parents[4] / "shared/data/hostile/blns.json"
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
FIELDS = 15


def strings():
    if not BLNS.is_file():
        pytest.skip("../shared/data/hostile/blns.json is not here")
    # Postgres holds no NUL; sources remove it before it gets here.
    found = json.loads(BLNS.read_text())
    clean = [text.replace("\0", "").encode("utf-8", "ignore").decode() for text in found]
    return [text for text in clean if text.strip()]


def poison(order, *texts):
    """Put texts into every field that a mail shows, in turn; returns the order's number."""
    turn = cycle(text[:190] for text in texts)
    order.number, order.name, order.shipping_method = next(turn), next(turn), next(turn)
    order.discount_codes, order.discount_minor = [next(turn)], 100
    order.save()
    for line in order.lines.model.every.filter(order=order):
        line.title, line.variant, line.sku = next(turn), next(turn), next(turn)
        line.save()
    fields = ["name", "company", "street", "street2", "city", "province", "postcode"]
    order.addresses.model.every.filter(order=order).update(**{name: next(turn) for name in fields})
    order.payments.model.every.filter(order=order).update(card_brand=next(turn))
    return one_line(order.number)


def shape(html):
    """Give the tags of a page with the names of their attributes, without what they hold."""
    return [(tag, sorted(attrs)) for tag, attrs in read(html).tags]


@pytest.fixture
def order(shop):
    return order_of(shop, lines=1, discount_minor=100, discount_codes=["x"])


def test_no_string_changes_the_shape_of_the_mail(order):
    poison(order, "plain")
    expected = shape(mail_of(order).html)
    message = MessageFactory(order=order)
    # A line that nothing remains of is left out, so such strings have a test of their own.
    hostile = [text for text in strings() if one_line(text[:190])]
    for start in range(0, len(hostile), FIELDS):
        number = poison(order, *hostile[start : start + FIELDS])
        mail = render(message, now=timezone.now())
        assert shape(mail.html) == expected, number
        assert markup_of(mail)["orderNumber"] == number
        assert "\n" not in mail.subject
        assert "\r" not in mail.subject
        assert not set(BIDI) & set(mail.subject + mail.text + mail.html)
        # Django refuses a header with a line break.
        assert encoded(mail)


def test_strings_of_nothing_visible_leave_no_empty_line(order):
    poison(order, "\u202e\x07", "\u2066")
    mail = mail_of(order)

    assert "<br /><br />" not in mail.html
    address = mail.text.split("Delivery address\n")[1].split("\n\n")[0]
    assert address.split("\n")[0] == "  Germany"


def test_script_cannot_close_the_markup(order):
    evil = '</script><script>alert(1)</script><img src=x onerror=alert(1)>"&\u2028'
    poison(order, evil)
    mail = mail_of(order)

    assert mail.html.count("<script") == 1
    assert "<img" not in mail.html
    assert markup_of(mail)["acceptedOffer"][0]["itemOffered"]["name"] == one_line(evil, at_most=90)


def test_name_with_line_breaks_stays_on_its_line(order):
    poison(order, "Ana\r\nBcc: all@x.example\r\n\r\nTotal: €0.00")
    mail = mail_of(order)

    message = EmailMultiAlternatives(mail.subject, mail.text, "a@shop.example", ["b@example.com"])
    assert message.message()["Bcc"] is None
    assert "\nTotal: €0.00" not in mail.text
    assert "\n  Total: €0.00" not in mail.text


def test_attributes_hold_backslashes_and_marks_as_they_are(shop):
    from tests.factories import PictureFactory

    order = order_of(shop, lines=1)
    line = order.lines.model.every.get(order=order)
    line.title = "Caf\u0065\u0301 \\ \"cup\" <b> 'x' &amp;"
    line.picture = PictureFactory(merchant=shop, state="ready", file="pictures/a.jpg")
    line.save()

    (picture,) = read(mail_of(order).html).images
    assert picture["alt"] == line.title


def test_merchants_own_words_are_text_too(shop):
    shop.name = "A<b>&\"'\\"
    shop.support_hours = "<script>x</script>\u202e"
    shop.support_phone = "\ufffe1\uffff"
    shop.postal_address = "<i>1</i>\n\n  Street"
    shop.save()
    mail = mail_of(order_of(shop))
    html = read(mail.html)

    assert mail.html.count("<script") == 1
    assert shop.name in html.text
    assert "<i>1</i> Street" in html.text
    assert "\u202e" not in mail.html + mail.text


def test_code_of_a_strange_shop(shop):
    shop.name = "A\nB: <x>"
    message = MessageFactory(order=order_of(shop), kind="code", sealed=seal("123456"))
    mail = render(message, now=timezone.now())

    assert mail.subject == "Your code for A B: <x>"


def test_ten_thousand_lines(shop):
    order = order_of(shop, lines=0)
    model = order.lines.model
    model.every.bulk_create(
        model(
            merchant=shop,
            order=order,
            external_id=f"line-{place}",
            position=place,
            title=f"Thing {place}",
            ordered=1,
            currency="EUR",
            total_minor=1,
            unit_minor=1,
            paid_minor=1,
        )
        for place in range(10_000)
    )
    mail = mail_of(order)

    assert "and 9,980 more" in mail.text or "and 9980 more" in mail.text
    assert len(encoded(mail)) < 60_000
    assert len(markup_of(mail)["acceptedOffer"]) == 20


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nb\tc", "a b c"),
        ("a\u2028b\x85c", "a b c"),
        ("a\x00\x07\u202eb\ufffe", "ab"),
        ("\ud800x", "x"),
        ("x" * 300, "x" * 199 + "…"),
        ("ארוחה", "ארוחה"),
    ],
)
def test_one_line(text, line):
    assert one_line(text) == line


@pytest.mark.parametrize("name", ["Ana", "Jean-Luc", "O’Neill", "Łukasz", "李", "María"])
def test_names_are_greeted(name):
    assert greetable(name) == name


@pytest.mark.parametrize(
    "name", ["evil.com", "evil。com", "http://x", "a@b", "1", "<b>", "...", "x/y"]
)
def test_links_are_not_greeted(name):
    assert greetable(name) == ""


def test_in_columns_keeps_addresses_whole():
    url = "https://orders.example/" + "a" * 90
    text = in_columns(f"One {'word ' * 30}\n  {url}\n\n\n\n  indented {'more ' * 20}\n")

    assert f"  {url}" in text.splitlines()
    assert "\n\n\n" not in text
    assert all(len(line) <= 72 for line in text.splitlines() if url not in line)
