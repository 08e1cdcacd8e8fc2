"""Tracking on desk and dashboard in a real browser: no fault, and an agent settles a case."""

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from merchants.statuses import Role
from orders.models import Event
from tests import factories
from tests.desk.parcel_scenes import make_parcels
from tests.desk.scenes import page_of
from tests.e2e.looking import DESKTOP, PHONE, SMALL_LETTERS, TOO_WIDE, broken_rules, shoot
from tracking.models import ParcelCase

# Staff pages: 24 px is the floor of the rule, links inside sentences apart.
SMALL_BOXES = """() => [...document.querySelectorAll('a, button, summary, input, select, textarea')]
  .filter(e => e.checkVisibility({opacityProperty: true}) && e.type !== 'hidden')
  .filter(e => !e.matches('.skip, p a:not(.link-box), dd a, td a, label input'))
  .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 23.9 || box.width < 23.9)
  .map(([text, box]) => `small box: ${text} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


@pytest.fixture
def scene(transactional_db):
    order, parcel, case = make_parcels()
    shop = order.merchant
    now = timezone.now()
    for hours, carrier in ((5, "dhl_paket"), (40, "dhl_paket"), (70, "ups"), (300, "ups")):
        at = now - timedelta(hours=hours)
        factories.ShipmentFactory(
            merchant=shop, carrier=carrier, milestone="delivered", delivered_at=at, from_country="DE",
            to_country="AT" if carrier == "ups" else "DE", picked_up_at=at - timedelta(days=2),
            promised_from=at.date(), promised_until=at.date() - timedelta(days=hours % 2),
            attempts=hours % 3, shipped_at=at - timedelta(days=3), first_scan_at=at - timedelta(days=2),
        )  # fmt: skip
    working = factories.CarrierAccountFactory(
        merchant=shop, name="AfterShip Germany", last_seen_at=now, priority=10
    )
    factories.CarrierAccountFactory(
        merchant=shop, source="dhl", name="DHL Hamburg", priority=20, secret="",
        credentials='{"api_key": "x"}', last_error="401: the key is not known", last_error_at=now,
        paused_until=now + timedelta(hours=1),
    )  # fmt: skip
    factories.CarrierAccountFactory(merchant=shop, source="easypost", name="EasyPost", priority=30)
    failed = factories.CarrierDeliveryFactory(
        account=working, state="failed", reason="The document names no tracking number.",
        body=b'{"msg": {"tracking_number": ""}}',
    )  # fmt: skip
    factories.CarrierDeliveryFactory(account=working, state="waiting", waiting_for="1Z0000000000")
    factories.UnknownWordFactory.create_batch(3, merchant=shop)
    return order, parcel, case, failed


@pytest.fixture
def page(page, live_server, scene):
    client = Client()
    member = factories.MembershipFactory(merchant=scene[0].merchant, role=Role.OWNER)
    client.force_login(member.user)
    cookie = client.cookies[project.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": project.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    heard = []
    page.on("console", lambda message: message.type == "error" and heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield page
    assert heard == []


def judge(page, name):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(PHONE if scheme == "dark" else DESKTOP)
        shoot(page, f"{name}-{scheme}-{page.viewport_size['width']}")
        found = broken_rules(page)
        for check in (SMALL_BOXES, SMALL_LETTERS, TOO_WIDE):
            found += page.evaluate(check)
        assert (name, scheme, found) == (name, scheme, [])
    page.set_viewport_size({"width": 320, "height": 800})
    assert (name, page.evaluate(TOO_WIDE)) == (name, [])


def addresses(scene):
    order, parcel, case, failed = scene
    shop = order.merchant.slug
    account = failed.account.public_id
    acts = {
        name: reverse("admin:desk_parcel_act", args=[order.public_id, parcel.public_id, name])
        for name in ("status", "carrier", "ask", "close")
    }
    return {
        "order": f"{page_of(order)}#p-{parcel.public_id}",
        "scans": reverse("admin:desk_parcel_scans", args=[order.public_id, parcel.public_id]),
        "status": acts["status"],
        "carrier": acts["carrier"],
        "ask": acts["ask"],
        "close": f"{acts['close']}?subject={case.public_id}",
        "home": reverse("admin:index"),
        "list": f"{reverse('admin:desk_orders')}?view=answered",
        "carriers": reverse("dashboard:carriers", args=[shop]),
        "choose": reverse("dashboard:carriers_choose", args=[shop]),
        "new": reverse("dashboard:carriers_new", args=[shop, "ups"]),
        "account": reverse("dashboard:carriers_one", args=[shop, account]),
        "deliveries": f"{reverse('dashboard:carriers_deliveries', args=[shop])}?state=failed",
        "delivery": reverse("dashboard:carriers_delivery", args=[shop, failed.public_id]),
        "upload": reverse("dashboard:carriers_sheet", args=[shop]),
        "words": reverse("dashboard:carriers_words", args=[shop]),
        "rules": reverse("dashboard:carriers_rules", args=[shop]),
        "figures": reverse("dashboard:delivery", args=[shop]),
        "behind": reverse("dashboard:delivery_parcels", args=[shop]),
    }


def test_the_pages_have_no_fault(page, live_server, scene):
    for name, path in addresses(scene).items():
        page.goto(live_server.url + path)
        if name == "order":
            for summary in page.locator("#parcels summary").all():
                summary.click()
        judge(page, name)
    asked = failed_log_in(scene)
    page.goto(live_server.url + asked)
    judge(page, "log-in")


def failed_log_in(scene):
    shop = scene[0].merchant
    from tracking.models import CarrierAccount

    account = CarrierAccount.every.get(merchant=shop, source="dhl")
    return reverse("dashboard:carriers_one", args=[shop.slug, account.public_id])


def test_an_agent_passes_an_answer_on_and_closes_the_case(page, live_server, scene):
    order, _parcel, case, _failed = scene
    page.goto(live_server.url + page_of(order))

    page.get_by_text("Torstraße 5").wait_for()
    page.get_by_role("link", name="Close it … Delivery failed").click()
    page.get_by_label("How it ended").fill("Passed on to DHL.")
    page.get_by_role("button", name="Close it").dblclick()
    page.get_by_text("It is closed.").wait_for()

    case = ParcelCase.every.get(pk=case.pk)
    assert (case.state, case.outcome) == ("closed", "Passed on to DHL.")
    assert Event.every.filter(order=order, kind="parcel.settled").count() == 1
