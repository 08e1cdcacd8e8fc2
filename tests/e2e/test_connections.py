"""Connections, deliveries, imports and keys, as people see them: on phone and desktop."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from merchants.models import ApiKey
from merchants.statuses import Role
from orders.actions import inbox, upload_work
from orders.models import ImportUpload, Order
from tests.e2e.looking import DESKTOP, PHONE, SHOTS, broken_rules, shoot
from tests.factories import (
    ApiKeyFactory,
    BrandFactory,
    InboxEntryFactory,
    MembershipFactory,
    MerchantFactory,
    StoreConnectionFactory,
)
from tests.shop import post_shopify, shopify_order

CSV = (
    "Bestellnummer;Datum;E-Mail;Artikel;Menge;Einzelpreis;Gesamtbetrag;Lagerort\n"
    "1042;31.12.2025 14:05;ines@example.com;Tasse;2;12,00;24,00;A1\n"
    "1043;02.01.2026;ben@example.com;Krug;1;x;20,00;A2\n"
    "1044;03.01.2026;ana@example.com;Krug;1;20,00;20,00;A2\n"
)
TOO_SMALL = """() => [...document.querySelectorAll('main a, main button, main input, main select')]
  .filter(e => e.checkVisibility() && e.type !== 'hidden' && !e.matches('p a:not(.link-box), li a:not(.link-box), .choice input'))
  .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 24 || box.width < 24)
  .map(([text, box]) => `small: ${text} ${box.width}x${box.height}`)"""
TOO_WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def shop(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    shop = MerchantFactory(slug="alma-fern", name="Alma & Fern", zone_name="Europe/Berlin")
    BrandFactory(merchant=shop)
    return shop


@pytest.fixture
def enter(page, live_server, shop):
    """Log in with a role, and open a path of the dashboard."""
    client = Client()
    client.force_login(MembershipFactory(merchant=shop, role=Role.OWNER, user__name="Ana").user)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])

    def enter(path):
        page.goto(f"{live_server.url}/dashboard/alma-fern/{path}")
        return page

    return enter


JUDGED = [(PHONE, "light"), (DESKTOP, "dark")]
ONLY_SHOWN = [(PHONE, "dark"), (DESKTOP, "light")]


def judge(page, name):
    """Look at a page in both sizes and both schemes; nothing may be wrong with it."""
    for size, scheme in [*JUDGED, *(ONLY_SHOWN if SHOTS else [])]:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        shoot(page, f"{name}-{size['width']}-{scheme}")
        if (size, scheme) in JUDGED:
            assert (name, scheme, broken_rules(page)) == (name, scheme, [])
        assert page.evaluate(TOO_SMALL) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate(TOO_WIDE) <= 0


def test_a_shop_is_connected_and_its_first_delivery_arrives(enter, shop, page, complaints, client):
    page = enter("connections/new/")
    page.get_by_label("WooCommerce").check()
    page.get_by_label("Name").fill("Shop Austria")
    page.get_by_role("button", name="Add the connection").click()
    judge(page, "woocommerce-secret")
    secret = page.locator("#fresh-secret").inner_text()
    page.reload()
    assert secret not in page.content()

    connection = StoreConnectionFactory(merchant=shop, name="Shop Germany")
    page = enter(f"connections/{connection.public_id}/")
    assert page.get_by_text("Waiting for the first delivery …").is_visible()
    post_shopify(client, connection, "orders/create", shopify_order())
    page.get_by_text("Arrived").wait_for(timeout=9000)
    judge(page, "shopify")
    assert complaints == []


def test_lists_and_deliveries_have_no_fault(enter, shop, complaints):
    now = timezone.now()
    good = StoreConnectionFactory(merchant=shop, name="Shop Germany", last_seen_at=now)
    StoreConnectionFactory(merchant=shop, kind="woocommerce", name="Austria", is_active=False)
    StoreConnectionFactory(merchant=shop, kind="api", name="REST API")
    StoreConnectionFactory(merchant=shop, kind="file", name="Files")
    body = json.dumps(shopify_order()).encode()
    for minute in range(4):
        at = now - timedelta(minutes=minute)
        InboxEntryFactory(connection=good, body=body, received_at=at)
    inbox.apply_due(now=now)
    failed = InboxEntryFactory(
        connection=good, state="failed", reason="The order has no date.", topic="orders/paid"
    )

    judge(enter("connections/"), "list")
    judge(enter("connections/deliveries/"), "deliveries")
    judge(enter(f"connections/deliveries/{failed.public_id}/"), "delivery")
    page = enter("connections/deliveries/replay/")
    judge(page, "replay")
    page.get_by_role("button", name="Replay them").click()
    inbox.apply_due(now=timezone.now())
    page.reload()
    judge(page, "replayed")
    assert complaints == []


def test_a_file_is_uploaded_checked_and_imported(enter, shop, page, tmp_path, complaints):
    path = tmp_path / "bestellungen.csv"
    path.write_text(CSV, encoding="utf-16")
    page = enter("connections/imports/")
    judge(page, "imports-empty")
    page.get_by_label("CSV or NDJSON file").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()
    work()
    page.get_by_role("button", name="Import 2 orders").wait_for(timeout=9000)
    judge(page, "import-checked")
    page.get_by_role("button", name="Import 2 orders").click()
    work()
    page.get_by_text("Imported", exact=True).wait_for(timeout=9000)
    judge(page, "import-done")
    assert Order.every.count() == 2
    assert complaints == []


def work():
    upload = upload_work.take_next(now=timezone.now())
    upload_work.work(upload, clock=timezone.now, busy_for=60)
    assert not ImportUpload.every.get().is_at_work


def test_a_key_is_made_without_javascript(browser, enter, shop, page, live_server):
    ApiKeyFactory(merchant=shop, name="Warehouse", last_used_at=timezone.now())
    ApiKeyFactory(merchant=shop, name="Old", revoked_at=timezone.now())
    judge(enter("keys/new/"), "key-new")
    bare = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain = bare.new_page()
    plain.goto(f"{live_server.url}/dashboard/alma-fern/keys/new/")
    plain.get_by_role("textbox", name="Name").fill("Accounting")
    plain.get_by_role("button", name="Make the key").click()
    shown = plain.locator("#fresh-key").inner_text()
    bare.close()

    assert shown.startswith(ApiKey.every.get(name="Accounting").hint)
    judge(enter("keys/"), "keys")
