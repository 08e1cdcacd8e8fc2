"""Take in the parcels of a file, or find out what would become of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DataError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from merchants.models import StoreConnection
from orders.actions.intake import Intake
from orders.keys import number_key
from orders.models import Order, OrderLine
from orders.timeline import Actor
from postpurchase.lib.errors import Refused
from tracking.actions.stating import Stated, state_parcel
from tracking.tabular import SheetParcel, SheetRow

BATCH = 100
FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Whose file it is; `connection` narrows its orders down to those of one shop system.

    `is_history`: nobody is told that the parcels left.
    """

    merchant_id: int
    actor: Actor
    connection: StoreConnection | None = None
    is_history: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one parcel: created, updated, unchanged or failed, and then why."""

    row: int
    order: str
    number: str
    result: str
    reason: str = ""


class Missing(Refused):
    """A row names something that is not there."""

    code = "missing"


def take_in_sheet(sheet: Sheet, rows: Iterable[SheetRow], *, now: datetime) -> Iterator[Told]:
    """Take in the parcels of a file, each by itself; taking it in again changes nothing."""
    for batch in _batches(rows):
        yield from _told(sheet, batch, now=now)


def rehearse_sheet(sheet: Sheet, rows: Iterable[SheetRow], *, now: datetime) -> Iterator[Told]:
    """Say what would become of the parcels of a file; nothing is stored and nobody is told."""
    for batch in _batches(rows):
        with transaction.atomic():
            told = _told(sheet, batch, now=now)
            transaction.set_rollback(True)
        yield from told


def _batches(rows: Iterable[SheetRow]) -> Iterator[list[SheetRow]]:
    left = iter(rows)
    while batch := list(itertools.islice(left, BATCH)):
        yield batch


def _told(sheet: Sheet, batch: Sequence[SheetRow], *, now: datetime) -> list[Told]:
    names = {row.result.order for row in batch if isinstance(row.result, SheetParcel)}
    orders = _orders(sheet, names)
    return [_take_in(sheet, row, orders, now=now) for row in batch]


def _orders(sheet: Sheet, names: set[str]) -> dict[str, list[Order]]:
    """Find orders by their ids in the shop or, where none has that id, by their numbers."""
    keys = {number_key(name): name for name in names}
    rows = Order.every.of(sheet.merchant_id).filter(
        Q(external_id__in=names) | Q(number_key__in=keys)
    )
    if sheet.connection:
        rows = rows.filter(connection=sheet.connection)
    by_id: dict[str, list[Order]] = {}
    by_number: dict[str, list[Order]] = {}
    for order in rows.select_related("connection", "merchant").order_by("pk"):
        by_id.setdefault(order.external_id, []).append(order)
        by_number.setdefault(order.number_key, []).append(order)
    return {name: by_id.get(name) or by_number.get(number_key(name), []) for name in names}


def _take_in(sheet: Sheet, row: SheetRow, orders: dict[str, list[Order]], *, now: datetime) -> Told:
    parcel = row.result
    if isinstance(parcel, str):
        return Told(row.number, "", "", FAILED, parcel)
    try:
        with transaction.atomic():
            order = _order(parcel, orders)
            intake = Intake(
                connection=order.connection,
                now=now,
                actor=sheet.actor,
                is_history=sheet.is_history,
            )
            stated = Stated(
                number=parcel.number,
                carrier=parcel.carrier,
                url=parcel.url,
                shipped_at=parcel.shipped_at,
                lines=_lines(order, parcel),
            )
            _shipment, result = state_parcel(intake, order, stated)
    except Refused as refusal:
        reason = _("Row %(row)d: %(why)s") % {"row": row.number, "why": refusal.reason}
        return Told(row.number, parcel.order, parcel.number, FAILED, reason)
    except DataError:
        reason = _("Row %(row)d: a value is too long to be stored.") % {"row": row.number}
        return Told(row.number, parcel.order, parcel.number, FAILED, reason)
    return Told(row.number, parcel.order, parcel.number, result.value)


def _order(parcel: SheetParcel, orders: dict[str, list[Order]]) -> Order:
    found = orders[parcel.order]
    if not found:
        raise Missing(_("There is no order “%(name)s”.") % {"name": parcel.order[:60]})
    if len(found) > 1:
        reason = _("Several orders are called “%(name)s”; use their ids in the shop.")
        raise Missing(reason % {"name": parcel.order[:60]})
    return found[0]


def _lines(order: Order, parcel: SheetParcel) -> dict[str, int]:
    """Give units by line for the SKUs and line ids of a parcel; empty where it names none."""
    if not parcel.skus and not parcel.line_ids:
        return {}
    here = list(OrderLine.every.filter(order=order).order_by("position", "pk"))
    lines: dict[str, int] = {}
    for name, units in parcel.line_ids.items():
        _share(lines, [line for line in here if line.external_id == name], name, units)
    for sku, units in parcel.skus.items():
        same = [line for line in here if line.sku.casefold() == sku.casefold()]
        _share(lines, same, sku, units)
    return lines


def _share(lines: dict[str, int], same: Sequence[OrderLine], name: str, units: int | None) -> None:
    """Share units out among the lines that hold the same thing."""
    if not same:
        raise Missing(_("The order has no line “%(name)s”.") % {"name": name[:60]})
    left = units
    for line in same:
        most = max(line.ordered - line.cancelled, 0)
        taken = most if left is None else min(most, left)
        left = left if left is None else left - taken
        if taken:
            lines[line.external_id] = lines.get(line.external_id, 0) + taken
    if left:
        raise Missing(_("The order has not so many of “%(name)s”.") % {"name": name[:60]})
