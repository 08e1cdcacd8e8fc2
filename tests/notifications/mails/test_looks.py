"""The mails in a real browser: widths, sizes, contrast, with light and dark screens."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.utils import timezone

from notifications.rendering import render
from orders.statuses import Status
from postpurchase.lib.crypto import seal
from tests.factories import BrandFactory, MerchantFactory, MessageFactory, ReturnPolicyFactory
from tests.notifications.mails.conftest import order_of

pytestmark = [pytest.mark.browser]

# Playwright runs an event loop in this thread; Django's guard would take that for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # A mail is no page: it is shown inside of one, which has the landmarks.
    "rules": {"landmark-one-main": {"enabled": False}, "region": {"enabled": False}},
}
BOXES = (
    """() => [...document.querySelectorAll('.cta a')].map(a => a.getBoundingClientRect().height)"""
)
SMALLEST = """() => Math.min(...[...document.querySelectorAll('td, div, span, strong, a, h1, h2')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => getComputedStyle(e).display !== 'none' && !e.closest('[style*="display:none"]'))
  .map(e => parseFloat(getComputedStyle(e).fontSize)))"""


@pytest.fixture
def own_connection(page):
    """Close what is opened while the browser's loop runs: nobody else sees this connection."""
    yield
    connection.close()


@pytest.fixture(params=["#ffd400", "#000000"])
def mails(request, own_connection, db):
    merchant = MerchantFactory(name="Alma & Fern")
    BrandFactory(merchant=merchant, colour=request.param, shows_credit=True)
    ReturnPolicyFactory(merchant=merchant, url="https://alma.example/returns")
    paid = order_of(merchant, lines=3)
    unpaid = order_of(merchant, lines=1, status=Status.PAYMENT_PENDING)
    messages = [
        MessageFactory(order=paid),
        MessageFactory(order=unpaid),
        MessageFactory(order=paid, kind="code", sealed=seal("482913")),
        MessageFactory(order=None, merchant=merchant, kind="links", recipient=paid.email),
    ]
    return [render(message, now=timezone.now()).html for message in messages]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mails_read_well(mails, page, scheme):
    page.emulate_media(color_scheme=scheme)
    for html in mails:
        for width in (680, 390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            page.set_content(html)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert all(height >= 44 for height in page.evaluate(BOXES))
        assert page.evaluate(SMALLEST) >= 13
    for html in mails[1:3]:
        page.set_content(html)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()


def test_main_button_is_on_the_first_screen(mails, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_content(mails[0])

    box = page.locator(".cta a").bounding_box()
    assert box["y"] + box["height"] <= 844


def test_no_request_leaves_the_mail(mails, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for html in mails:
        page.set_content(html)

    assert asked == []
