"""The German mails are German from the first line to the last."""

import re

import pytest
from django.utils import timezone

from notifications.rendering import render
from orders.statuses import PaymentStatus, Status
from postpurchase.lib.crypto import seal
from postpurchase.local import translations
from returns.models import ReturnPolicy
from tests.factories import FulfilmentFactory, MessageFactory, OrderFactory
from tests.notifications.mails.conftest import encoded, mail_of, order_of
from tests.notifications.mails.reading import read

SOURCES = ("templates/mail", "notifications/rendering", "orders/rendering", "returns/queries")


@pytest.fixture
def laden(shop):
    """Give the shop with German words of its own."""
    shop.support_hours, shop.postal_address = "Mo–Fr 9–17 Uhr", "Lindenstraße 9\n10969 Berlin"
    shop.language = "de"
    shop.save()
    ReturnPolicy.every.filter(merchant=shop).update(text="Schuhe darf man anprobieren.")
    return shop


def english():
    """Give the English sentences that a mail could say, cut at their placeholders."""
    source = translations.LOCALE / "de" / "LC_MESSAGES" / "django.po"
    for message in translations.read(source):
        if not any(place.startswith(SOURCES) for place, _line in message.locations):
            continue
        texts = message.id if isinstance(message.id, (list, tuple)) else [message.id]
        for text in texts:
            for part in re.split(r"%\(\w+\)[ds]|[.:·]", text):
                if len(part.strip()) >= 8 and part.strip() not in str(message.string):
                    yield part.strip()


def assert_german(mail):
    whole = f"{mail.subject}\n{' '.join(mail.text.split())}\n{read(mail.html).text}"
    whole += read(mail.html).preheader
    assert [part for part in english() if part in whole] == []
    assert read(mail.html).root["lang"] == "de"
    assert 40 <= len(read(mail.html).preheader) <= 90
    assert len(mail.subject) <= 60


def test_the_check_sees_english(shop):
    mail = mail_of(order_of(shop))

    assert "See your order" in list(english())
    assert "See your order" in mail.text


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("style", ["simple", "warm", "reassuring"])
def test_confirmation(laden, status, style):
    from merchants.models import Brand

    Brand.every.filter(merchant=laden).update(confirmation_style=style)
    order = order_of(
        laden,
        lines=21,
        status=status,
        payment_status=PaymentStatus.PENDING,
        shipping_method="Paket",
        cancelled_at=timezone.now(),
    )
    FulfilmentFactory(order=order)
    mail = mail_of(order, language="de")

    assert_german(mail)
    assert "44,90\xa0€" in mail.text
    assert "Deutschland" in mail.text
    assert len(encoded(mail)) < 60_000


@pytest.mark.parametrize("kind", ["code", "links"])
def test_access(laden, kind):
    order = OrderFactory(merchant=laden, email="ana@example.com")
    message = MessageFactory(
        order=order if kind == "code" else None,
        merchant=laden,
        kind=kind,
        sealed=seal("482913"),
        recipient="ana@example.com",
        language="de",
    )

    assert_german(render(message, now=timezone.now()))
