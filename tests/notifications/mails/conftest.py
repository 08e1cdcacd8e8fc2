"""A shop, its orders, and their mails."""

import json
import re

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from notifications.rendering import render
from tests.factories import (
    AddressFactory,
    BrandFactory,
    MerchantFactory,
    MessageFactory,
    OrderFactory,
    PaymentFactory,
    ReturnPolicyFactory,
    ShippingPromiseFactory,
)

MARKUP = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def public_url(settings):
    settings.PUBLIC_URL = "https://orders.example"


@pytest.fixture
def shop(db):
    merchant = MerchantFactory(name="Alma & Fern", slug="alma")
    BrandFactory(merchant=merchant)
    ReturnPolicyFactory(merchant=merchant, text="Shoes can be tried on.")
    ShippingPromiseFactory(merchant=merchant)
    return merchant


def order_of(shop, *, lines=3, **values):
    values = {"number": "#1042", "name": "Ana Pop"} | values
    order = OrderFactory(merchant=shop, lines=lines, **values)
    AddressFactory(order=order, name="Ana Pop")
    PaymentFactory(order=order)
    return order


def mail_of(order, **values):
    return render(MessageFactory(order=order, **values), now=timezone.now())


def encoded(mail):
    """Give the bytes of the mail as an SMTP server gets it."""
    message = EmailMultiAlternatives(mail.subject, mail.text, "a@shop.example", ["b@example.com"])
    message.attach_alternative(mail.html, "text/html")
    return message.message().as_bytes()


def markup_of(mail):
    found = MARKUP.findall(mail.html)
    assert len(found) == 1
    return json.loads(found[0])
