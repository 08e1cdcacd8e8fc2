"""The inbox: store what a shop sent before answering it, and apply it in a worker."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction

from merchants.models import StoreConnection
from orders.actions.facts import OrderUnknown, apply_fact
from orders.actions.intake import Intake, lock_orders, take_in
from orders.models import InboxEntry, Order
from orders.sources import SOURCES
from orders.sources.base import (
    Envelope,
    Fact,
    FulfilmentStated,
    OrderDeleted,
    OrderStated,
    ParcelSeen,
    RefundStated,
    Unusable,
)
from orders.sources.document import OrderDoc
from orders.statuses import InboxState, OrderEvent
from orders.timeline import Actor, record
from postpurchase.lib.ids import uuid7
from postpurchase.lib.insert_once import insert_once
from postpurchase.lib.money import NotMoney
from postpurchase.lib.nudge import nudge

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 6

INSERT = """
    INSERT INTO orders_inboxentry
        (merchant_id, public_id, connection_id, event_key, topic, body, received_at, state,
         next_at, attempts, reason, waiting_for)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 'planned', %s, 0, '', '')
    ON CONFLICT (connection_id, event_key) DO NOTHING
"""


def accept(connection: StoreConnection, envelope: Envelope, *, body: bytes, now: datetime) -> bool:
    """Store a verified delivery; False where it is here already. One statement, one commit."""
    values: list[Any] = [
        *(connection.merchant_id, uuid7(), connection.pk),
        *(envelope.event_key[:200], envelope.topic[:100], body, now, now),
    ]
    is_new = insert_once(INSERT, values)
    if is_new:
        transaction.on_commit(lambda: nudge("inbox"))
    return is_new


@transaction.atomic
def apply_due(*, now: datetime, limit: int = 50) -> int:
    """Apply what is due, in one transaction with marking it; give how many were taken up.

    Safe to run in many workers: entries are locked and locked ones skipped. Since facts may come
    in any order, orders are applied first and together, then the rest one by one.
    """
    entries = list(
        InboxEntry.every.filter(state=InboxState.PLANNED, next_at__lte=now)
        .select_related("connection")
        .order_by("next_at", "id")
        .select_for_update(of=("self",), skip_locked=True)[:limit]
    )
    read = [(entry, facts) for entry in entries if (facts := _read(entry, now=now)) is not None]
    named = {(entry.connection_id, key) for entry, facts in read for key in _orders_of(facts)}
    lock_orders(named)
    _lock_rows(named)
    read.sort(key=_connection_of)
    for _pk, group in groupby(read, key=_connection_of):
        _apply_group(list(group), now=now)
    return len(entries)


def _lock_rows(named: Collection[tuple[int, str]]) -> None:
    """Lock the orders that are here, by primary key, as news of their parcels do."""
    rows = Order.every.filter(
        connection_id__in={connection_id for connection_id, _ in named},
        external_id__in={key for _, key in named},
    )
    list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk"))


Read = tuple[InboxEntry, list[Fact]]


def _connection_of(one: Read) -> int:
    return one[0].connection_id


def _orders_of(facts: Iterable[Fact]) -> Iterable[str]:
    for fact in facts:
        match fact:
            case OrderStated(order):
                yield order.external_id
            case RefundStated() | FulfilmentStated() | ParcelSeen() | OrderDeleted():
                yield fact.order_id


def _apply_group(read: list[Read], *, now: datetime) -> None:
    connection, everything = read[0][0].connection, read
    intake = Intake(connection=connection, now=now)
    orders = [(entry, doc) for entry, facts in read if (doc := _only_order(facts))]
    told = {doc.external_id: entry.public_id for entry, doc in orders}
    together = replace(intake, deliveries=told)
    if len(orders) > 1 and _applied_together(together, [doc for _, doc in orders]):
        _mark_done([entry for entry, _ in orders], now=now)
        done = {entry.pk for entry, _ in orders}
        read = [(entry, facts) for entry, facts in read if entry.pk not in done]
    for entry, facts in sorted(read, key=lambda pair: _only_order(pair[1]) is None):
        _apply_one(intake, entry, facts)
    _forget_erased(connection, everything)
    StoreConnection.every.filter(pk=connection.pk).update(last_seen_at=now)


def _read(entry: InboxEntry, *, now: datetime) -> list[Fact] | None:
    try:
        return SOURCES[entry.connection.kind].facts(topic=entry.topic, body=bytes(entry.body))
    except (Unusable, NotMoney) as error:
        _fail(entry, str(error))
    except Exception as error:  # a bug in a source must not hold up the others
        log.exception("A delivery could not be read: %s", entry.public_id)
        _postpone(entry, error, now=now)
    return None


def _only_order(facts: Sequence[Fact]) -> OrderDoc | None:
    match list(facts):
        case [OrderStated(order)]:
            return order
        case _:
            return None


def _applied_together(intake: Intake, docs: Sequence[OrderDoc]) -> bool:
    try:
        take_in(intake, docs)
    except Exception:  # whichever it was, each is tried by itself and says why
        return False
    return True


def _apply_one(intake: Intake, entry: InboxEntry, facts: Iterable[Fact]) -> None:
    teller = replace(intake.actor, delivery=str(entry.public_id))
    intake = replace(intake, actor=teller)
    try:
        with transaction.atomic():
            for fact in facts:
                apply_fact(intake, fact)
    except OrderUnknown as missing:
        entry.state, entry.waiting_for = InboxState.WAITING, missing.external_id
        entry.save(update_fields=["state", "waiting_for"])
    except (Unusable, NotMoney) as error:
        _fail(entry, str(error))
    except Exception as error:  # a bug met by one delivery must not hold up the others
        log.exception("A delivery could not be applied: %s", entry.public_id)
        _postpone(entry, error, now=intake.now)
    else:
        _mark_done([entry], now=intake.now)


def _forget_erased(connection: StoreConnection, read: Sequence[Read]) -> None:
    """Keep nothing raw of orders whose person was erased: what was of use was taken in."""
    keys = {key for _entry, facts in read for key in _orders_of(facts)}
    orders = Order.every.filter(connection=connection, external_id__in=keys)
    erased = set(orders.filter(erased_at__isnull=False).values_list("external_id", flat=True))
    if erased:
        theirs = [entry.pk for entry, facts in read if erased & set(_orders_of(facts))]
        done = InboxEntry.every.filter(pk__in=theirs).exclude(state=InboxState.PLANNED)
        done.update(body=b"", reason="")


def _mark_done(entries: Sequence[InboxEntry], *, now: datetime) -> None:
    # By primary key alone: a condition beside it can mislead the planner on a queue table.
    InboxEntry.every.filter(pk__in=[entry.pk for entry in entries]).update(
        state=InboxState.DONE, done_at=now, reason="", waiting_for=""
    )


def _fail(entry: InboxEntry, reason: str) -> None:
    entry.state, entry.reason = InboxState.FAILED, reason[:2000]
    entry.save(update_fields=["state", "reason"])
    StoreConnection.every.filter(pk=entry.connection_id).update(
        last_error=entry.reason, last_error_at=entry.received_at
    )


def _postpone(entry: InboxEntry, error: Exception, *, now: datetime) -> None:
    entry.attempts += 1
    entry.reason = f"{type(error).__name__}: {error}"[:2000]
    entry.next_at = now + timedelta(seconds=5 * 2**entry.attempts)
    if entry.attempts >= MAX_ATTEMPTS:
        entry.state = InboxState.FAILED
    entry.save(update_fields=["attempts", "reason", "next_at", "state"])


def replay(entries: Iterable[InboxEntry], *, now: datetime) -> int:
    """Have deliveries read again, whatever became of them; give how many."""
    count = InboxEntry.every.filter(pk__in=[entry.pk for entry in entries]).update(
        state=InboxState.PLANNED, next_at=now, attempts=0, reason="", waiting_for=""
    )
    transaction.on_commit(lambda: nudge("inbox"))
    return count


@transaction.atomic
def read_delivery_again(order: Order, entry: InboxEntry, *, actor: Actor, now: datetime) -> None:
    """Have one delivery of an order read again, and say in its story who wanted it."""
    replay([entry], now=now)
    teller = replace(actor, delivery=str(entry.public_id))
    record(order, OrderEvent.READ_AGAIN, at=now, actor=teller, topic=entry.topic)
