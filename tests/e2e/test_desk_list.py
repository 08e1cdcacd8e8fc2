"""The desk's list, search and acts on many orders, as agents see them, and by keyboard alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from merchants.statuses import Role
from notifications.statuses import MessageState
from orders.actions.words import fill_words
from orders.models import OrderTag
from orders.statuses import Status
from tests.e2e.looking import DESKTOP, PHONE, broken_rules, misfits, shoot
from tests.factories import (
    AddressFactory,
    MembershipFactory,
    MerchantFactory,
    MessageFactory,
    OrderFactory,
    OrderLineFactory,
    OrderTagFactory,
    ShippingPromiseFactory,
)

LIST = "/admin/desk/orders/"
PEOPLE = [
    ("Ines Weber", Status.PACKING, 2), ("Łukasz Wójcik", Status.PAYMENT_PENDING, 5),
    ("王小明", Status.SHIPPED, 30), ("Maximilian von Hohenstein-Schwarzenberg", Status.ON_HOLD, 50),
    ("Zoë Müller", Status.PACKING, 24 * 12), ("Ольга Ёлкина", Status.DELIVERED, 24 * 20),
    ("Ines Weber", Status.CANCELLED, 24 * 30), ("محمد علي", Status.PART_SHIPPED, 24 * 3),
]  # fmt: skip


@pytest.fixture
def shop(transactional_db):
    shop = MerchantFactory(name="Alma & Fern", slug="alma-fern", country="DE")
    ShippingPromiseFactory(merchant=shop)
    for place, (name, status, hours) in enumerate(PEOPLE):
        order = OrderFactory(
            merchant=shop,
            number=f"#{1042 + place}",
            number_key=str(1042 + place),
            name=name,
            status=status,
            placed_at=timezone.now() - timedelta(hours=hours),
            cancelled_at=timezone.now() if status == Status.CANCELLED else None,
            sync_conflict="More was shipped than was ordered." if place == 7 else "",
        )
        AddressFactory(order=order, name=name)
        OrderLineFactory(order=order, sku="LIN-7")
        for tag in ("vip", "wrote twice")[: place % 3]:
            OrderTagFactory(order=order, name=tag)
    MessageFactory(order=order, state=MessageState.FAILED)
    fill_words(after=0)
    return shop


@pytest.fixture
def desk(page, live_server, shop, complaints):
    """Open pages of the desk as an agent."""
    client = Client()
    client.force_login(MembershipFactory(merchant=shop, role=Role.AGENT).user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": live_server.url}])

    def desk(path):
        page.goto(live_server.url + path)
        return page

    yield desk
    assert complaints == []


# Staff work with a mouse all day: rows and counts may be as high as their line, 24 px at least.
def judge(page):
    small = [text for text in misfits(page) if not text.startswith("small box")]
    return broken_rules(page) + small + page.evaluate(SMALL)


SMALL = """() => [...document.querySelectorAll('main a, main button, main summary, main input')]
  .filter(e => e.checkVisibility({opacityProperty: true}) && e.type !== 'hidden')
  .filter(e => !e.matches('p a:not(.link-box)'))
  .map(e => [e.textContent.trim().slice(0, 40), (e.closest('label') || e).getBoundingClientRect()])
  .filter(([, box]) => box.height < 23.9 || box.width < 23.9)
  .map(([text, box]) => `small box: ${text} ${Math.round(box.width)}x${Math.round(box.height)}`)"""

PAGES = {
    "list": LIST,
    "view": f"{LIST}?view=needs-action",
    "filtered": f"{LIST}?status=packing&placed_from=2020-01-01",
    "wrong": f"{LIST}?placed_from=2026-11-26&placed_to=2026-11-25",
    "empty": f"{LIST}?status=refunded",
    "search": "/admin/search/?q=we",
    "found-nothing": "/admin/search/?q=nobody",
    "box": "/admin/search/",
}


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_have_no_fault(desk, name):
    page = desk(PAGES[name])

    for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        shoot(page, f"{name}-{scheme}-{size['width']}")
        assert (scheme, judge(page)) == (scheme, [])
    page.set_viewport_size({"width": 320, "height": 800})
    assert misfits_of_width(page) == []


def misfits_of_width(page):
    return [text for text in misfits(page) if text.startswith("too wide")]


def test_orders_are_tagged_together_by_keyboard_alone(desk):
    page = desk(LIST)
    page.set_viewport_size(DESKTOP)

    page.keyboard.press("?")
    page.locator("dialog.keys").wait_for()
    shoot(page, "keys")
    assert broken_rules(page) == []
    page.keyboard.press("Escape")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.locator("[data-chosen]").inner_text() == "2 orders chosen"
    page.fill("#bulk-tag", "jjx vip")
    shoot(page, "chosen")
    page.get_by_role("button", name="Check what would happen").click()

    page.get_by_role("heading", name="Put a tag on these orders?").wait_for()
    shoot(page, "check")
    assert judge(page) == []
    page.get_by_role("button", name="Yes, for 2 orders").dblclick()

    page.get_by_text("Done with 2 orders.").wait_for()
    shoot(page, "result")
    assert judge(page) == []
    assert OrderTag.every.filter(name="jjx vip").count() == 2


def test_an_order_is_opened_and_left_by_keyboard(desk):
    page = desk(LIST)

    page.keyboard.press("/")
    page.keyboard.type("weber")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Orders for “weber”").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/admin/desk/orders/*/**")
    page.locator(".crumbs a").click()

    page.locator("tr.is-here").wait_for()
    assert page.locator("tr.is-here th").inner_text() == "#1048"


def test_the_keys_can_be_switched_off(desk):
    page = desk(LIST)
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()

    page.keyboard.press("/")

    assert page.evaluate("document.activeElement.id") != "bar-search"
    page.reload()
    page.keyboard.press("?")
    assert page.locator("dialog.keys").is_hidden()
    page.get_by_role("button", name="Keys").click()
    assert not page.get_by_label("Use these keys").is_checked()
