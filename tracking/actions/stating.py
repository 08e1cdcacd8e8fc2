"""Parcels that programs, files and people state, beside those of the shop's own fulfilments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orders.actions.facts import apply_fulfilment
from orders.actions.intake import Intake, lock_orders
from orders.keys import ADDED
from orders.models import Address, Order, OrderLine
from orders.sources.document import FulfilmentDoc, QuantityOf
from orders.statuses import AddressKind
from orders.timeline import Actor, record
from postpurchase.lib.errors import Refused
from tracking.actions import inbox, troubles
from tracking.actions.pace import first_poll
from tracking.actions.parcels import name_carrier, watch_again
from tracking.detection import compact
from tracking.models import Shipment, ShipmentLine
from tracking.statuses import Direction, ParcelEvent

RETURN = "return:"
"""Begins the ids of parcels on their way back, which belong to no fulfilment."""
FACTS = (
    "number", "carrier_said", "service", "url", "leg", "shipped_at", "withdrawn_at",
)  # fmt: skip


class Result(StrEnum):
    """What stating a parcel did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class NoName(Refused):
    """A parcel that could not be told from others."""

    code = "no_name"

    def __init__(self) -> None:
        super().__init__(_("Give the parcel a tracking number or an id of your own."))


class Erased(Refused):
    """The order's person was erased: nothing that leads to them is taken in."""

    code = "erased"

    def __init__(self) -> None:
        super().__init__(_("The personal data of this order was erased."))


class NoSuchLine(Refused):
    """A parcel holds something that the order does not; `line_id` says what."""

    code = "no_such_line"

    def __init__(self, line_id: str) -> None:
        super().__init__(_("The order has no such line, or not so many units of it."))
        self.line_id = line_id


class ToldByTheShop(Refused):
    """The shop system itself knows the parcel, and would state it again."""

    code = "told_by_the_shop"

    def __init__(self) -> None:
        super().__init__(_("The shop states this parcel itself. Take it back there."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A parcel of an order, as somebody states it. `lines` are units by the line's id."""

    direction: Direction = Direction.OUT
    external_id: str = ""
    number: str = ""
    carrier: str = ""
    service: str = ""
    url: str = ""
    leg: int = 1
    shipped_at: datetime | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Give what names the parcel among those of its order. Raises NoName."""
        key = self.external_id or compact(self.number)
        if not key:
            raise NoName
        return key


@transaction.atomic
def state_parcel(intake: Intake, order: Order, stated: Stated) -> tuple[Shipment, Result]:
    """Add a parcel to an order, or correct the one of that id or number; safe to repeat.

    A parcel on its way out becomes a fulfilment, unless the shop states the same number itself.
    Raises NoName, NoSuchLine, Erased.
    """
    name = stated.key
    _check(order, stated)
    if stated.direction == Direction.RETURN:
        return _state_return(order, stated, intake=intake)
    shipment = _of_the_shop(order, compact(stated.number))
    before = _facts(shipment or _added(order, name))
    if shipment is None:
        apply_fulfilment(intake, order.external_id, _fulfilment(stated))
        shipment = _added(order, name)
        assert shipment is not None
    _set(
        shipment, {"service": stated.service or shipment.service, "leg": stated.leg}, now=intake.now
    )
    return shipment, _result(before, _facts(shipment))


def _check(order: Order, stated: Stated) -> None:
    if order.erased_at:
        raise Erased
    ordered = dict(OrderLine.every.filter(order=order).values_list("external_id", "ordered"))
    for line_id, units in stated.lines.items():
        if not 0 < units <= ordered.get(line_id, 0):
            raise NoSuchLine(line_id)


def _fulfilment(stated: Stated, *, state: Any = "success") -> FulfilmentDoc:
    return FulfilmentDoc(
        external_id=f"{ADDED}{stated.key}",
        state=state,
        carrier=stated.carrier,
        tracking_numbers=(stated.number,) if stated.number else (),
        tracking_urls=(stated.url,) if stated.url else (),
        shipped_at=stated.shipped_at,
        lines=tuple(QuantityOf(line_id=key, quantity=units) for key, units in stated.lines.items()),
    )


def _outward(order: Order) -> QuerySet[Shipment]:
    parcels = Shipment.every.filter(order=order, direction=Direction.OUT, withdrawn_at=None)
    return parcels.order_by("pk")


def _of_the_shop(order: Order, number_key: str) -> Shipment | None:
    theirs = _outward(order).exclude(fulfilment__external_id__startswith=ADDED)
    return theirs.filter(number_key=number_key).first() if number_key else None


def _added(order: Order, name: str) -> Shipment | None:
    return _outward(order).filter(fulfilment__external_id=f"{ADDED}{name}").first()


def _state_return(order: Order, stated: Stated, *, intake: Intake) -> tuple[Shipment, Result]:
    locked = (
        Order.every.select_related("merchant")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=order.pk)
    )
    if locked.erased_at:
        raise Erased
    external_id = f"{RETURN}{stated.key}"
    shipment = Shipment.every.filter(order=locked, external_id=external_id).first()
    before = _facts(shipment)
    if shipment is None:
        shipment = _new_return(locked, external_id)
    values = {
        "number": stated.number[:100],
        "number_key": compact(stated.number),
        "carrier_said": stated.carrier,
        "service": stated.service,
        "url": stated.url,
        "leg": stated.leg,
        "shipped_at": stated.shipped_at,
        "withdrawn_at": None,
    }
    if shipment.pk is None:
        _begin(shipment, values, intake=intake)
    else:
        _set(shipment, values, now=intake.now)
    _fill(shipment, stated.lines)
    return shipment, _result(before, _facts(shipment))


def _new_return(order: Order, external_id: str) -> Shipment:
    door = Address.every.filter(order=order, kind=AddressKind.SHIPPING).first()
    return Shipment(
        merchant_id=order.merchant_id,
        order=order,
        direction=Direction.RETURN,
        external_id=external_id,
        from_country=door.country if door else "",
        from_postcode=door.postcode[:20] if door else "",
        to_country=order.merchant.country,
        is_history=order.is_history,
    )


def _begin(shipment: Shipment, values: Mapping[str, Any], *, intake: Intake) -> None:
    for name, value in values.items():
        setattr(shipment, name, value)
    name_carrier(shipment)
    first_poll([shipment], now=intake.now)
    shipment.save()
    record(
        shipment.order,
        ParcelEvent.CREATED,
        at=intake.now,
        actor=intake.actor,
        shipment=str(shipment.public_id),
    )
    inbox.wake(shipment.merchant_id, {shipment.number_key} - {""}, now=intake.now)


def _set(shipment: Shipment, values: Mapping[str, Any], *, now: datetime) -> None:
    """Save what became different, and find out anew whose number it is."""
    changed = [name for name, value in values.items() if getattr(shipment, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(shipment, name, values[name])
    name_carrier(shipment)
    shipment.save(update_fields=[*changed, "carrier", "carrier_by", "updated_at"])
    if {"number_key", "withdrawn_at"} & set(changed):
        watch_again(shipment, now=now)


def _fill(shipment: Shipment, lines: Mapping[str, int]) -> None:
    ids = OrderLine.every.filter(order_id=shipment.order_id, external_id__in=lines)
    wanted = {pk: lines[key] for pk, key in ids.values_list("pk", "external_id")}
    if _units(shipment) == wanted:
        return
    ShipmentLine.every.filter(shipment=shipment).delete()
    ShipmentLine.every.bulk_create(
        ShipmentLine(
            merchant_id=shipment.merchant_id, shipment=shipment, order_line_id=pk, quantity=units
        )
        for pk, units in wanted.items()
    )


def _units(shipment: Shipment) -> dict[int, int]:
    parts = ShipmentLine.every.filter(shipment=shipment)
    return dict(parts.values_list("order_line_id", "quantity"))


def _facts(shipment: Shipment | None) -> dict[str, Any] | None:
    if shipment is None:
        return None
    return {name: getattr(shipment, name) for name in FACTS} | {"lines": _units(shipment)}


def _result(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Result:
    if before is None:
        return Result.CREATED
    return Result.UNCHANGED if before == after else Result.UPDATED


@transaction.atomic
def withdraw(intake: Intake, shipment: Shipment) -> None:
    """Take back a parcel that was stated here; what is known of it stays.

    Taking it back twice is harmless. Raises ToldByTheShop for parcels of the shop's fulfilments.
    """
    order = Order.every.get(pk=shipment.order_id)
    # As everybody locks an order: its name first, then its row.
    lock_orders([(order.connection_id, order.external_id)])
    order = Order.every.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    current = Shipment.every.select_related("fulfilment").get(pk=shipment.pk)
    if current.withdrawn_at:
        return
    if current.direction == Direction.RETURN:
        ShipmentLine.every.filter(shipment=current).delete()
        Shipment.every.filter(pk=current.pk).update(
            withdrawn_at=intake.now, next_poll_at=None, next_look_at=None, updated_at=intake.now
        )
        troubles.end([current.pk], now=intake.now)
        return
    fulfilment = current.fulfilment
    if fulfilment is None or not fulfilment.external_id.startswith(ADDED):
        raise ToldByTheShop
    taken_back = FulfilmentDoc(external_id=fulfilment.external_id, state="cancelled")
    apply_fulfilment(intake, order.external_id, taken_back)


def teller_of(order: Order, *, actor: Actor, now: datetime) -> Intake:
    """Say that somebody states something of an order, by whichever door the order came."""
    return Intake(connection=order.connection, now=now, actor=actor)
