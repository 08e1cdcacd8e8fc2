"""An order with a long story, and people who look after it."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from merchants.statuses import Role
from notifications.statuses import MessageState
from orders.models import Customer
from orders.statuses import ActorKind, OrderEvent
from tests import factories
from tests.portal import scenes

HOSTILE = "<script>alert(1)</script> {{ x }} \u202e\"'&"


def make_order(shop=None, **changes):
    """Make an order that arrived an hour ago, with payment, address and three lines."""
    shop = shop or scenes.make_shop(slug="alma-fern")
    placed_at = changes.pop("placed_at", timezone.now() - timedelta(hours=1))
    customer = Customer.every.filter(merchant=shop).first() or factories.CustomerFactory(
        merchant=shop
    )
    return scenes.make_order(shop, placed_at=placed_at, customer=customer, **changes)


def make_member(shop, role=Role.AGENT, name="Ana Pop"):
    """Make somebody who works for a shop, and give the person."""
    return factories.MembershipFactory(merchant=shop, role=role, user__name=name).user


def make_story(order, *, events=3, messages=2, notes=1):
    """Give an order a story of so many entries of each kind."""
    now = timezone.now()
    for place in range(events):
        factories.EventFactory(
            order=order,
            kind=OrderEvent.CHANGED,
            at=now - timedelta(minutes=place),
            data={"fields": ["phone", "street"]},
        )
    for place in range(messages):
        state = [MessageState.SENT, MessageState.FAILED][place % 2]
        factories.MessageFactory(
            order=order, state=state, subject=f"Order {order.number} confirmed"
        )
    for _place in range(notes):
        factories.NoteFactory(order=order, author_name="Ben Roth", text=HOSTILE)


def event(order, kind=OrderEvent.CHANGED, **facts):
    """Write one event on an order."""
    return factories.EventFactory(order=order, kind=kind, actor_kind=ActorKind.SHOP, **facts)


def page_of(order):
    """Give the address of an order's page."""
    return reverse("admin:desk_order", args=[order.public_id])


def act_of(order, name):
    """Give the address of an act on an order."""
    return reverse("admin:desk_act", args=[order.public_id, name])
