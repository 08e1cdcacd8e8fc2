"""Bring an order that is here up to what its shop states now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Q

from merchants.models import StoreConnection
from merchants.statuses import ConnectionKind
from orders import parcels
from orders.actions.relations import Relations, relate
from orders.actions.tell import Before, Moments, drafts_of
from orders.erasure import FULFILMENT, REFUND, without_person
from orders.keys import ADDED
from orders.models import (
    Address,
    Fulfilment,
    Order,
    OrderLine,
    OrderWord,
    Payment,
    RefundFact,
)
from orders.plan import OrderPlan, Values, standing
from orders.queries import number_key
from orders.statuses import OrderEvent
from orders.timeline import Actor, Draft, record_all
from postpurchase.lib import bulk
from postpurchase.lib.tenancy import Tenant

Part = TypeVar("Part", bound=Tenant)

TOLD_APART = frozenset({ConnectionKind.SHOPIFY})
"""Sources that also send refunds and fulfilments on their own, perhaps ahead of the order that
lists them: what an order document does not list may be newer than it, so it is kept."""

QUIET = frozenset({"version_at", "version_hash", "stated_payment", "stated_fulfilled"})
"""Fields whose change alone is not worth telling."""


GOODS = frozenset({"orderline", "external_id", "ordered", "cancelled", "country", "postcode"})
"""Fields and parts whose change may change what is in a parcel, or where it goes."""

NAMES = frozenset({"name", "company", "address"})
"""Fields and parts whose change may change the words that an order is found by."""


class OrderFacts:
    """Rows of new orders, as values by column, to be inserted together."""

    def __init__(self, relations: Relations) -> None:
        self.relations = relations
        self.rows: dict[type[Tenant], list[Values]] = {
            model: [] for model in (OrderLine, Address, Payment, RefundFact, Fulfilment, OrderWord)
        }

    def add(self, order: Order, one: OrderPlan, *, fulfilled: dict[str, int]) -> None:
        """Make the rows of one order."""
        owner = {"merchant_id": order.merchant_id, "order_id": order.pk}
        self.rows[OrderLine] += [
            owner
            | line_values(line, self.relations)
            | {"fulfilled": fulfilled[line["external_id"]]}
            for line in one.lines
        ]
        self.rows[Address] += [owner | row for row in one.addresses]
        self.rows[Payment] += [owner | row for row in one.payments]
        self.rows[RefundFact] += [owner | row for row in one.refunds]
        self.rows[Fulfilment] += [owner | row for row in one.fulfilments]
        self.rows[OrderWord] += [owner | row for row in one.words]

    def insert(self) -> None:
        """Write them all."""
        for model, rows in self.rows.items():
            if rows:
                bulk.insert_values(model, rows)


def line_values(line: Values, relations: Relations) -> Values:
    """Give the fields of a line's row."""
    rest = {key: value for key, value in line.items() if key not in ("product_id", "image_url")}
    return rest | relations.line_ids(line)


def revise(  # noqa: PLR0913  # the subject, the statement and how it came
    connection: StoreConnection,
    order: Order,
    one: OrderPlan,
    *,
    now: datetime,
    actor: Actor,
    silent: bool = False,
) -> None:
    """Apply a newer document to a locked order, and tell what became different.

    Of a person who was erased nothing is taken in again.
    """
    before = Before.of(order)
    one = without_person(one) if order.erased_at else one
    relations = relate(connection, [one])
    changed = _set(order, one.order)
    order.number_key = number_key(order.number)
    order.customer_id = relations.customers.get(order.email) or order.customer_id
    lines = [line_values(line, relations) for line in one.lines]
    changed |= _replace(OrderLine, order, lines, key="external_id")
    changed |= _replace(Address, order, one.addresses, key="kind")
    if changed & NAMES:
        _replace(OrderWord, order, one.words, key="word")
    _replace(Payment, order, one.payments, key="external_id")
    if connection.kind in TOLD_APART:
        goods_moved = _merge(order, one)
    else:
        goods_moved = _replace_stated(order, one)
    settle(order)
    if goods_moved or changed & GOODS:
        parcels.follow([order.pk], now=now)
    at = one.order["version_at"] or now
    drafts = drafts_of(order, before, Moments.all_at(at), actor=actor, silent=silent)
    if changed - QUIET and not drafts:
        drafts = [
            Draft(
                order=order,
                kind=OrderEvent.CHANGED,
                at=at,
                actor=actor,
                data={"fields": sorted(changed - QUIET)},
                is_silent=silent,
            )
        ]
    record_all(drafts, now=now)


def _set(row: Any, values: Values) -> set[str]:
    """Set fields; give the names of those that became different."""
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _replace(
    model: type[Part], order: Order, rows: Sequence[Values], *, key: str, kept: Q | None = None
) -> set[str]:
    """Make an order's rows of one kind those stated; give the names of what became different.

    Rows that are `kept` are not the shop's and stay as they are.
    """
    found = model.every.filter(order=order)
    here = {getattr(part, key): part for part in (found.exclude(kept) if kept else found)}
    changed: set[str] = set()
    new = []
    for values in rows:
        part = here.pop(values[key], None)
        if part is None:
            new.append(model(merchant_id=order.merchant_id, order=order, **values))
        elif different := _set(part, values):
            part.save(update_fields=[*different, *_lower_counters(part)])
            changed |= different
    if new:
        model.every.bulk_create(new)
    if here:
        model.every.filter(pk__in=[part.pk for part in here.values()]).delete()
    return changed | ({model._meta.model_name or ""} if new or here else set())


def _lower_counters(part: Tenant) -> tuple[str, ...]:
    """Keep a line's imported counters within what is ordered now; `settle` counts anew."""
    if not isinstance(part, OrderLine):
        return ()
    part.fulfilled = min(part.fulfilled, part.ordered)
    part.delivered = min(part.delivered, part.ordered)
    return ("fulfilled", "delivered")


def _replace_stated(order: Order, one: OrderPlan) -> bool:
    """Make refunds and fulfilments those listed, where the document lists any or says none.

    Give whether a fulfilment became different.
    """
    if one.doc.refunds is not None:
        _replace(RefundFact, order, one.refunds, key="external_id")
    if one.doc.fulfilments is None:
        return False
    drop_twins(order, one.fulfilments)
    added = Q(external_id__startswith=ADDED)
    return bool(_replace(Fulfilment, order, one.fulfilments, key="external_id", kept=added))


def _merge(order: Order, one: OrderPlan) -> bool:
    for values in one.refunds:
        merge_refund(order, values)
    moved = [merge_fulfilment(order, values) for values in one.fulfilments]
    return drop_twins(order, one.fulfilments) or any(moved)


def drop_twins(order: Order, stated: Sequence[Values]) -> bool:
    """Remove fulfilments that were added beside the shop's, now that it states their parcels."""
    numbers = {
        number_key(number)
        for values in stated
        for number in values["tracking_numbers"]
        if values["state"] == "success" and not values["external_id"].startswith(ADDED)
    }
    if not numbers:
        return False
    added = Fulfilment.every.filter(order=order, external_id__startswith=ADDED)
    twins = [
        row.pk
        for row in added
        if row.tracking_numbers and numbers.issuperset(map(number_key, row.tracking_numbers))
    ]
    return bool(twins and Fulfilment.every.filter(pk__in=twins).delete()[0])


def merge_refund(order: Order, values: Values) -> None:
    """Add or correct one refund of a locked order."""
    values = values | REFUND if order.erased_at else values
    rest = {name: value for name, value in values.items() if name != "external_id"}
    RefundFact.every.update_or_create(
        order=order,
        external_id=values["external_id"],
        defaults=rest,
        create_defaults={**rest, "merchant_id": order.merchant_id},
    )


def merge_fulfilment(order: Order, values: Values) -> bool:
    """Add one fulfilment of a locked order, or correct it if what is stated is newer.

    Give whether anything became different.
    """
    values = values | FULFILMENT if order.erased_at else values
    row = Fulfilment.every.filter(order=order, external_id=values["external_id"]).first()
    if row is None:
        Fulfilment.every.create(merchant_id=order.merchant_id, order=order, **values)
        return True
    stored, stated = (
        (row.version_at, row.version_hash),
        (values["version_at"], values["version_hash"]),
    )
    if stored[0] and stated[0] and stated <= stored:
        return False
    changed = _set(row, values)
    row.save()
    return bool(changed - QUIET)


def settle(order: Order) -> None:
    """Derive counters and axes of a locked order from all its facts, and save it."""
    lines = list(OrderLine.every.filter(order=order).order_by("pk"))
    stands = standing(
        order=vars(order),
        lines=[vars(line) for line in lines],
        fulfilments=list(Fulfilment.every.filter(order=order).values("state", "lines")),
        refunds=list(RefundFact.every.filter(order=order).values("amount_minor")),
    )
    for line in lines:
        if line.fulfilled != stands.fulfilled[line.external_id]:
            line.fulfilled = stands.fulfilled[line.external_id]
            line.save(update_fields=["fulfilled"])
    order.payment_status = stands.payment_status
    order.fulfilment_status = stands.fulfilment_status
    order.delivery_status = stands.delivery_status
    order.status = stands.status
    order.refunded_minor = stands.refunded_minor
    order.sync_conflict = " ".join(stands.conflicts)
    order.save()
