"""Every state of the order page, and the pages around it, as phones and desktops show them."""

import gzip
from urllib.parse import urlsplit

import pytest
import time_machine

from tests.e2e.looking import DESKTOP, PHONE, broken_rules, faults, misfits, shoot
from tests.portal import scenes

LONGER = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();)
    node.data = node.data.replace(/[a-z]{2,}/gi, word => word + 'ö'.repeat(word.length * 0.4));
}"""


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


@pytest.mark.parametrize("status", scenes.STATES)
def test_the_order_page_has_no_fault(visit, shop, status, complaints):
    page = visit(scenes.link_to(scenes.make_order(shop, status)))

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shoot(page, f"order-{status}-{scheme}-390")
        assert (scheme, faults(page)) == (scheme, [])
    assert complaints == []


@pytest.mark.parametrize("status", ["packing", "part_shipped", "cancelled"])
def test_the_order_page_fits_every_width_language_and_letter(visit, shop, status):
    page = visit(scenes.link_to(scenes.make_order(shop, status)))

    for width in (320, 640, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        shoot(page, f"order-{status}-{width}")
        assert (width, misfits(page)) == (width, [])
    page.set_viewport_size(PHONE)
    page.evaluate("() => { document.documentElement.dir = 'rtl' }")
    shoot(page, f"order-{status}-rtl")
    assert misfits(page) == []
    page.evaluate("() => { document.documentElement.style.fontSize = '32px' }")
    shoot(page, f"order-{status}-zoomed")
    assert misfits(page) == []
    page.evaluate("() => { document.documentElement.style.fontSize = '' }")
    page.set_viewport_size({"width": 320, "height": 900})
    page.evaluate(LONGER)
    shoot(page, f"order-{status}-longer")
    assert misfits(page) == []


PAGES_AROUND = {
    "lookup": "/o/alma-fern/",
    "links": "/o/alma-fern/links/",
    "links-sent": "/o/alma-fern/links/sent/",
    "bad-link": "/o/alma-fern/order/nothing/",
    "not-found": "/o/alma-fern/nothing/",
    "gallery": "/gallery/",
}


@pytest.mark.urls("tests.portal.demo_urls")
@pytest.mark.parametrize("name", PAGES_AROUND)
def test_pages_around_it_have_no_fault(visit, shop, settings, name):
    settings.DEMO = True
    page = visit(PAGES_AROUND[name])

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shoot(page, f"{name}-{scheme}-390")
        assert (scheme, faults(page)) == (scheme, [])
    page.set_viewport_size(DESKTOP)
    shoot(page, f"{name}-1280")
    assert misfits(page) == []


@pytest.mark.parametrize("part", ["verify/", "verify/?sent", "?print"])
def test_pages_behind_it_have_no_fault(visit, shop, part):
    page = visit(scenes.link_to(scenes.make_order(shop)) + part)

    shoot(page, f"order{part.replace('/', '-').replace('?', '-')}")
    assert faults(page) == []


def test_an_ended_link_has_no_fault(visit, shop):
    order = scenes.make_order(shop)
    page = visit(scenes.link_to(order, expires_at=scenes.PLACED))

    shoot(page, "ended-link")
    assert faults(page) == []


def test_the_page_is_light_and_comes_from_one_host(visit, page, shop):
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # must be ours

    visit(scenes.link_to(scenes.make_order(shop, "part_shipped")))

    page.wait_for_load_state("networkidle")
    sizes = {answer.url: len(gzip.compress(answer.body())) for answer in answers}
    assert len({urlsplit(url).netloc for url in sizes}) == 1
    assert len(sizes) <= 8
    assert sum(sizes.values()) <= 50_000


def test_forced_colours_keep_every_border_and_word(visit, shop):
    page = visit(scenes.link_to(scenes.make_order(shop, "part_shipped")))
    page.emulate_media(forced_colors="active")
    shoot(page, "order-forced-colours")

    assert misfits(page) == []
    assert page.locator(".button").first.evaluate("e => getComputedStyle(e).borderStyle") == "solid"


def test_paper_shows_all_that_happened_and_no_buttons(visit, shop):
    page = visit(scenes.link_to(scenes.make_order(shop, "cancelled")) + "?print")
    page.emulate_media(media="print")
    shoot(page, "order-on-paper")

    assert page.locator(".button:visible").count() == 0
    assert page.locator(".timeline li:visible").count() == 4
    assert page.locator("text=made for paper").is_hidden()


BREAKS = {
    "small box": ".button { min-block-size: 0 !important; padding: 0 !important }",
    "small letters": ".small { font-size: 9px !important }",
    "too wide": ".card { inline-size: 700px }",
    "color-contrast": "p, dt, dd { color: #bbb !important }",
}


@pytest.mark.parametrize("fault", BREAKS)
def test_the_judges_see_a_broken_page(visit, shop, fault):
    page = visit(scenes.link_to(scenes.make_order(shop)))

    page.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css);"
        " document.adoptedStyleSheets = [s] }",
        BREAKS[fault],
    )

    found = broken_rules(page) if fault == "color-contrast" else misfits(page)
    assert [text for text in found if text.startswith(fault)]
