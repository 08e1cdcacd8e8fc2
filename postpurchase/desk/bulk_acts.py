"""What agents can do with many orders at once: one table. `prevents` says why one is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.actions import ask_for, obstacle
from notifications.actions.asking import Ways
from notifications.models import Message, Suppression
from notifications.statuses import OPEN, MessageKind
from orders.actions.conflicts import see_conflict
from orders.actions.step_up import revoke_links
from orders.actions.tags import put_tag, take_tag_off
from orders.models import Order, OrderTag
from orders.timeline import Actor
from postpurchase.lib.errors import Refused

Text = str | Promise

AT_MOST = 500
"""So many orders one act takes."""


class NothingToDo(Refused):
    """The order is as it should be already."""

    code = "nothing_to_do"


@dataclass(frozen=True, slots=True)
class Task:
    """An act that is asked for: by whom, under which key each is done once, with which tag."""

    actor: Actor
    key: str
    tag: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Around:
    """What was read about many orders at once: how mail to them stands, and their tags."""

    ways: dict[int, Ways]
    tags: dict[int, set[str]]


@dataclass(frozen=True, slots=True)
class BulkAct:
    """Something that can be done with many orders."""

    label: Text
    question: Text
    tells: Text
    prevents: Callable[[Order, Task, Around], Text]
    do: Callable[[Order, Task], None]
    needs_tag: bool = False
    is_grave: bool = False


def _confirm(order: Order, task: Task) -> None:
    ask_for(order, kind=MessageKind.CONFIRMATION, key=task.key, actor=task.actor, now=task.now)


def _put(order: Order, task: Task) -> None:
    if not put_tag(order, name=task.tag, actor=task.actor, now=task.now):
        raise NothingToDo(_("The tag is on it already."))


def _take_off(order: Order, task: Task) -> None:
    if not take_tag_off(order, name=task.tag, actor=task.actor, now=task.now):
        raise NothingToDo(_("The tag is not on it."))


def _never(_order: Order, _task: Task, _around: Around) -> Text:
    return ""


BULK: dict[str, BulkAct] = {
    "tag": BulkAct(
        label=gettext_lazy("Put a tag on"),
        question=gettext_lazy("Put a tag on these orders?"),
        tells=gettext_lazy("Shoppers do not see tags."),
        prevents=lambda order, task, around: (
            _("The tag is on it already.") if task.tag in around.tags[order.pk] else ""
        ),
        do=_put,
        needs_tag=True,
    ),
    "untag": BulkAct(
        label=gettext_lazy("Take a tag off"),
        question=gettext_lazy("Take a tag off these orders?"),
        tells=gettext_lazy("Shoppers do not see tags."),
        prevents=lambda order, task, around: (
            "" if task.tag in around.tags[order.pk] else _("The tag is not on it.")
        ),
        do=_take_off,
        needs_tag=True,
    ),
    "confirmation": BulkAct(
        label=gettext_lazy("Send the confirmation"),
        question=gettext_lazy("Send the order confirmation for these orders?"),
        tells=gettext_lazy("One mail goes out for each, to the address of the order."),
        prevents=lambda order, _task, around: obstacle(
            order, kind=MessageKind.CONFIRMATION, ways=around.ways[order.pk]
        ),
        do=_confirm,
    ),
    "conflict-seen": BulkAct(
        label=gettext_lazy("Mark conflicts as seen"),
        question=gettext_lazy("Mark the conflicts of these orders as seen?"),
        tells=gettext_lazy("A conflict comes back if the shop states it again."),
        prevents=lambda order, _task, _around: (
            "" if order.sync_conflict else _("The figures of this order fit together.")
        ),
        do=lambda order, task: see_conflict(order, actor=task.actor, now=task.now),
    ),
    "links-off": BulkAct(
        label=gettext_lazy("Switch off all links"),
        question=gettext_lazy("Switch off all links to these orders?"),
        tells=gettext_lazy("Links in mails sent so far stop working at once. Nobody is told."),
        prevents=_never,
        do=lambda order, task: revoke_links(order, actor=task.actor, now=task.now),
        is_grave=True,
    ),
}


def around(orders: Sequence[Order]) -> Around:
    """Read about orders of the current merchant what acts ask, in three queries."""
    pks = [order.pk for order in orders]
    addresses = {order.email.strip().lower() for order in orders}
    suppressed = set(
        Suppression.objects.filter(address__in=addresses).values_list("address", flat=True)
    )
    under_way, tags = defaultdict(set), defaultdict(set)
    messages = Message.objects.filter(order_id__in=pks, state__in=OPEN)
    for pk, kind in messages.values_list("order_id", "kind"):
        under_way[pk].add(kind)
    for pk, name in OrderTag.objects.filter(order_id__in=pks).values_list("order_id", "name"):
        tags[pk].add(name)
    ways = {
        order.pk: Ways(order.email.strip().lower() in suppressed, frozenset(under_way[order.pk]))
        for order in orders
    }
    return Around(ways, tags)
