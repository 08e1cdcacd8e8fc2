"""Erase a person: their messages here, their orders below, order by order.

Each order is a transaction of its own, with its locks in one order: the order, those who read its
story, its messages. What was done stays done; whoever calls again goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from merchants.actions import Edit, note_change
from merchants.models import Merchant, User
from merchants.statuses import ChangeKind, SettingsPage
from notifications.actions.retention import empty
from notifications.models import Message, Suppression
from notifications.queries import message_pks
from notifications.statuses import MessageState, Withheld
from orders import people
from orders.actions import privacy
from orders.models import Order
from orders.people import Person
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.lib.crypto import keyed_digest
from postpurchase.lib.errors import Refused
from tracking.actions.privacy import erase_parcels, forget_deliveries, numbers_of


class StillOpen(Refused):
    """Goods or money are still moving, and whoever asks may not overrule that."""

    code = "still_open"


class MailUnderWay(Refused):
    """A mail is with the mail server this minute: it cannot be called back or forgotten yet."""

    code = "mail_under_way"


@dataclass(frozen=True, slots=True)
class Erasure:
    """How far erasing a person came."""

    erased: int
    left: int


def erase_person(
    person: Person,
    *,
    by: User,
    though_open: bool,
    is_late: Callable[[], bool] = lambda: False,
    now: datetime,
) -> Erasure:
    """Erase a person for good. `is_late` is asked before each order; what is left waits for a call.

    Raises StillOpen unless `though_open`, and MailUnderWay. Erasing twice is harmless.
    """
    pks = people.order_pks(person)
    if not though_open and people.still_open(person.merchant_id, pks, now=now):
        raise StillOpen(_("An order is still on its way. Only an owner can erase it before."))
    actor = Actor(ActorKind.STAFF, str(by)[:200])
    for done, pk in enumerate(pks):
        if is_late():
            return Erasure(erased=done, left=len(pks) - done)
        # Before and after, never under the order's lock: whoever reads them holds them first.
        numbers = numbers_of(pk)
        forget_deliveries(person.merchant_id, numbers, now=now)
        _erase_order(pk, actor=actor, now=now)
        forget_deliveries(person.merchant_id, numbers, now=now)
    _erase_rest(person, pks, by=by, now=now)
    return Erasure(erased=len(pks), left=0)


@transaction.atomic
def _erase_order(pk: int, *, actor: Actor, now: datetime) -> None:
    order = privacy.lock_order(pk)
    if order.erased_at is None:
        _forget_messages(message_pks(order.merchant_id, email="", order_pks=[pk]), now=now)
        erase_parcels(order, now=now)
        privacy.erase_order(order, actor=actor, now=now)


def _forget_messages(pks: list[int], *, now: datetime) -> None:
    """Withhold what was to go, and empty all. Needs a transaction. Raises MailUnderWay."""
    rows = list(Message.every.filter(pk__in=pks).order_by("pk").select_for_update(of=("self",)))
    if any(row.state == MessageState.DISPATCHING for row in rows):
        raise MailUnderWay(
            _("A mail to this person is being sent this very minute. Try again in three minutes.")
        )
    waiting = [row.pk for row in rows if row.state in (MessageState.PLANNED, MessageState.CLAIMED)]
    # Whoever holds the token finds that the row is no longer theirs.
    Message.every.filter(pk__in=waiting).update(
        state=MessageState.WITHHELD,
        reason=Withheld.ERASED,
        settled_at=now,
        token=None,
        leased_until=None,
    )
    empty([row.pk for row in rows])


@transaction.atomic
def _erase_rest(person: Person, pks: list[int], *, by: User, now: datetime) -> None:
    orders = _orders_with(person, pks)
    if person.email:
        _forget_messages(message_pks(person.merchant_id, email=person.email, order_pks=()), now=now)
        Suppression.every.of(person.merchant_id).filter(address=person.email).delete()
    accounts = privacy.erase_rest(person, orders, now=now)
    if pks or accounts:
        _note(person, orders=len(orders), by=by, now=now)


def _orders_with(person: Person, pks: list[int]) -> list[Order]:
    """Give the orders just erased and those of the account that an earlier call erased."""
    mine = Order.every.of(person.merchant_id)
    earlier = mine.filter(customer__in=people.customers(person)).exclude(erased_at=None)
    found = {order.pk: order for order in [*mine.filter(pk__in=pks), *earlier]}
    return list(found.values())


def _note(person: Person, *, orders: int, by: User, now: datetime) -> None:
    """Write down that somebody was erased: under a keyed digest, which tells nobody who."""
    named = person.email or str(person.order)
    note_change(
        Merchant.objects.get(pk=person.merchant_id),
        kind=ChangeKind.REMOVED,
        fields={
            "person": [keyed_digest(named, purpose="erased person")[:16], ""],
            "orders": [orders, orders],
        },
        edit=Edit(by, SettingsPage.PRIVACY, title=str(_("A person’s data"))),
        now=now,
    )
