"""What staff want of messages about parcels: to tell how they stand, to choose, to see one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from merchants.actions import Edit
from merchants.models import SettingChange
from merchants.statuses import SettingsPage
from notifications.actions import NotSendable, ask_for_news, obstacle_to_news, send_due
from notifications.actions.choosing import choose_kind, send_sample
from notifications.models import Message, MessageChoice, MessageParcel
from notifications.parcels import wanted_kinds
from notifications.statuses import ABOUT_PARCELS, MessageKind, MessageState
from orders.models import Event
from orders.statuses import ActorKind, MessageEvent
from orders.timeline import Actor
from tests.factories import MerchantFactory, OrderFactory, ShipmentFactory, UserFactory
from tracking.statuses import Milestone

pytestmark = pytest.mark.django_db
AGENT = Actor(ActorKind.STAFF, "Mia")


@pytest.fixture(autouse=True)
def no_threads(monkeypatch):
    """Let even a slow machine send all in this thread: others do not see the test's rows."""
    monkeypatch.setattr("notifications.actions.sending.SLOW", 1_000)


def ask(order, key="k1"):
    ask_for_news(order, key=key, actor=AGENT, now=timezone.now())


def test_staff_tell_how_each_package_stands_once_per_wish(mailoutbox):
    order = OrderFactory(number="#1042")
    moving = ShipmentFactory(order=order)
    waiting = ShipmentFactory(order=order, milestone=Milestone.READY_FOR_PICKUP)
    MessageChoice.every.create(merchant=order.merchant, kind="in_transit", is_on=False)

    ask(order)
    ask(order)
    send_due(clock=timezone.now, threads=1)

    assert set(MessageParcel.every.values_list("shipment_id", "kind")) == {
        (moving.pk, "in_transit"),
        (waiting.pk, "ready_for_pickup"),
    }
    assert sorted(mail.subject for mail in mailoutbox) == [
        "Order #1042: collect package 2 of 2",
        "Order #1042: package 1 of 2 under way",
    ]
    asked = Event.every.filter(order=order, kind=MessageEvent.ASKED)
    assert {event.actor for event in asked} == {"Mia"}
    ask(order, key="k2")
    assert Message.every.filter(state=MessageState.PLANNED).count() == 2


@pytest.mark.parametrize(
    "milestone", [Milestone.LABEL_CREATED, Milestone.EXPIRED, Milestone.CANCELLED]
)
def test_of_a_parcel_without_news_there_is_nothing_to_tell(milestone):
    order = OrderFactory()
    ShipmentFactory(order=order, milestone=milestone)

    with pytest.raises(NotSendable, match="no package"):
        ask(order)
    assert Message.every.count() == 0


def test_a_late_parcel_is_told_as_late():
    order, today = OrderFactory(), timezone.localdate()
    late = today + timedelta(days=3)
    ShipmentFactory(
        order=order, promised_from=today, promised_until=today, expected_from=late,
        expected_until=late,
    )  # fmt: skip

    assert obstacle_to_news(order, now=timezone.now()) == ""
    ask(order)

    assert Message.every.get().kind == MessageKind.DELAYED


def test_a_choice_is_kept_and_written_down_once():
    shop, owner = MerchantFactory(), UserFactory()
    edit = Edit(owner, SettingsPage.MESSAGES, title="Package under way")

    def choose(is_on):
        return choose_kind(shop, MessageKind.IN_TRANSIT, is_on=is_on, edit=edit, now=timezone.now())

    assert wanted_kinds(shop.pk) == frozenset(ABOUT_PARCELS) - {MessageKind.IN_TRANSIT}
    assert [choose(True), choose(True), choose(False)] == [True, False, True]
    assert MessageKind.IN_TRANSIT not in wanted_kinds(shop.pk)
    assert SettingChange.every.filter(merchant=shop, page="messages").count() == 2
    assert wanted_kinds(MerchantFactory().pk) == wanted_kinds(shop.pk)


@pytest.mark.parametrize("kind", ABOUT_PARCELS)
def test_a_sample_goes_to_whoever_asks_once_in_a_while(kind, mailoutbox):
    shop, owner = MerchantFactory(), UserFactory()
    now = timezone.now()
    for _ in range(2):
        send_sample(shop, kind, to=owner, now=now)

    send_due(clock=lambda: now, threads=1)

    (mail,) = mailoutbox
    assert mail.to == [owner.email]
    assert "#1042" in mail.subject
    assert MessageParcel.every.count() == 0
