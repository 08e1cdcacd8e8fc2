"""Every state of a parcel as phones and desktops show it, and the page that refreshes itself."""

import pytest
import time_machine

from tests.e2e.looking import DESKTOP, PHONE, faults, misfits, shoot
from tests.portal import parcel_scenes, scenes
from tracking.models import Shipment
from tracking.statuses import Milestone


@pytest.fixture
def at_noon():
    """Let the server's clock start at the time of the scenes."""
    with time_machine.travel(scenes.NOW, tick=True):
        yield


@pytest.fixture
def shop(transactional_db, at_noon):
    return scenes.make_shop()


@pytest.fixture
def visit(page, live_server):
    """Open a path of the live server on a phone."""

    def visit(path):
        page.set_viewport_size(PHONE)
        page.goto(live_server.url + path)
        return page

    return visit


def judge(page, name):
    """Look at a page on a phone in both schemes, on the narrowest one, and on a desktop."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shoot(page, f"{name}-{scheme}-390")
        assert (scheme, faults(page)) == (scheme, [])
    for size in ({"width": 320, "height": 900}, DESKTOP):
        page.set_viewport_size(size)
        shoot(page, f"{name}-{size['width']}")
        assert (size, misfits(page)) == (size, [])


@pytest.mark.parametrize("name", ["delayed", "attempt", "returning"])
def test_the_order_page_has_no_fault(visit, shop, name, complaints):
    page = visit(scenes.link_to(parcel_scenes.order_with(shop, name)))

    judge(page, f"parcel-{name}")
    assert complaints == []


ORDERS = {
    "three": lambda shop: parcel_scenes.three_packages(shop, ("delivered", "delayed", "pickup")),
    "part": parcel_scenes.part_shipped,
}


@pytest.mark.parametrize("name", ORDERS)
def test_several_packages_have_no_fault(visit, shop, name):
    order = ORDERS[name](shop)
    parcel_scenes.return_parcel(order)

    judge(visit(scenes.link_to(order)), f"parcels-{name}")


def test_the_tracking_page_has_no_fault(visit, shop, complaints):
    parcel_scenes.order_with(shop, "out")
    page = visit(f"/o/alma-fern/t/{parcel_scenes.NUMBER}/")
    judge(page, "tracking")
    assert complaints == []

    judge(visit("/o/alma-fern/t/NOBODY-KNOWS/"), "tracking-unknown")


@pytest.mark.parametrize("what", ["", "slot"])
def test_the_question_has_no_fault(visit, shop, what):
    order = parcel_scenes.order_with(shop, "attempt")
    case = parcel_scenes.case_of(order)
    page = visit(f"{scenes.link_to(order)}parcel/{case.public_id}/?what={what}")

    judge(page, f"answer-{what or 'choices'}")


def test_a_shopper_answers_without_javascript(browser, live_server, shop):
    order = parcel_scenes.order_with(shop, "attempt")
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(live_server.url + scenes.link_to(order))

    page.get_by_label("I collect it myself").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Ask to collect it").dblclick()

    page.get_by_text("You told us: you collect it yourself.").wait_for()
    shoot(page, "answered")
    context.close()


def test_news_come_by_themselves_and_are_announced(visit, shop, complaints):
    page = visit(scenes.link_to(parcel_scenes.order_with(shop, "moving")))
    page.get_by_text("Show all 5").click()
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(100)
    before = page.evaluate("scrollY")
    out = {"since": scenes.NOW, "recent": [parcel_scenes.OUT, *parcel_scenes.ON_ROAD]}
    Shipment.every.update(milestone=Milestone.OUT_FOR_DELIVERY, **out)

    page.evaluate("htmx.trigger('#live', 'refresh')")

    page.get_by_role("heading", name="Arriving today").wait_for()
    assert page.get_by_role("status").inner_text() == "New update: Arriving today"
    assert page.title().startswith("Arriving today")
    assert page.locator("details[open]").count() == 1
    assert abs(page.evaluate("scrollY") - before) < 60
    assert complaints == []


def test_nobody_looks_nobody_asks(visit, shop):
    page = visit(scenes.link_to(parcel_scenes.order_with(shop, "moving")))
    asked = []
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url))

    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    page.evaluate("htmx.trigger('#live', 'refresh')")
    page.wait_for_timeout(200)

    assert asked == []


def test_a_number_is_copied(visit, shop, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(scenes.link_to(parcel_scenes.order_with(shop, "moving")))

    page.get_by_role("button", name="Copy").click()

    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == parcel_scenes.NUMBER
