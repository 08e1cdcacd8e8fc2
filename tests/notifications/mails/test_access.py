"""The mails that let a shopper in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.rendering import render
from orders.statuses import Status
from postpurchase.lib.crypto import seal
from tests.factories import MerchantFactory, MessageFactory, OrderFactory
from tests.notifications.mails.conftest import order_of
from tests.notifications.mails.reading import read


@pytest.fixture
def code_mail(shop):
    message = MessageFactory(order=order_of(shop), kind="code", sealed=seal("482913"))
    return render(message, now=timezone.now())


def test_code_is_in_the_body_and_not_in_the_subject(code_mail):
    assert code_mail.subject == "Your code for Alma & Fern"
    assert "482 913" in code_mail.text
    assert "482 913" in read(code_mail.html).text
    # What lock screens show: the subject and the first line.
    assert "482" not in code_mail.subject + read(code_mail.html).preheader


def test_code_says_how_long_and_what_if_not_asked_for(code_mail):
    for text in (" ".join(code_mail.text.split()), read(code_mail.html).text):
        assert "It works for 10 minutes, once." in text
        assert "Did you not ask for a code? Then you can ignore this mail" in text
        assert "#1042" in text


def test_code_mail_has_no_link_to_click(code_mail):
    assert [url for url in read(code_mail.html).links if url.startswith("http")] == []


def links_mail(shop, recipient="ana@example.com"):
    message = MessageFactory(order=None, merchant=shop, kind="links", recipient=recipient)
    return render(message, now=timezone.now())


def test_links_lists_the_orders_of_the_address_newest_first(shop):
    now = timezone.now()
    for days, number in ((3, "#1"), (1, "#2"), (2, "#3")):
        OrderFactory(
            merchant=shop,
            number=number,
            email="ana@example.com",
            placed_at=now - timedelta(days=days),
        )
    OrderFactory(merchant=shop, number="#4", email="ben@example.com")
    OrderFactory(merchant=shop, number="#5", email="ana@example.com", status=Status.DRAFT)
    OrderFactory(merchant=MerchantFactory(), number="#6", email="ana@example.com")
    mail = links_mail(shop, recipient="Ana@Example.com")

    numbers = [line for line in mail.text.splitlines() if line.startswith("Order #")]
    assert numbers == ["Order #2", "Order #3", "Order #1"]
    urls = [url for url in read(mail.html).links if "/order/" in url]
    assert len(set(urls)) == 3
    assert all(url in mail.text for url in urls)
    assert "€44.90 · Being packed" in mail.text
    assert mail.subject == "Your orders at Alma & Fern"


def test_links_speak_of_one_order_as_one(shop):
    OrderFactory(merchant=shop, email="ana@example.com")

    assert links_mail(shop).text.startswith("Your order\n")


@pytest.mark.parametrize(
    ("language", "root", "subject"),
    [
        ("de-AT", "de", "Ihr Code für Alma & Fern"),
        ("xx", "en", "Your code for Alma & Fern"),
        ("", "en", "Your code for Alma & Fern"),
    ],
)
def test_language_falls_back_on_the_shops(shop, language, root, subject):
    message = MessageFactory(
        order=order_of(shop), kind="code", sealed=seal("482913"), language=language
    )
    mail = render(message, now=timezone.now())

    assert read(mail.html).root["lang"] == root
    assert mail.subject == subject
