"""What shoppers do, from beginning to end, in browsers that run no script."""

import pytest
import time_machine
from django.core.cache import cache

from notifications.models import Message
from notifications.statuses import MessageKind
from postpurchase.lib.crypto import unseal
from tests.e2e.looking import PHONE
from tests.portal import scenes


@pytest.fixture
def shop(transactional_db):
    cache.clear()
    with time_machine.travel(scenes.NOW, tick=True):
        yield scenes.make_shop()


@pytest.fixture
def order(shop):
    return scenes.make_order(shop)


@pytest.fixture
def phone(browser, live_server):
    """A phone's page with scripts switched off."""
    context = browser.new_context(
        java_script_enabled=False, viewport=PHONE, base_url=live_server.url, locale="en-GB"
    )
    yield context.new_page()
    context.close()


def heading(page):
    return page.get_by_role("heading", level=1).inner_text()


def newest_code():
    message = Message.every.filter(kind=MessageKind.CODE).latest("pk")
    return unseal(message.sealed)


def test_from_the_mail_s_link_to_the_answer(phone, order):
    phone.goto(scenes.link_to(order))

    assert heading(phone) == "We’re packing your order"
    assert phone.get_by_text("Fri 27 Nov – Tue 1 Dec").bounding_box()["y"] < PHONE["height"]
    act = phone.get_by_role("link", name="Change or cancel by e-mail")
    assert act.bounding_box()["y"] + 48 < PHONE["height"]
    assert act.get_attribute("href") == (
        "mailto:help@alma-fern.example?subject=Order%20%231042%3A%20change%20or%20cancel"
    )


def test_from_the_look_up_to_the_full_address(phone, order):
    phone.goto("/o/alma-fern/")
    phone.get_by_label("Order number").fill("1042")
    phone.get_by_label("E-mail address or postcode").fill("wrong@example.com")
    phone.get_by_role("button", name="Show my order").click()
    assert "We found no order" in phone.get_by_role("alert").inner_text()

    phone.get_by_label("E-mail address or postcode").fill("10435")
    phone.get_by_role("button", name="Show my order").click()
    assert heading(phone) == "We’re packing your order"

    phone.get_by_role("link", name="Show addresses in full").click()
    phone.get_by_role("button", name="Send me the code").click()
    phone.get_by_label("Code").fill(newest_code())
    phone.get_by_role("button", name="Show my details").click()
    assert phone.get_by_text("Kastanienallee 12").is_visible()


def test_from_an_ended_link_to_a_mail(phone, order):
    phone.goto(scenes.link_to(order, expires_at=scenes.PLACED))
    phone.get_by_role("button", name="Send me a fresh link").click()

    assert heading(phone) == "Look into your mailbox"
    assert [row.recipient for row in Message.every.all()] == ["ines.weber@example.com"]
    phone.reload()
    assert Message.every.count() == 1


def test_without_a_number_to_a_mail(phone, order):
    phone.goto("/o/alma-fern/")
    phone.get_by_role("link", name="e-mail me my order links").click()
    phone.get_by_label("E-mail address").fill("ines.weber@example.com")
    phone.get_by_role("button", name="E-mail me my order links").click()

    assert heading(phone) == "Look into your mailbox"


def test_another_language_and_back(phone, order):
    phone.goto(scenes.link_to(order))
    phone.get_by_role("link", name="Deutsch").click()
    assert phone.locator("html").get_attribute("lang") == "de"

    phone.get_by_role("link", name="English").click()
    assert phone.locator("html").get_attribute("lang") == "en"
    assert heading(phone) == "We’re packing your order"


def test_by_keyboard_alone(page, live_server, order):
    page.goto(f"{live_server.url}/o/alma-fern/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("1042")
    page.keyboard.press("Tab")
    page.keyboard.type("10435")
    page.keyboard.press("Enter")

    page.wait_for_url("**/order/**")
    assert heading(page) == "We’re packing your order"


def test_an_error_takes_the_focus(page, live_server, shop):
    page.goto(f"{live_server.url}/o/alma-fern/")
    page.get_by_role("button", name="Show my order").click()

    assert page.evaluate("document.activeElement.className") == "errors"
    page.get_by_role("link", name="Enter your order number").click()
    assert page.evaluate("document.activeElement.id") == "id_number"
