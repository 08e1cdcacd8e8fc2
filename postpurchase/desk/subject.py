"""The order that a page of the desk is about, with what the page shows of the people around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, Lower, Trim
from django.http import Http404

from merchants.models import Membership, User
from notifications.models import Message, Suppression
from notifications.statuses import OPEN
from orders.models import Event, Mention, Order, OrderTag
from orders.queries import with_page
from orders.statuses import MessageEvent, OrderEvent, Status
from postpurchase.desk.parcels import told_parcels
from postpurchase.lib.money import Money

EARLIER_SHOWN = 10
EARLIER_SUMMED = 100
"""Sums look at so many of a person's orders, the newest; the page says so where there are more."""

QUIET = (
    OrderEvent.OPENED_AS_SHOPPER,
    OrderEvent.CODE_SENT,
    OrderEvent.CODE_ACCEPTED,
    OrderEvent.TAGGED,
    OrderEvent.UNTAGGED,
    MessageEvent.SENT,
)
"""Events that make nobody's act on the order a mistake."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody whom a note may name."""

    pk: int
    name: str


def order_or_404(public_id: UUID) -> Order:
    """Give the current merchant's order of this id. Unknown and foreign ones are the same: 404."""
    order = Order.objects.select_related("merchant").filter(public_id=public_id).first()
    if order is None:
        raise Http404("no such order")
    return order


def order_with_all_or_404(public_id: UUID, *, viewer: User) -> Order:
    """Give an order with all that its page shows, its people and what concerns the viewer."""
    orders = with_page(Order.objects.select_related("customer", "connection"))
    order = orders.filter(public_id=public_id).annotate(**_around(viewer)).first()
    if order is None:
        raise Http404("no such order")
    return order


def _around(viewer: User) -> dict[str, Any]:
    """Read what stands around an order along with it: each by an index, each bounded."""
    unread = Mention.every.filter(note__order_id=OuterRef("pk"), user=viewer, read_at=None)
    tags = OrderTag.every.filter(order_id=OuterRef("pk")).order_by("name")
    people = Membership.every.filter(merchant_id=OuterRef("merchant_id"), user__is_active=True)
    dead = Suppression.every.filter(
        merchant_id=OuterRef("merchant_id"), address=Lower(Trim(OuterRef("email")))
    )
    going = Message.every.filter(order_id=OuterRef("pk"), state__in=OPEN)
    named = JSONObject(pk="user_id", name="user__name", email="user__email")
    return {
        "tag_names": ArraySubquery(tags.values_list("name")),
        "has_unread": Exists(unread),
        "is_suppressed": Exists(dead),
        "under_way": ArraySubquery(going.values_list("kind")),
        "newest_event": newest_event(OuterRef("pk")),
        "earlier": ArraySubquery(_earlier().values_list(_brief())),
        "members": ArraySubquery(people.order_by("pk").values_list(named)),
        "parcels_told": told_parcels(),
    }


def newest_event(order: Any) -> Subquery:
    """Give the number of the newest event of an order that may change what people do."""
    loud = Event.every.filter(order_id=order).exclude(kind__in=QUIET)
    # The sum keeps the planner from walking the table's own numbers backwards.
    newest = loud.order_by().values("order_id").annotate(newest=Max(F("pk") + 0))
    return Subquery(newest.values("newest"))


def _earlier() -> QuerySet[Order]:
    theirs = Order.every.filter(
        merchant_id=OuterRef("merchant_id"), customer_id=OuterRef("customer_id")
    )
    others = theirs.exclude(Q(pk=OuterRef("pk")) | Q(status=Status.DRAFT))
    return others.order_by("-placed_at", "-pk")[: EARLIER_SUMMED + 1]


def _brief() -> JSONObject:
    return JSONObject(
        public_id="public_id",
        number="number",
        placed_at="placed_at",
        status="status",
        total="total_minor",
        refunded="refunded_minor",
        currency="currency",
    )


@dataclass(frozen=True, slots=True)
class EarlierOrder:
    """Another order of the same person."""

    public_id: str
    number: str
    placed_at: datetime
    status: Status
    total: Money


@dataclass(frozen=True, slots=True)
class History:
    """What a person bought besides: the newest orders, and sums over at most a hundred."""

    shown: list[EarlierOrder]
    count: int
    is_capped: bool
    since: datetime | None
    sums: list[Money]
    """One for each currency, cancelled orders apart and refunds taken off."""


def history_of(order: Order) -> History:
    """Tell what else the person of an order bought; the order came from `order_with_all_or_404`."""
    rows: list[dict[str, Any]] = order.earlier  # type: ignore[attr-defined]  # annotated
    summed = rows[:EARLIER_SUMMED]
    sums: dict[str, int] = {}
    for row in summed:
        if row["status"] != Status.CANCELLED:
            kept = row["total"] - row["refunded"]
            sums[row["currency"]] = sums.get(row["currency"], 0) + kept
    return History(
        shown=[_earlier_order(row) for row in rows[:EARLIER_SHOWN]],
        count=len(summed),
        is_capped=len(rows) > EARLIER_SUMMED,
        since=datetime.fromisoformat(summed[-1]["placed_at"]) if summed else None,
        sums=[Money(minor, currency) for currency, minor in sorted(sums.items())],
    )


def _earlier_order(row: dict[str, Any]) -> EarlierOrder:
    return EarlierOrder(
        public_id=row["public_id"],
        number=row["number"],
        placed_at=datetime.fromisoformat(row["placed_at"]),
        status=Status(row["status"]),
        total=Money(row["total"], row["currency"]),
    )


def colleagues_of(order: Order, *, viewer: User) -> list[Colleague]:
    """List whom a note may name, by name, without the one who writes it."""
    rows: list[dict[str, Any]] = order.members  # type: ignore[attr-defined]  # annotated
    people = [
        Colleague(row["pk"], row["name"] or row["email"]) for row in rows if row["pk"] != viewer.pk
    ]
    return sorted(people, key=lambda person: person.name.casefold())
