"""Reads of messages: the log, what fails, what is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from notifications.models import Message, Outage, Suppression
from notifications.statuses import SETTLED, MessageKind, MessageState
from orders.models import Order
from orders.queries import number_key
from postpurchase.lib import keyset

NEWEST = keyset.Ordering("created_at", newest_first=True)
PAGE = 50
ORDERS_AT_MOST = 20
"""So many orders of one number are looked at: the same number may come from several shops."""

UNDER_WAY = (MessageState.CLAIMED, MessageState.DISPATCHING)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages are wanted; what is empty narrows nothing."""

    states: tuple[str, ...] = ()
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    recipient: str = ""
    number: str = ""


def log_page(
    merchant_id: int, wanted: Wanted, *, cursor: str | None, limit: int = PAGE
) -> keyset.Page[Message]:
    """Give a page of a merchant's messages, newest first. Raises keyset.BadCursor."""
    parts = _branches(merchant_id, wanted)
    page = keyset.merged(parts, ordering=NEWEST, cursor=cursor, limit=limit)
    prefetch_related_objects(page.rows, Prefetch("order", queryset=Order.every.all()))
    return page


def _branches(merchant_id: int, wanted: Wanted) -> Sequence[QuerySet[Message]]:
    """Part the wanted messages so that each part is one stretch of an index."""
    rows = Message.every.of(merchant_id).filter(**_days(wanted))
    states = wanted.states or tuple(MessageState)
    kinds = (wanted.kind,) if wanted.kind else tuple(MessageKind)
    if wanted.number:
        pks = _orders_numbered(merchant_id, wanted.number)
        return [rows.filter(order_id__in=pks, state__in=states, kind__in=kinds)]
    if wanted.recipient:
        named = rows.filter(recipient=wanted.recipient, kind__in=kinds, state__in=states)
        # The address is never empty here; said aloud, the partial index is known to have it.
        settled = named.filter(state__in=SETTLED).exclude(recipient="")
        return [settled, *_not_settled(named)]
    return [
        *(
            rows.filter(state__in=SETTLED, kind=kind, state=state)
            for kind, state in product(kinds, states)
            if state in SETTLED
        ),
        *_not_settled(rows.filter(kind__in=kinds, state__in=states)),
    ]


def _not_settled(rows: QuerySet[Message]) -> Sequence[QuerySet[Message]]:
    """Part open messages by the partial indexes that hold them."""
    return [rows.filter(state=MessageState.PLANNED), rows.filter(state__in=UNDER_WAY)]


def _orders_numbered(merchant_id: int, number: str) -> list[int]:
    key = number_key(number)
    orders = Order.every.of(merchant_id).filter(number_key=key).exclude(number_key="")
    return list(orders.order_by("-pk").values_list("pk", flat=True)[:ORDERS_AT_MOST])


def _days(wanted: Wanted) -> dict[str, datetime]:
    bounds = {"created_at__gte": wanted.since, "created_at__lt": wanted.until}
    return {name: moment for name, moment in bounds.items() if moment is not None}


def failed_messages(merchant_id: int, *, limit: int) -> list[Message]:
    """Give the newest messages that failed, at most `limit`."""
    wanted = Wanted(states=(MessageState.FAILED,))
    return log_page(merchant_id, wanted, cursor=None, limit=limit).rows


def suppressed_page(
    merchant_id: int, *, address: str, cursor: str | None, limit: int = PAGE
) -> keyset.Page[Suppression]:
    """Give a page of the addresses that take no mail. Raises keyset.BadCursor."""
    rows = Suppression.every.of(merchant_id)
    if address:
        rows = rows.filter(address=address.strip().lower())
    return keyset.page(rows, ordering=NEWEST, cursor=cursor, limit=limit)


def outages_of(merchant_id: int) -> list[Outage]:
    """Give a merchant's ways out that fail now."""
    return list(Outage.every.of(merchant_id).order_by("since"))


def message_pks(merchant_id: int, *, email: str, order_pks: Sequence[int]) -> list[int]:
    """Name all messages on some orders and all to an address."""
    mine = Message.every.of(merchant_id)
    branches: Sequence[QuerySet[Message]] = [mine.filter(order_id__in=list(order_pks))]
    if email:
        to_them = mine.filter(recipient=email)
        settled = to_them.filter(state__in=SETTLED).exclude(recipient="")
        branches = [*branches, settled, *_not_settled(to_them)]
    keys = [rows.values_list("pk", flat=True) for rows in branches]
    return sorted(keys[0].union(*keys[1:]))
