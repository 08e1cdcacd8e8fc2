"""Messages, privacy and changes in a real browser: no fault in either size and scheme."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from merchants.actions import Edit, save_settings
from merchants.models import Merchant
from merchants.statuses import LookKind, Role, SettingsPage
from notifications.models import Message
from notifications.statuses import AttemptOutcome, MessageKind, MessageState, Withheld
from orders.models import Order
from orders.people import Person
from postpurchase.dashboard.privacy.names import name_of
from tests.e2e.looking import (
    DESKTOP,
    PHONE,
    SMALL_BOXES,
    SMALL_LETTERS,
    TOO_WIDE,
    broken_rules,
    shoot,
)
from tests.factories import (
    AddressFactory,
    AttemptFactory,
    BrandFactory,
    CustomerFactory,
    MembershipFactory,
    MerchantFactory,
    MessageFactory,
    OrderFactory,
    OutageFactory,
    PaymentFactory,
    PersonalDataLookFactory,
    SettingChangeFactory,
    SuppressionFactory,
    UserFactory,
)

NOW = datetime(2026, 11, 23, 14, 25, tzinfo=UTC)
EMAIL = "lucia.fernandez@example.com"
LOOKS = [LookKind.LIST, LookKind.PAGE, LookKind.MAIL, LookKind.AS_SHOPPER, LookKind.EXPORT]


@pytest.fixture
def owner(transactional_db):
    with time_machine.travel(NOW, tick=True):
        shop = MerchantFactory(name="Alma & Fern", slug="alma-fern")
        user = UserFactory(name="Ana Lindner", is_staff=True)
        yield MembershipFactory(merchant=shop, user=user, role=Role.OWNER)


@pytest.fixture
def enter(page, live_server, client, owner):
    """Open a page of the dashboard as the shop's owner."""
    client.force_login(owner.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([cookie | {"url": live_server.url}])

    def enter(name, *args, query=""):
        page.set_viewport_size(DESKTOP)
        path = reverse(f"dashboard:{name}", args=[owner.merchant.slug, *args])
        page.goto(f"{live_server.url}{path}{query}")
        return page

    return enter


def look(page, name):
    """Judge a page in both schemes and sizes; give what is wrong."""
    wrong = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            shoot(page, f"{name}-{scheme}-{size['width']}")
        wrong += [f"{name} {scheme}: {fault}" for fault in broken_rules(page)]
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for test in (SMALL_BOXES.replace("43.9", "23.9"), SMALL_LETTERS, TOO_WIDE):
            wrong += [f"{name} {width}: {fault}" for fault in page.evaluate(test)]
    return wrong


def mails(shop):
    """Let a shop have a mail in each state; give the one that failed."""
    BrandFactory(merchant=shop)
    person = CustomerFactory(merchant=shop, email=EMAIL, name="Lucía Fernández de la Vega")
    states = [
        {"state": MessageState.SENT, "settled_at": NOW},
        {"state": MessageState.UNCERTAIN, "reason": "The sender did not live to tell."},
        {"state": MessageState.WITHHELD, "reason": Withheld.CANCELLED, "settled_at": NOW},
        {"state": MessageState.SENT, "settled_at": NOW, "kind": MessageKind.CODE},
        {"reason": "421 4.7.0 Try again later", "send_at": NOW + timedelta(minutes=2)},
        {"state": MessageState.FAILED, "reason": "550 5.1.1 … User unknown", "settled_at": NOW},
    ]
    for number, values in enumerate(states):
        order = OrderFactory(
            merchant=shop, customer=person, email=EMAIL, name=person.name, lines=2,
            number=f"#10{number}2", number_key=f"10{number}2", phone="+49 170 5550123",
        )  # fmt: skip
        AddressFactory(order=order)
        PaymentFactory(order=order)
        message = MessageFactory(order=order, **values)
    for outcome, answer in [
        (AttemptOutcome.RETRY, "451 4.3.0 Temporary lookup failure"),
        (AttemptOutcome.REFUSED, "550 5.1.1 … User unknown"),
    ]:
        AttemptFactory(message=message, outcome=outcome, answer=answer)
    SuppressionFactory(merchant=shop, address=EMAIL, reason="550 5.1.1 … User unknown")
    OutageFactory(merchant=shop, paused_until=NOW + timedelta(minutes=5), failures=7)
    return message


def test_the_pages_of_messages_have_no_fault(enter, owner, complaints):
    failed = mails(owner.merchant)

    wrong = look(enter("messages"), "messages")
    for view in ("desktop", "phone", "text"):
        page = enter("messages_one", failed.public_id, query=f"?view={view}")
        wrong += look(page, f"message-{view}")
    wrong += look(enter("messages_again", failed.public_id), "again")
    wrong += look(enter("messages_again_all"), "again-all")
    wrong += look(enter("messages_suppressed"), "suppressed")
    wrong += look(enter("messages_outages"), "outages")

    assert (wrong, complaints) == ([], [])


def changes(member):
    """Let a shop have changed something, and somebody have looked at something."""
    shop = Merchant.objects.get(pk=member.merchant.pk)
    shop.support_email, shop.name = "hello@alma-fern.example", "Alma & Fern Berlin"
    edit = Edit(member.user, SettingsPage.SHOP, "Shop details")
    change = save_settings(shop, edit=edit, now=NOW)
    SettingChangeFactory(
        merchant=shop, by_name="Jonas Weber", at=NOW - timedelta(days=1),
        fields={"colour": ["#2f5d50", "#ffd400"], "tone": ["calm", "warm"], "footer": ["", "Hi"]},
    )  # fmt: skip
    SettingChangeFactory(
        merchant=shop, page=SettingsPage.KEYS, kind="added", table="merchants.apikey",
        title="Warehouse", fields={"name": ["", "Warehouse"]}, at=NOW - timedelta(days=2),
    )  # fmt: skip
    pks = list(Order.every.values_list("pk", flat=True))
    for place, kind in enumerate(LOOKS):
        rows = pks if kind == LookKind.LIST else pks[:1]
        PersonalDataLookFactory(
            merchant=shop, user_name="Ana Lindner", kind=kind, rows=rows,
            at=NOW - timedelta(hours=place),
        )  # fmt: skip
    return change


def test_the_pages_of_privacy_and_changes_have_no_fault(enter, owner, complaints):
    mails(owner.merchant)
    change = changes(owner)
    person = name_of(Person(owner.merchant.pk, email=EMAIL))

    wrong = look(enter("privacy"), "privacy")
    wrong += look(enter("privacy_person", person), "person")
    wrong += look(enter("privacy_erase", person), "erase")
    wrong += look(enter("changes"), "changes")
    wrong += look(enter("changes_one", change.public_id), "change")
    wrong += look(enter("changes_looks"), "looks")

    assert (wrong, complaints) == ([], [])


def test_from_a_failed_mail_to_one_on_its_way(enter, owner):
    failed = mails(owner.merchant)
    page = enter("messages")

    page.get_by_label("State").select_option("failed")
    page.get_by_label("Recipient or order").fill(EMAIL)
    page.get_by_role("button", name="Find messages").click()
    assert EMAIL not in page.url
    page.get_by_role("link", name=f"Order confirmation {failed.order.number}").click()
    assert page.frame_locator("iframe").get_by_text("Kastanienallee 12").is_visible()
    page.get_by_role("link", name="Send again").click()
    page.get_by_role("button", name="Send again").dblclick()

    page.get_by_text("It is sent again now.").first.wait_for()
    assert Message.every.get(pk=failed.pk).state == MessageState.PLANNED


def test_from_a_name_to_nobody(enter, owner):
    mails(owner.merchant)
    page = enter("privacy")

    page.get_by_label("E-mail address, phone or order number").fill("1002")
    page.get_by_role("button", name="Find person").click()
    page.get_by_role("link", name="Erase").click()
    page.get_by_label("Type the e-mail address or an order number again").fill(EMAIL)
    page.get_by_label("Erase although an order is still on its way").check()
    page.get_by_role("button", name="Erase for good").dblclick()

    page.get_by_text("The person is erased.").first.wait_for()
    assert not Order.every.filter(erased_at=None).exists()
