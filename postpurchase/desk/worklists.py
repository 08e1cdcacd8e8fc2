"""Saved views: questions that agents ask all day, each with a count that stops at a thousand.

A view is one entry of `VIEWS`. It gives orders either by what `orders.shelf` walks along, or as a
query of primary keys that reads one small index.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.models import Message
from notifications.statuses import MessageState
from orders.models import Mention, Order
from orders.shelf import Wanted
from orders.statuses import Status
from postpurchase.desk.parcel_lists import TROUBLED, Troubled
from postpurchase.staff.access import Place
from tracking.queries import late_orders

MOST = 1_000
"""No view counts further, and one that is a set of orders shows so many."""
LATELY = timedelta(days=30)

Keys = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when."""

    place: Place
    now: datetime


@dataclass(frozen=True, slots=True)
class View:
    """A question about orders: a list walks along `wanted`, or shows the set that `keys` gives."""

    name: str
    label: str | Promise
    tells: str | Promise
    keys: Callable[[Asker], Keys | None]
    wanted: Callable[[Asker], Wanted] | None = None
    tone: str = ""
    anchor: str = ""
    """The part of an order's page that the list is about."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A view as an agent sees it."""

    name: str
    label: str | Promise
    count: str
    tone: str
    is_current: bool = False
    is_of_parcels: bool = False
    is_empty: bool = False


def _of_status(*statuses: Status) -> dict[str, Any]:
    return {
        "keys": lambda _asker: Order.objects.filter(status__in=statuses).values_list("pk"),
        "wanted": lambda _asker: Wanted(statuses=frozenset(statuses)),
    }


def _troubled_mails(asker: Asker) -> Keys:
    messages = Message.objects.filter(
        state__in=[MessageState.FAILED, MessageState.UNCERTAIN],
        created_at__gte=asker.now - LATELY,
        order__isnull=False,
    )
    return messages.order_by("-pk").values_list("order_id")


def _conflicts(_asker: Asker) -> Keys:
    return Order.objects.exclude(sync_conflict="").order_by("-pk").values_list("pk")


def _cancelled(asker: Asker) -> Keys:
    orders = Order.objects.filter(cancelled_at__gte=asker.now - LATELY)
    return orders.order_by("-cancelled_at").values_list("pk")


def _mentions(asker: Asker) -> Keys:
    mine = Mention.objects.filter(user=asker.place.user, read_at=None)
    return mine.order_by("-pk").values_list("note__order_id")


def _late(asker: Asker) -> Keys | None:
    late = late_orders(asker.place.merchant, now=asker.now)
    return None if late.query.is_empty() else late.order_by().values_list("pk")


def _needs_action(asker: Asker) -> Keys:
    late = _late(asker)
    sets = [_conflicts(asker)[:MOST], *([] if late is None else [late[:MOST]])]
    return _troubled_mails(asker)[:MOST].union(*sets)


def _of_parcels(one: Troubled) -> View:
    return View(
        one.name, one.label, one.tells, lambda _asker: one.keys(), tone=one.tone, anchor=PARCELS
    )


PARCELS = "parcels"
VIEWS: tuple[View, ...] = (
    View(
        "needs-action",
        _("Needs action"),
        _("A mail failed, figures do not fit together, or the order is late to ship."),
        _needs_action,
        tone="bad",
    ),
    View(
        "payment-pending",
        _("Payment pending"),
        _("Placed, but the money is still to come."),
        **_of_status(Status.PAYMENT_PENDING),
    ),
    View(
        "on-hold",
        _("On hold"),
        _("The shop does not work on these."),
        **_of_status(Status.ON_HOLD),
    ),
    View(
        "late",
        _("Late to ship"),
        _("Should have left by now, by the time to pack that you promise."),
        _late,
        tone="warn",
    ),
    View(
        "mail-failed",
        _("Mail failed or in doubt"),
        _("A mail of the last 30 days did not go, or nobody knows whether it arrived."),
        _troubled_mails,
        tone="bad",
    ),
    View(
        "conflict",
        _("Sync conflict"),
        _("What the shop states does not fit together."),
        _conflicts,
        tone="warn",
    ),
    View(
        "cancelled",
        _("Cancelled"),
        _("Cancelled within the last 30 days."),
        _cancelled,
    ),
    View(
        "mentions",
        _("My mentions"),
        _("Notes that name you and that you have not read."),
        _mentions,
        tone="info",
    ),
    *(_of_parcels(one) for one in TROUBLED),
)
BY_NAME = {view.name: view for view in VIEWS}


def wanted_by(view: View, asker: Asker) -> Wanted:
    """Say which orders a list of a view shows."""
    if view.wanted is not None:
        return view.wanted(asker)
    keys = view.keys(asker)
    rows = [] if keys is None else list(keys[:MOST])
    return Wanted(ids=tuple({row[0] for row in rows}))


def tabs(place: Place, *, current: str = "", now: datetime) -> list[Tab]:
    """Count every view, none further than a thousand, in one query."""
    counts = counts_of(VIEWS, Asker(place, now))
    return [
        Tab(
            name=view.name,
            label=view.label,
            count=count_text(counts[view.name]),
            tone=view.tone if counts[view.name] else "",
            is_current=view.name == current,
            is_of_parcels=view.anchor == PARCELS,
            is_empty=not counts[view.name],
        )
        for view in VIEWS
    ]


def counts_of(views: tuple[View, ...], asker: Asker) -> dict[str, int]:
    """Count the orders of views, up to a thousand each."""
    parts: list[str] = []
    values: list[Any] = []
    for view in views:
        keys = view.keys(asker)
        if keys is None:
            parts.append("0")
            continue
        sql, params = keys[:MOST].query.sql_with_params()
        parts.append(f"(SELECT count(DISTINCT pk) FROM ({sql}) part(pk))")  # noqa: S608  # ours
        values += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        row = cursor.fetchone()
    return dict(zip((view.name for view in views), row, strict=True))


def count_text(count: int) -> str:
    """Write a count: "12", or "999+" where nobody counted on."""
    return str(count) if count < MOST else f"{MOST - 1}+"
