"""The brand editor in a real browser: typing shows at once, and no fault in its pages."""

import pytest
from django.utils import timezone

from merchants.models import Brand, BrandVersion
from merchants.statuses import Role
from tests.dns_server import name_server
from tests.e2e.looking import DESKTOP, PHONE, broken_rules, misfits, shoot
from tests.factories import (
    BrandFactory,
    BrandVersionFactory,
    DomainFactory,
    MembershipFactory,
    MerchantFactory,
    UserFactory,
)

EDITOR = "/dashboard/alma-fern/brand/"
RECORDS = {
    ("alma-fern.example", "MX"): ["10 mail.alma-fern.example."],
    ("alma-fern.example", "TXT"): ["v=spf1 include:_spf.google.com ~all"],
}
LINKS = [
    {"label": "Instagram", "url": "https://instagram.com/alma"},
    {"label": "Discord", "url": "https://discord.gg/alma"},
]
FINDINGS = {
    "proof": "missing", "proofs": [], "route": "other", "cname": "shops.elsewhere.example",
    "addresses": ["203.0.113.7"], "page": "certificate",
}  # fmt: skip


@pytest.fixture
def owner(transactional_db):
    shop = MerchantFactory(name="Alma & Fern", slug="alma-fern")
    BrandFactory(merchant=shop, footer="Made slowly, sent quickly.", links=LINKS)
    user = UserFactory(name="Ana Lindner", is_staff=True)
    return MembershipFactory(merchant=shop, user=user, role=Role.OWNER)


@pytest.fixture
def enter(page, live_server, client, owner):
    """Open a page of the dashboard as its owner."""
    client.force_login(owner.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([cookie | {"url": live_server.url}])

    def enter(path, size=DESKTOP):
        page.set_viewport_size(size)
        page.goto(live_server.url + path)
        return page

    return enter


def test_pages_have_no_fault(enter, owner, settings):
    with name_server(RECORDS) as server:
        settings.DNS_SERVERS = [server]
        BrandVersionFactory(merchant=owner.merchant, colour="#b3261e", by=owner.user, links=LINKS,
                            sender_email="orders@alma-fern.example")  # fmt: skip
        old = BrandVersionFactory(merchant=owner.merchant, published_at=timezone.now())
        DomainFactory(merchant=owner.merchant, host="orders.alma-fern.example", findings=FINDINGS,
                      checked_at=timezone.now())  # fmt: skip
        paths = {
            "editor": EDITOR,
            "desktop": f"{EDITOR}?size=desktop&scheme=dark",
            "history": f"{EDITOR}history/",
            "version": f"{EDITOR}history/{old.public_id}/",
            "domain": f"{EDITOR}domain/",
            "sender": f"{EDITOR}sender/",
        }
        for name, path in paths.items():
            page = enter(path)
            page.wait_for_load_state("networkidle")
            # What the others are made of is the editor's and the domain's.
            for scheme in ("light", "dark") if name in {"editor", "domain"} else ("light",):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size(DESKTOP)
                shoot(page, f"{name}-{scheme}-1280")
                assert (name, scheme, broken_rules(page)) == (name, scheme, [])
            page.set_viewport_size(PHONE)
            shoot(page, f"{name}-390")
            assert (name, misfits(page)) == (name, [])


def test_what_is_typed_shows_at_once_and_to_shoppers_once_it_is_published(
    enter, settings, complaints
):
    with name_server(RECORDS) as server:
        settings.DNS_SERVERS = [server]
        page = enter(EDITOR)
        look = page.frame_locator("iframe >> nth=0")
        assert look.locator("h1").inner_text() == "We’re packing your order"

        page.get_by_label("Footer", exact=True).fill("Sent by bicycle")
        page.get_by_label("Colour", exact=True).fill("#ffd400")
        look.locator("text=Sent by bicycle").wait_for()
        page.frame_locator("iframe >> nth=1").locator("text=Sent by bicycle").wait_for()
        page.get_by_text("text on it is black").wait_for()
        page.get_by_text("Shoppers don’t see it yet.").wait_for()
        assert Brand.every.get().footer == "Made slowly, sent quickly."

        page.get_by_label("Footer", exact=True).fill("Sent by train")
        page.get_by_role("button", name="Publish").click()
        page.get_by_text("Published. Shoppers see this look from now on.").wait_for()

        brand = Brand.every.get()
        assert (brand.footer, brand.colour) == ("Sent by train", "#ffd400")
        assert BrandVersion.every.filter(published_at=None).count() == 0
    # Publishing needs no answer to what was being saved just then.
    assert [text for text in complaints if "ERR_ABORTED" not in text] == []
