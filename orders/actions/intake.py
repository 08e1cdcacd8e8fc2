"""Take in what shops state: orders, refunds, fulfilments, products.

All is an upsert by (connection, external id), safe to repeat and to reorder: a document is applied
only if its (updated_at, content) is greater than that of the one applied last. Orders come in
batches of one or a thousand through the same statements.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection as database
from django.db import transaction

from merchants.models import StoreConnection
from orders import parcels
from orders.actions.relations import Relations, relate
from orders.actions.revise import OrderFacts, revise
from orders.actions.tell import NOTHING, Moments, drafts_of
from orders.models import InboxEntry, Order
from orders.plan import OrderPlan, Standing, plan, standing
from orders.queries import number_key
from orders.sources.document import OrderDoc
from orders.statuses import ActorKind, InboxState
from orders.timeline import Actor, record_all
from postpurchase.lib import bulk


class Result(StrEnum):
    """What a document did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document."""

    order: Order
    result: Result


@dataclass(frozen=True, slots=True)
class Intake:
    """From where, when and how documents come in.

    `is_history`: the orders are told to nobody. They stand in the story, no message goes out.
    """

    connection: StoreConnection
    now: datetime
    actor: Actor = field(default=Actor(ActorKind.SHOP))
    is_history: bool = False
    deliveries: Mapping[str, UUID] = field(default_factory=dict)
    """Which stored delivery states an order, by the order's id in the shop."""

    def actor_of(self, order: Order) -> Actor:
        """Give who states an order, and by which delivery."""
        delivery = self.deliveries.get(order.external_id)
        return replace(self.actor, delivery=str(delivery)) if delivery else self.actor


def take_in(intake: Intake, docs: Sequence[OrderDoc]) -> list[Outcome]:
    """Apply order documents, all or none, in one transaction; outcomes in the order given.

    Raises NotMoney for an amount that cannot be stored. Of documents with one id in one call each
    is applied in turn.
    """
    outcomes: list[Outcome | None] = [None] * len(docs)
    with transaction.atomic():
        for indexes in _rounds(docs):
            done = _take_in_distinct(intake, [docs[index] for index in indexes])
            for index, outcome in zip(indexes, done, strict=True):
                outcomes[index] = outcome
    return [outcome for outcome in outcomes if outcome]


def _rounds(docs: Sequence[OrderDoc]) -> list[list[int]]:
    """Part indexes so that no id stands twice in one round."""
    rounds: list[list[int]] = []
    seen: dict[str, int] = {}
    for index, doc in enumerate(docs):
        turn = seen[doc.external_id] = seen.get(doc.external_id, -1) + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(index)
    return rounds


def _take_in_distinct(intake: Intake, docs: Sequence[OrderDoc]) -> list[Outcome]:
    plans = [plan(doc) for doc in docs]
    keys = [doc.external_id for doc in docs]
    lock_orders((intake.connection.pk, key) for key in keys)
    known = {
        order.external_id: order
        for order in Order.every.filter(connection=intake.connection, external_id__in=keys)
        .order_by("pk")
        .select_for_update(of=("self",))
    }
    fresh = [one for one in plans if one.doc.external_id not in known]
    created = {order.external_id: order for order in _create(intake, fresh)}
    outcomes = []
    for one in plans:
        order = known.get(one.doc.external_id)
        if order is None:
            outcomes.append(Outcome(created[one.doc.external_id], Result.CREATED))
        else:
            outcomes.append(_apply_to(intake, order, one))
    return outcomes


def lock_orders(orders: Iterable[tuple[int, str]]) -> None:
    """Let nobody else work on these orders until the transaction ends, born or unborn.

    Orders are named by connection and external id, and locked in one order by everybody.
    """
    names = (f"order:{connection_id}:{key}".encode() for connection_id, key in orders)
    locks = sorted(
        int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True) for name in names
    )
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [locks]
        )


def _apply_to(intake: Intake, order: Order, one: OrderPlan) -> Outcome:
    if order.version_hash == one.order["version_hash"]:
        return Outcome(order, Result.UNCHANGED)
    if _is_outdated(order, one):
        return Outcome(order, Result.OUTDATED)
    actor = intake.actor_of(order)
    revise(intake.connection, order, one, now=intake.now, actor=actor, silent=intake.is_history)
    if one.fulfilments:
        wake_waiting(intake, _fulfilments_of([one]))
    return Outcome(order, Result.UPDATED)


def _is_outdated(order: Order, one: OrderPlan) -> bool:
    """Compare versions; of two documents of one second the greater content wins everywhere."""
    version = one.order["version_at"]
    if version is None or order.version_at is None:
        return False
    stored = (order.version_at, order.version_hash)
    return bool((version, one.order["version_hash"]) <= stored)


def _create(intake: Intake, plans: Sequence[OrderPlan]) -> list[Order]:
    if not plans:
        return []
    relations = relate(intake.connection, plans)
    standings = [
        standing(order=one.order, lines=one.lines, fulfilments=one.fulfilments, refunds=one.refunds)
        for one in plans
    ]
    orders = [
        _order(intake, one, stands, relations) for one, stands in zip(plans, standings, strict=True)
    ]
    bulk.insert(orders)
    _create_parts(orders, plans, standings, relations)
    _tell(intake, orders, plans)
    sent = [order.pk for order, one in zip(orders, plans, strict=True) if one.fulfilments]
    parcels.follow(sent, now=intake.now)
    wake_waiting(intake, [order.external_id for order in orders] + _fulfilments_of(plans))
    return orders


def _fulfilments_of(plans: Iterable[OrderPlan]) -> list[str]:
    return [values["external_id"] for one in plans for values in one.fulfilments]


def _order(intake: Intake, one: OrderPlan, stands: Standing, relations: Relations) -> Order:
    values = one.order
    return Order(
        **values,
        merchant_id=intake.connection.merchant_id,
        connection=intake.connection,
        customer_id=relations.customers.get(values["email"]),
        number_key=number_key(values["number"]),
        payment_status=stands.payment_status,
        fulfilment_status=stands.fulfilment_status,
        status=stands.status,
        refunded_minor=stands.refunded_minor,
        sync_conflict=" ".join(stands.conflicts),
        is_history=intake.is_history,
    )


def _create_parts(
    orders: Sequence[Order],
    plans: Sequence[OrderPlan],
    standings: Sequence[Standing],
    relations: Relations,
) -> None:
    facts = OrderFacts(relations)
    for order, one, stands in zip(orders, plans, standings, strict=True):
        facts.add(order, one, fulfilled=stands.fulfilled)
    facts.insert()


def _tell(intake: Intake, orders: Sequence[Order], plans: Sequence[OrderPlan]) -> None:
    drafts = [
        draft
        for order, one in zip(orders, plans, strict=True)
        for draft in drafts_of(
            order,
            NOTHING,
            Moments.stated_in(one, now=intake.now),
            actor=intake.actor_of(order),
            silent=intake.is_history,
        )
    ]
    record_all(drafts, now=intake.now)


def wake_waiting(intake: Intake, external_ids: Sequence[str]) -> None:
    """Take up deliveries that came in before their orders or fulfilments."""
    InboxEntry.every.filter(
        connection=intake.connection, state=InboxState.WAITING, waiting_for__in=external_ids
    ).update(state=InboxState.PLANNED, next_at=intake.now, waiting_for="")
