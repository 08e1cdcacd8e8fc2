"""Home, shop details and policies in a real browser: no fault in either size and scheme."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from analytics.actions import rebuild
from merchants.statuses import Role
from orders.models import Order
from tests.e2e.looking import (
    DESKTOP,
    PHONE,
    SHOTS,
    SMALL_BOXES,
    SMALL_LETTERS,
    TOO_WIDE,
    broken_rules,
    shoot,
)
from tests.factories import (
    AddressFactory,
    BrandFactory,
    CustomerFactory,
    InboxEntryFactory,
    MembershipFactory,
    MerchantFactory,
    MessageFactory,
    OrderFactory,
    OrderPolicyFactory,
    OutageFactory,
    RefundFactory,
    ReturnPolicyFactory,
    SettingChangeFactory,
    ShippingPromiseFactory,
    SupportHoursFactory,
    UserFactory,
)

NOW = datetime(2026, 11, 23, 14, 25, tzinfo=UTC)
HOME = "/dashboard/alma-fern/"


@pytest.fixture
def owner(transactional_db):
    with time_machine.travel(NOW, tick=True):
        shop = MerchantFactory(name="Alma & Fern", slug="alma-fern", support_hours="")
        user = UserFactory(name="Ana Lindner", is_staff=True)
        yield MembershipFactory(merchant=shop, user=user, role=Role.OWNER)


@pytest.fixture
def enter(page, live_server, client, owner):
    """Open a page of the dashboard as the shop's owner."""
    client.force_login(owner.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([cookie | {"url": live_server.url}])

    def enter(path=""):
        page.set_viewport_size(DESKTOP)
        page.goto(live_server.url + HOME + path)
        return page

    return enter


def policies(shop):
    """Let a shop have all four, some in several versions."""
    long_ago, soon = NOW - timedelta(days=300), NOW + timedelta(days=8)
    first = OrderPolicyFactory(merchant=shop, in_force_from=long_ago)
    last = OrderPolicyFactory(merchant=shop, in_force_from=NOW, cancel_minutes=120)
    OrderPolicyFactory(merchant=shop, in_force_from=soon, cancel_minutes=1440)
    ReturnPolicyFactory(merchant=shop, in_force_from=long_ago, text="Unworn, with the label.")
    ShippingPromiseFactory(merchant=shop, in_force_from=long_ago)
    for country, days in (("DE", 1), ("CH", 5)):
        ShippingPromiseFactory(
            merchant=shop, in_force_from=long_ago, country=country,
            transit_min_days=days, transit_max_days=days + 1,
        )  # fmt: skip
    SupportHoursFactory(merchant=shop, in_force_from=long_ago)
    SettingChangeFactory(
        merchant=shop, table="orders.orderpolicy", row=last.pk, kind="added", by_name="Ana Lindner"
    )
    return first


def trade(shop):
    """Let a shop have sold something, and something have gone wrong."""
    people = CustomerFactory.create_batch(4, merchant=shop)
    for day in range(1, 60, 2):
        for person in people[: 1 + day % 3]:
            order = OrderFactory(
                merchant=shop, customer=person, placed_at=NOW - timedelta(days=day),
                status="shipped", total_minor=4490 + 100 * (60 - day),
                subtotal_minor=4000 + 100 * (60 - day),
            )  # fmt: skip
            MessageFactory(
                order=order, state="sent", settled_at=order.placed_at + timedelta(seconds=day)
            )
        if day % 7 == 0:
            RefundFactory(order=order, amount_minor=2000, at=NOW - timedelta(days=day))
    rebuild(shop.pk)


def troubles(shop):
    """Let a shop have something of everything that needs a person."""
    for number in range(3):
        late = OrderFactory(
            merchant=shop, number=f"#20{number}1", name="Lucía Fernández de la Vega",
            placed_at=NOW - timedelta(days=6 + number), status="packing",
        )  # fmt: skip
        AddressFactory(order=late)
    OrderFactory(merchant=shop, sync_conflict="More was shipped than was ordered.")
    OrderFactory(merchant=shop, sync_conflict="The order has no items.", status="shipped")
    InboxEntryFactory(merchant=shop, state="failed")
    for state in ("failed", "uncertain"):
        MessageFactory(merchant=shop, state=state)
    MessageFactory(merchant=shop, state="withheld", reason="no_address")
    OutageFactory(merchant=shop, paused_until=NOW + timedelta(minutes=5), failures=7)


def look(page, name):
    """Judge a page in both schemes and sizes; give what is wrong."""
    wrong = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size in (DESKTOP, PHONE) if SHOTS else ():
            page.set_viewport_size(size)
            shoot(page, f"{name}-{scheme}-{size['width']}")
        wrong += [f"{name} {scheme}: {fault}" for fault in broken_rules(page)]
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for test in (SMALL_BOXES.replace("43.9", "23.9"), SMALL_LETTERS, TOO_WIDE):
            wrong += [f"{name} {width}: {fault}" for fault in page.evaluate(test)]
    return wrong


def test_a_new_shops_pages_have_no_fault(enter, complaints):
    wrong = look(enter(), "home-new")
    wrong += look(enter("policies/returns/"), "returns-new")
    wrong += look(enter("test-order/"), "trial")

    assert (wrong, complaints) == ([], [])


def test_a_busy_shops_pages_have_no_fault(enter, owner, complaints):
    BrandFactory(merchant=owner.merchant)
    first = policies(owner.merchant)
    trade(owner.merchant)
    troubles(owner.merchant)
    version = int(first.in_force_from.timestamp() * 1_000_000)

    wrong = []
    for name, path in {
        "home-busy": "",
        "conflicts": "needs/conflicts/",
        "shop": "shop/",
        "policies": "policies/",
        "changes": "policies/changes/",
        "shipping": "policies/shipping/",
        "country": "policies/shipping/?country=DE",
        "hours": "policies/hours/",
        "version": f"policies/changes/{version}/",
    }.items():
        wrong += look(enter(path), name)

    assert (wrong, complaints) == ([], [])


def test_from_the_checklist_to_a_test_order(enter, owner):
    page = enter()
    page.get_by_role("link", name="Make a test order").click()
    page.get_by_role("button", name="Make a test order").dblclick()

    page.get_by_text("Test order TEST-1").first.wait_for()
    assert Order.every.count() == 1
    page.goto(page.url.split("/test-order/")[0] + "/")
    page.get_by_text("points are done").click()
    row = page.locator(".lines__item", has_text="Make a test order")
    assert row.get_by_text("Done").is_visible()
