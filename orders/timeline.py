"""The order's story: written once, in the transaction of the change, and read by many.

An event is the story, the audit log and the outbox at once. Each registered reader gets a delivery
row, handles it in one transaction with taking the row away, and is asked again later where it
fails. The events of one order reach a reader in the order in which they were written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from orders.models import Event, EventDelivery, Order
from orders.statuses import PUBLIC_EVENTS, ActorKind
from postpurchase.lib import bulk
from postpurchase.lib.nudge import nudge
from postpurchase.lib.tenancy import acting_for

MAX_DEPTH = 8
"""A chain of events that cause one another ends here."""

MAX_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reacts to events: a word, the kinds, and what is done.

    `handle(event, now=…)` runs inside the transaction that takes the delivery away and inside
    `acting_for` the event's merchant; it writes to our database only.
    """

    name: str
    kinds: frozenset[str]
    handle: Callable[..., None]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it."""

    kind: ActorKind = ActorKind.SYSTEM
    name: str = ""
    delivery: str = ""
    """By which stored delivery a shop told it, so that the story can show what was sent."""


@dataclass(slots=True)
class Draft:
    """An event about to be written."""

    order: Order
    kind: str
    at: datetime
    actor: Actor = Actor()
    data: dict[str, Any] = field(default_factory=dict)
    caused_by: Event | None = None
    is_silent: bool = False
    """History: kept in the story, told to nobody."""


READERS: dict[str, Reader] = {}
_public: set[str] = {kind.value for kind in PUBLIC_EVENTS}


def register(reader: Reader) -> None:
    """Let a reader take part. Called once, when its app is ready."""
    READERS[reader.name] = reader


def make_public(kinds: Iterable[str]) -> None:
    """Let shoppers read events of these kinds. Called once, when their app is ready."""
    _public.update(str(kind) for kind in kinds)


def record(
    order: Order,
    kind: str,
    *,
    at: datetime,
    actor: Actor | None = None,
    caused_by: Event | None = None,
    **data: Any,
) -> Event:
    """Write one event on an order's timeline, in the transaction of the change."""
    draft = Draft(
        order=order, kind=kind, at=at, actor=actor or Actor(), data=data, caused_by=caused_by
    )
    return record_all([draft], now=at)[0]


def record_all(drafts: list[Draft], *, now: datetime) -> list[Event]:
    """Write many events and their deliveries, in two statements."""
    events = [_event(draft) for draft in drafts]
    bulk.insert(events)
    deliveries = [
        {
            "merchant_id": event.merchant_id,
            "event_id": event.pk,
            "order_id": event.order_id,
            "reader": reader.name,
            "next_at": now,
        }
        for event, draft in zip(events, drafts, strict=True)
        if not draft.is_silent and event.depth < MAX_DEPTH
        for reader in READERS.values()
        if event.kind in reader.kinds
    ]
    if deliveries:
        bulk.insert_values(EventDelivery, deliveries)
        transaction.on_commit(lambda: nudge("timeline"))
    return events


def _event(draft: Draft) -> Event:
    cause, delivery = draft.caused_by, draft.actor.delivery
    return Event(
        merchant_id=draft.order.merchant_id,
        order=draft.order,
        customer_id=draft.order.customer_id,
        kind=draft.kind,
        at=draft.at,
        actor_kind=draft.actor.kind,
        actor=draft.actor.name,
        is_public=str(draft.kind) in _public,
        data={**draft.data, "delivery": delivery} if delivery else draft.data,
        caused_by=cause,
        depth=cause.depth + 1 if cause else 0,
    )


def read_due(*, now: datetime, limit: int = 50) -> int:
    """Let the readers handle what is due; give how many deliveries were taken up.

    Safe to run in many workers: rows are locked, locked rows skipped, and a delivery waits until
    the earlier ones of its order have been handled.
    """
    with transaction.atomic():
        earlier = EventDelivery.every.filter(
            reader=OuterRef("reader"),
            order_id=OuterRef("order_id"),
            id__lt=OuterRef("id"),
            failed_at=None,
        )
        due = list(
            EventDelivery.every.filter(failed_at=None, next_at__lte=now)
            .exclude(Exists(earlier))
            .select_related("event", "event__order", "event__order__merchant")
            .order_by("next_at", "id")
            .select_for_update(of=("self",), skip_locked=True)[:limit]
        )
        handled = [delivery.pk for delivery in due if _handle(delivery, now=now)]
        _remove(handled)
    return len(due)


def try_again(deliveries: QuerySet[EventDelivery], *, now: datetime) -> int:
    """Give readers another chance at what they could not handle; give how many deliveries."""
    return deliveries.update(failed_at=None, attempts=0, next_at=now, error="")


def _handle(delivery: EventDelivery, *, now: datetime) -> bool:
    reader = READERS.get(delivery.reader)
    try:
        if reader is not None:
            with transaction.atomic(), acting_for(delivery.merchant_id):
                reader.handle(delivery.event, now=now)
    except Exception as error:  # one reader's bug must not stop the others
        _postpone(delivery, error=error, now=now)
        return False
    return True


def _postpone(delivery: EventDelivery, *, error: Exception, now: datetime) -> None:
    delivery.attempts += 1
    delivery.error = f"{type(error).__name__}: {error}"[:2000]
    delivery.next_at = now + timedelta(seconds=10 * 2**delivery.attempts)
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.failed_at = now
    delivery.save(update_fields=["attempts", "error", "next_at", "failed_at"])


def _remove(pks: Iterable[int]) -> None:
    # By primary key alone: a condition beside it can mislead the planner on a queue table.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_eventdelivery WHERE id = ANY(%s)", [list(pks)])
