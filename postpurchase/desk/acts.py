"""What agents can do with an order: one table, shown as buttons, each asked about first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.actions import ask_again, ask_for, ask_for_news, obstacle, obstacle_to_news
from notifications.actions.asking import Ways
from notifications.models import Message
from notifications.statuses import MessageKind
from orders.actions.conflicts import see_conflict
from orders.actions.inbox import read_delivery_again
from orders.actions.step_up import revoke_links
from orders.models import InboxEntry, Order
from orders.timeline import Actor

Text = str | Promise
Subject = Message | InboxEntry | None


@dataclass(frozen=True, slots=True)
class Wish:
    """An act that is asked for: on what, by whom, and under which key it is done once."""

    order: Order
    subject: Subject
    actor: Actor
    key: str
    now: datetime
    ways: Ways | None = None
    """How mail to the order stands, where that was read along with it."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something an agent can do. `tells` says what follows, `prevents` why it cannot be done."""

    label: Text
    icon: str
    question: Text
    tells: Callable[[Wish], Text]
    do: Callable[[Wish], None]
    done: Text
    prevents: Callable[[Wish], Text] = lambda _wish: ""
    is_grave: bool = False


def _mails_to(wish: Wish) -> str:
    return _("A mail goes to %(address)s. The shopper is not told who asked for it.") % {
        "address": wish.order.email
    }


def _again_to(wish: Wish) -> str:
    assert isinstance(wish.subject, Message)
    return _("The same mail goes to %(address)s. If it did arrive, mailboxes show it once.") % {
        "address": wish.subject.recipient
    }


def _repeat(wish: Wish) -> None:
    assert isinstance(wish.subject, Message)
    ask_again(wish.subject, actor=wish.actor, now=wish.now)


def _reread(wish: Wish) -> None:
    assert isinstance(wish.subject, InboxEntry)
    read_delivery_again(wish.order, wish.subject, actor=wish.actor, now=wish.now)


def _sender(kind: MessageKind) -> Callable[[Wish], None]:
    def send(wish: Wish) -> None:
        ask_for(wish.order, kind=kind, key=wish.key, actor=wish.actor, now=wish.now)

    return send


def _stops(kind: MessageKind) -> Callable[[Wish], Text]:
    return lambda wish: obstacle(wish.order, kind=kind, ways=wish.ways)


def _no_conflict(wish: Wish) -> Text:
    return "" if wish.order.sync_conflict else _("The figures of this order fit together.")


ACTS: dict[str, Act] = {
    "confirmation": Act(
        label=gettext_lazy("Send the confirmation"),
        icon="mail",
        question=gettext_lazy("Send the order confirmation?"),
        tells=_mails_to,
        prevents=_stops(MessageKind.CONFIRMATION),
        do=_sender(MessageKind.CONFIRMATION),
        done=gettext_lazy("The confirmation is on its way."),
    ),
    "fresh-link": Act(
        label=gettext_lazy("Mail a fresh link"),
        icon="link",
        question=gettext_lazy("Mail the shopper a fresh link to their orders?"),
        tells=_mails_to,
        prevents=_stops(MessageKind.LINKS),
        do=_sender(MessageKind.LINKS),
        done=gettext_lazy("The link is on its way."),
    ),
    "parcel-news": Act(
        label=gettext_lazy("Mail how the packages stand"),
        icon="truck",
        question=gettext_lazy("Mail the shopper how the packages stand?"),
        tells=_mails_to,
        prevents=lambda wish: obstacle_to_news(wish.order, now=wish.now, ways=wish.ways),
        do=lambda wish: ask_for_news(wish.order, key=wish.key, actor=wish.actor, now=wish.now),
        done=gettext_lazy("The mail is on its way."),
    ),
    "links-off": Act(
        label=gettext_lazy("Switch off all links"),
        icon="unlink",
        question=gettext_lazy("Switch off all links to this order?"),
        tells=lambda _wish: _(
            "Links in mails sent so far stop working at once. Nobody is told; the shopper can "
            "still look the order up, or you mail a fresh link."
        ),
        do=lambda wish: revoke_links(wish.order, actor=wish.actor, now=wish.now),
        done=gettext_lazy("Earlier links no longer work."),
        is_grave=True,
    ),
    "conflict-seen": Act(
        label=gettext_lazy("Mark the conflict as seen"),
        icon="circle-check",
        question=gettext_lazy("Mark this conflict as seen?"),
        tells=lambda wish: wish.order.sync_conflict,
        prevents=_no_conflict,
        do=lambda wish: see_conflict(wish.order, actor=wish.actor, now=wish.now),
        done=gettext_lazy("The conflict is marked as seen."),
    ),
    "mail-again": Act(
        label=gettext_lazy("Send again"),
        icon="send",
        question=gettext_lazy("Send this mail again?"),
        tells=_again_to,
        do=_repeat,
        done=gettext_lazy("The mail is on its way again."),
    ),
    "read-again": Act(
        label=gettext_lazy("Read again"),
        icon="refresh-cw",
        question=gettext_lazy("Read this delivery again?"),
        tells=lambda _wish: _(
            "What the shop sent is applied once more. Older news than we have changes nothing."
        ),
        do=_reread,
        done=gettext_lazy("The delivery will be read again."),
    ),
}
ON_ORDERS = ("confirmation", "fresh-link", "parcel-news", "links-off")
"""Those that every order's page offers."""


def subject_of(name: str, order: Order, subject: UUID | None) -> Subject:
    """Find what an act is about besides its order. Raises Http404."""
    if name not in {"mail-again", "read-again"}:
        return None
    if subject is None:
        raise Http404("nothing named")
    if name == "mail-again":
        rows = Message.objects.filter(order=order, public_id=subject)
        found: Subject = rows.select_related("order", "merchant").first()
    else:
        found = delivery_of(order, subject)
    if found is None:
        raise Http404("no such mail or delivery")
    return found


def delivery_of(order: Order, public_id: UUID) -> InboxEntry | None:
    """Find a delivery that told of an order, or waits for it."""
    entry = InboxEntry.objects.filter(public_id=public_id).first()
    if entry is None or entry.connection_id != order.connection_id:
        return None
    waits = entry.waiting_for == order.external_id
    tells = order.events.filter(data__delivery=str(public_id)).exists
    return entry if waits or tells() else None
