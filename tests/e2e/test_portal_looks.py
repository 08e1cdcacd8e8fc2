"""Every state of the order page, and the pages around it, as phones and desktops show them."""

import pytest
import time_machine

from tests.e2e.looking import PHONE, faults, shoot
from tests.portal import scenes


@pytest.fixture
def at_noon():
    """Let the server's clock stand at the time of the scenes."""
    with time_machine.travel(scenes.NOW, tick=True):
        yield


@pytest.fixture
def shop(transactional_db, at_noon):
    return scenes.make_shop()


@pytest.mark.parametrize("status", scenes.STATES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_order_page_has_no_fault(page, live_server, shop, status, scheme, complaints):
    order = scenes.make_order(shop, status)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(PHONE)

    page.goto(live_server.url + scenes.link_to(order))
    shoot(page, f"order-{status}-{scheme}-390")

    assert faults(page) == []
    assert complaints == []


@pytest.mark.parametrize("status", ["packing", "part_shipped", "cancelled"])
def test_the_order_page_fits_every_width(page, live_server, shop, status):
    url = live_server.url + scenes.link_to(scenes.make_order(shop, status))

    for width in (320, 640, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(url)
        shoot(page, f"order-{status}-light-{width}")
        assert faults(page) == []


PAGES_AROUND = {
    "lookup": "/o/alma-fern/",
    "links": "/o/alma-fern/links/",
    "links-sent": "/o/alma-fern/links/sent/",
    "bad-link": "/o/alma-fern/order/nothing/",
    "gallery": "/gallery/",
}


@pytest.mark.parametrize("name", PAGES_AROUND)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_around_it_have_no_fault(page, live_server, shop, settings, name, scheme):
    settings.DEMO = True
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(PHONE)

    page.goto(live_server.url + PAGES_AROUND[name])
    shoot(page, f"{name}-{scheme}-390")

    assert faults(page) == []


def test_the_rest(page, live_server, shop, settings):
    settings.DEBUG = False
    order = scenes.make_order(shop)
    page.set_viewport_size(PHONE)
    url = live_server.url + scenes.link_to(order)
    for name, path in {
        "verify": url + "verify/",
        "verify-sent": url + "verify/?sent",
        "print": url + "?print",
        "404": live_server.url + "/o/alma-fern/nix/",
        "500": live_server.url + "/o/alma-fern/boom/",
        "404-noshop": live_server.url + "/nix/",
    }.items():
        page.goto(path)
        shoot(page, f"{name}-390")
        assert (name, faults(page)) == (name, [])
    page.goto(live_server.url + "/o/alma-fern/")
    page.get_by_role("button", name="Show my order").click()
    shoot(page, "lookup-errors-390")
    assert faults(page) == []
    page.fill("#id_number", "77")
    page.fill("#id_contact", "12345")
    page.get_by_role("button", name="Show my order").click()
    page.get_by_role("button", name="Show my order").click()
    shoot(page, "lookup-missed-390")
    assert faults(page) == []
    page.goto(live_server.url + scenes.link_to(order, expires_at=scenes.PLACED))
    shoot(page, "expired-390")
    assert faults(page) == []
