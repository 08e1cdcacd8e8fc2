"""Log-in with a second step, an invitation, and the pages of accounts and team, as people see them."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from merchants.actions.people import Actor, invite
from merchants.models import User
from merchants.statuses import Role
from postpurchase.staff.accounts.mails import invitation_path
from tests.e2e.looking import DESKTOP, PHONE, broken_rules, misfits, shoot
from tests.factories import (
    PASSWORD,
    BrandFactory,
    InvitationFactory,
    MembershipFactory,
    MerchantFactory,
)
from tests.staff.doors import give_second_step, log_in, shown_code

BOTH = ("light", "dark")
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


@pytest.fixture
def ana(transactional_db):
    """An owner with a small team."""
    cache.clear()
    shop = MerchantFactory(slug="fern", name="Alma & Fern")
    BrandFactory(merchant=shop)
    people = [
        ("Ana Lima", Role.OWNER),
        ("Bo Berg", Role.MANAGER),
        ("Cy Dahl", Role.AGENT),
        ("", Role.READER),
    ]
    for number, (name, role) in enumerate(people):
        email = f"{name[:3].strip().lower() or 'somebody.with.quite.a.long.address'}@staff.example"
        member = MembershipFactory(
            merchant=shop, role=role, user__email=email, user__name=name, user__is_staff=True
        )
        member.user.refused_at = timezone.now() if number == 2 else None
        member.user.save()
    host = User.objects.get(name="Ana Lima")
    for email, now in (
        ("dee@staff.example", timezone.now()),
        ("eli@staff.example", timezone.now()),
    ):
        InvitationFactory(merchant=shop, email=email, created_at=now, invited_by=host)
    return host


@pytest.fixture
def visit(page, live_server):
    def visit(path):
        page.set_viewport_size(PHONE)
        page.goto(live_server.url + path)
        return page

    return visit


@pytest.fixture
def enter(page, live_server):
    """Log somebody in without the page."""

    def enter(user):
        client = Client(headers={"User-Agent": page.evaluate("navigator.userAgent")})
        log_in(client, user)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.session.session_key, "url": live_server.url}]
        )

    return enter


def judge(page, name, *, schemes=("dark",)):
    """Judge a page: by the rules on a phone, by its fit in three widths."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shoot(page, f"{name}-{scheme}-390")
        found += broken_rules(page) if scheme in schemes else []
    for size in (PHONE, DESKTOP, {"width": 320, "height": 800}):
        page.set_viewport_size(size)
        shoot(page, f"{name}-dark-{size['width']}")
        found += [fault for fault in misfits(page) if not is_fair(fault)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    shoot(page, f"{name}-light-1280")
    page.set_viewport_size(PHONE)
    assert (name, found) == (name, [])


def is_fair(fault):
    """Tell whether a box is large enough for staff, who use a mouse more often than a thumb."""
    size = re.fullmatch(r"small box: .* (\d+)x(\d+)", fault)
    return bool(size) and min(int(size[1]), int(size[2])) >= 24


def fill(page, **answers):
    for name, value in answers.items():
        page.fill(f"[name={name}]", value)
    page.locator("main form button[type=submit]").first.click()


def test_an_owner_sets_up_a_second_step_and_logs_in_with_it(visit, ana, complaints):
    page = visit("/account/")
    judge(page, "login", schemes=BOTH)
    fill(page, login=ana.email, password="wrong")
    judge(page, "login-wrong")
    fill(page, login=ana.email, password=PASSWORD)
    judge(page, "account")

    page.click("text=Second step")
    judge(page, "second-step-off")
    page.click("text=Switch on")
    judge(page, "second-step-setup", schemes=BOTH)
    page.click("text=Type the key instead")
    secret = page.inner_text("p.code").strip()
    fill(page, code=shown_code(secret))
    judge(page, "recovery-codes")
    with page.expect_download() as download:
        page.click("text=Save as a text file")
    saved = download.value.path().read_text()
    assert len(re.findall(r"^\d{4} \d{4}$", saved, re.M)) == 10
    page.goto(page.url.replace("codes/", ""))
    judge(page, "second-step-on")

    page.click("header >> text=Log out")
    fill(page, login=ana.email, password=PASSWORD)
    judge(page, "code")
    fill(page, code=saved.splitlines()[0])
    assert urlsplit(page.url).path == "/dashboard/fern/"
    assert complaints == []


def test_somebody_new_is_invited_and_joins(visit, ana, enter, page):
    enter(ana)
    visit("/dashboard/fern/team/invite/")
    judge(page, "invite")
    page.fill("[name=email]", "gil@staff.example")
    page.check("text=Agent")
    page.click("text=Send the invitation")
    judge(page, "team", schemes=BOTH)
    page.context.clear_cookies()

    shop = ana.memberships.model.every.get(user=ana).merchant
    row = invite(
        Actor(ana, shop, Role.OWNER), email="gil@staff.example", role=Role.AGENT, now=timezone.now()
    )
    visit(invitation_path(row))
    judge(page, "join")
    fill(page, name="Gil Hart", password1="maple syrup on toast")
    assert urlsplit(page.url).path == "/dashboard/fern/"
    visit("/dashboard/fern/team/")
    judge(page, "team-agent")


def test_the_other_pages_have_no_fault(visit, ana, enter, page):
    member = ana.memberships.model.every.get(user__name="Cy Dahl")
    other = InvitationFactory(merchant=member.merchant, invited_by=ana)
    outside = {
        "reset": "/account/password/reset/",
        "reset-sent": "/account/password/reset/sent/",
        "link-gone": "/account/password/new/1/x-y/",
        "invitation-gone": "/account/invitation/x/",
    }
    inside = {
        "password": "/account/password/",
        "devices": "/account/devices/",
        "member": f"/dashboard/fern/team/{member.public_id}/",
        "invitation-of-another": invitation_path(other),
        "again": "/account/again/",
        "new-codes": "/account/second-step/codes/new/",
        "switch-off": "/account/second-step/off/",
    }
    for name, path in outside.items():
        judge(visit(path), name)
    enter(ana)
    log_in(Client(headers={"User-Agent": IPHONE}), ana, REMOTE_ADDR="203.0.113.77")
    give_second_step(ana)
    for name, path in inside.items():
        judge(visit(path), name)
