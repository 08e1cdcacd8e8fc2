"""What is sent, and the mails about parcels, in a real browser: no fault in either size, scheme."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from merchants.statuses import Role
from notifications.models import MessageChoice
from notifications.rendering.sample import sample_of
from notifications.statuses import ABOUT_PARCELS, MessageKind
from tests.e2e.looking import DESKTOP, PHONE, SMALL_LETTERS, TOO_WIDE, broken_rules, shoot
from tests.factories import BrandFactory, MembershipFactory, MerchantFactory, UserFactory

NARROW = {"width": 320, "height": 844}
# A mail is a part of a page: the mail program's page has the landmarks.
MAIL_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
NOW = datetime(2026, 11, 23, 14, 25, tzinfo=UTC)


@pytest.fixture
def owner(transactional_db):
    with time_machine.travel(NOW, tick=True):
        shop = MerchantFactory(name="Alma & Fern", slug="alma-fern")
        BrandFactory(merchant=shop, colour="#1f6f5c")
        MessageChoice.every.create(merchant=shop, kind=MessageKind.DELAYED, is_on=False)
        user = UserFactory(name="Ana Lindner", is_staff=True)
        yield MembershipFactory(merchant=shop, user=user, role=Role.OWNER)


def look(page, name):
    """Judge a page in both schemes and sizes; give what is wrong."""
    wrong = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            shoot(page, f"{name}-{scheme}-{size['width']}")
            wrong += [*page.evaluate(SMALL_LETTERS), *page.evaluate(TOO_WIDE)]
        wrong += broken_rules(page)
    return [f"{name}: {fault}" for fault in wrong]


def test_what_is_sent_looks_right_and_switches_without_scripts(
    page, live_server, client, owner, browser
):
    client.force_login(owner.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([cookie | {"url": live_server.url}])
    kinds = live_server.url + reverse("dashboard:messages_kinds", args=[owner.merchant.slug])

    page.goto(kinds)
    wrong = look(page, "kinds")
    page.goto(f"{kinds}shipped/")
    shoot(page, "kind-shipped-dark-390")
    wrong += [*page.evaluate(SMALL_LETTERS), *page.evaluate(TOO_WIDE), *broken_rules(page)]
    assert wrong == []

    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies([cookie | {"url": live_server.url}])
        plain = context.new_page()
        plain.goto(kinds)
        plain.get_by_role("button", name=re.compile("Switch on ?: Package under way")).click()
        assert plain.get_by_role(
            "button", name=re.compile("Switch off ?: Package under way")
        ).is_visible()
        plain.get_by_role("link", name="Package lost").click()
        plain.get_by_role("button", name="Send me a sample").click()
        assert plain.get_by_text(f"A sample is on its way to {owner.user.email}.").is_visible()


def test_mails_read_well(page, db):
    with time_machine.travel(NOW, tick=True):
        shop = MerchantFactory(name="Alma & Fern", slug="alma-fern")
        BrandFactory(merchant=shop, colour="#1f6f5c")
        mails = {
            kind: sample_of(kind, shop, language="en", now=timezone.now()).html
            for kind in ABOUT_PARCELS
        }
    for kind, html in mails.items():
        page.set_content(html)
        for size in (NARROW, PHONE):
            page.set_viewport_size(size)
            assert [*page.evaluate(SMALL_LETTERS), *page.evaluate(TOO_WIDE)] == []
        button = page.locator(".cta a").bounding_box()
        assert button["height"] >= 44
        assert button["y"] + button["height"] <= 844
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            shoot(page, f"mail-{kind}-{scheme}-390")
        if kind in (MessageKind.SHIPPED, MessageKind.DELAYED):
            found = Axe().run(page, options=MAIL_RULES)
            assert found.violations_count == 0, found.generate_report()
