"""An order on the desk in a real browser: its look, two agents on it, and Django's own pages."""

import re

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from merchants.statuses import Role
from notifications.statuses import MessageState
from orders.models import Note, Order
from orders.statuses import OrderEvent
from tests import factories
from tests.desk import scenes
from tests.e2e.looking import DESKTOP, PHONE, SMALL_LETTERS, TOO_WIDE, broken_rules, shoot

# Staff pages: 24 px is the floor of the rule, links inside sentences apart.
SMALL_BOXES = """() => [...document.querySelectorAll('a, button, summary, input, select, textarea')]
  .filter(e => e.checkVisibility({opacityProperty: true}) && e.type !== 'hidden')
  .filter(e => !e.matches('.skip, p a:not(.link-box), dd a, td a'))
  .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 23.9 || box.width < 23.9)
  .map(([text, box]) => `small box: ${text} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


@pytest.fixture
def order(transactional_db):
    order = scenes.make_order(discount_codes=["AUTUMN"])
    story(order)
    return order


def story(order):
    """Tell a story with one entry of each kind."""
    entry = factories.InboxEntryFactory(
        merchant=order.merchant, connection=order.connection, topic="orders/updated",
        body=b'{"id": 1042, "email": "ines.weber@example.com"}',
    )  # fmt: skip
    scenes.event(order, data={"fields": ["phone", "street"], "delivery": str(entry.public_id)})
    scenes.event(order, OrderEvent.REFUNDED, data={"amount_minor": 700, "currency": "EUR"})
    for state, reason in (
        (MessageState.SENT, ""),
        (MessageState.FAILED, "550 5.1.1 no such mailbox"),
    ):
        factories.MessageFactory(
            order=order, state=state, reason=reason, subject="Order #1042 confirmed"
        )
    note = factories.NoteFactory(
        order=order, author_name="Ben Roth",
        text="She asks whether we can deliver to the neighbour. @Ana Pop, can you ring her?",
    )  # fmt: skip
    ana = scenes.make_member(order.merchant)
    factories.MentionFactory(note=note, user=ana)
    factories.OrderTagFactory(order=order, name="vip")
    for number in ("#0991", "#0870"):
        factories.OrderFactory(merchant=order.merchant, customer=order.customer, number=number)
    Order.every.filter(pk=order.pk).update(sync_conflict="Three of two flasks were shipped.")


def enter(context, live_server, person):
    """Log a person in and give a page of theirs."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies[project.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": project.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return context.new_page()


def listen(page):
    """Collect what the browser complains about."""
    heard = []
    page.on("console", lambda message: message.type == "error" and heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def misfits(page):
    return [
        text for check in (SMALL_BOXES, SMALL_LETTERS, TOO_WIDE) for text in page.evaluate(check)
    ]


def judge(page, name):
    """Judge a page as phones and desktops show it, by day and by night."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            shoot(page, f"{name}-{scheme}-{size['width']}")
        found = broken_rules(page) + misfits(page)
        assert (name, scheme, found) == (name, scheme, [])
    page.set_viewport_size({"width": 320, "height": 800})
    assert (name, misfits(page)) == (name, [])


def test_the_desks_pages_have_no_fault(context, live_server, order):
    ana = order.merchant and scenes.make_member(order.merchant, Role.OWNER, name="Cleo Danz")
    page = enter(context, live_server, ana)
    heard = listen(page)
    message = order.messages.order_by("pk")[1]
    entry = factories.InboxEntry.every.get()
    note = Note.every.get()
    factories.MentionFactory(note=note, user=ana)
    for name, path in {
        "home": reverse("admin:index"),
        "order": scenes.page_of(order),
        "confirm": f"{scenes.act_of(order, 'fresh-link')}?seen=1-1",
        "mail": reverse("admin:desk_mail", args=[order.public_id, message.public_id]),
        "delivery": reverse("admin:desk_delivery", args=[order.public_id, entry.public_id]),
    }.items():
        page.goto(live_server.url + path)
        judge(page, name)
    assert heard == []


def test_djangos_own_pages_have_no_fault(context, live_server, order):
    person = factories.UserFactory(is_staff=True, is_superuser=True, name="Root")
    page = enter(context, live_server, person)
    heard = listen(page)
    for name, path in {
        "tables": reverse("admin:desk_tables"),
        "list": reverse("admin:orders_order_changelist"),
        "row": reverse("admin:orders_order_change", args=[order.pk]),
        "person": reverse("admin:merchants_user_change", args=[person.pk]),
    }.items():
        page.goto(f"{live_server.url}{path}")
        judge(page, f"django-{name}")
    assert heard == []


def test_two_agents_write_on_one_order(browser, live_server, order):
    """Ben sees Ana; what he would do on an order that she changed is asked about first."""
    people = [scenes.make_member(order.merchant, name=name) for name in ("Ana Pop", "Ben Roth")]
    contexts = [browser.new_context(locale="en-GB") for _ in people]
    ana, ben = (enter(one, live_server, who) for one, who in zip(contexts, people, strict=True))
    url = live_server.url + scenes.page_of(order)
    ana.goto(url)
    ben.goto(url)
    ben.get_by_text("Ana Pop is here").wait_for()

    ana.get_by_label("Note for your team").fill("I rang her. Deliver next door.")
    ana.get_by_role("button", name="Write the note").click()
    ana.get_by_text("I rang her. Deliver next door.").wait_for()
    ben.get_by_label("Note for your team").fill("I shall ring her.")
    ben.get_by_role("button", name="Write the note").click()
    ben.get_by_text("This order changed since you opened it").wait_for()
    shoot(ben, "stale-note")
    ben.get_by_role("button", name="Write it anyway").click()
    ben.get_by_text("I shall ring her.").wait_for()

    assert Note.every.filter(order=order).count() == 3
    for one in contexts:
        one.close()


def test_an_agent_sees_the_shoppers_page(context, live_server, order):
    page = enter(context, live_server, scenes.make_member(order.merchant, name="Ana Pop"))
    page.goto(live_server.url + scenes.page_of(order))

    with context.expect_page() as opened:
        page.get_by_role("button", name=re.compile("View as shopper")).click()

    opened.value.get_by_text("This is what the shopper sees").wait_for()
    shoot(opened.value, "as-shopper")
    page.get_by_role("link", name="Switch off all links").click()
    page.get_by_role("button", name="Switch off all links").click()
    page.get_by_text("Earlier links no longer work.").wait_for()
