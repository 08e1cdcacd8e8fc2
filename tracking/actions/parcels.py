"""Make parcels of what shops say has left, and keep them so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orders.models import Address, Fulfilment, Order, OrderLine
from orders.statuses import ActorKind, AddressKind
from orders.timeline import Actor, Draft, record_all
from postpurchase.lib import bulk
from tracking import contents
from tracking.actions import arrivals, dates, inbox, troubles
from tracking.actions.pace import first_poll
from tracking.actions.saving import save
from tracking.detection import Hints, carrier_of
from tracking.models import Shipment, ShipmentLine
from tracking.statuses import CarrierChosenBy, Direction, ParcelEvent

SHOP = Actor(ActorKind.SHOP)
Units = dict[int, int]
"""Units by primary key of the order line."""
OLD = timedelta(days=30)
"""What left longer ago than this is history when we first hear of it."""


@dataclass(slots=True)
class _Facts:
    """All that is known of some orders' goods."""

    orders: dict[int, Order]
    told: dict[int, list[contents.Told]]
    lines: dict[int, list[OrderLine]]
    doors: dict[int, Address]
    shipments: dict[int, list[Shipment]]
    units: dict[int, Units]
    """Of each parcel that is here, what is in it."""


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A parcel that is not here yet, and what is in it."""

    shipment: Shipment
    units: Units


def follow(order_ids: Collection[int], *, now: datetime, as_history: bool = False) -> None:
    """Make the outward parcels of locked orders those that their shops state.

    Of a parcel whose shop corrects its number a new one takes the place; scans of the old number
    stay with the old one, which is withdrawn. Parcels of erased persons stay as they are.
    """
    facts = _read(order_ids)
    fresh: list[_Fresh] = []
    for order in facts.orders.values():
        fresh += _follow_one(order, facts, now=now)
    for one in fresh:
        one.shipment.is_history = one.shipment.is_history or as_history
    if fresh:
        _begin(fresh, now=now)
    arrived = [
        pk
        for pk in facts.orders
        if any(each.delivered_at for each in facts.shipments[pk])
        or any(line.delivered for line in facts.lines[pk])
    ]
    arrivals.count(arrived, now=now)


def _read(order_ids: Collection[int]) -> _Facts:
    told, shipments = defaultdict(list), defaultdict(list)
    for row in Fulfilment.every.filter(order_id__in=order_ids).order_by("pk"):
        told[row.order_id].append(_told(row))
    rows = Shipment.every.filter(order_id__in=order_ids, direction=Direction.OUT)
    for shipment in rows.order_by("pk"):
        shipments[shipment.order_id].append(shipment)
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    units: dict[int, Units] = defaultdict(dict)
    if not told and not shipments:
        return _Facts({}, told, lines, {}, shipments, units)
    for line in OrderLine.every.filter(order_id__in=order_ids).order_by("pk"):
        lines[line.order_id].append(line)
    for part in ShipmentLine.every.filter(shipment__order_id__in=order_ids):
        units[part.shipment_id][part.order_line_id] = part.quantity
    orders = Order.every.filter(pk__in=order_ids, erased_at=None).select_related("merchant")
    doors = Address.every.filter(order_id__in=order_ids, kind=AddressKind.SHIPPING)
    return _Facts(
        {order.pk: order for order in orders},
        told,
        lines,
        {door.order_id: door for door in doors},
        shipments,
        units,
    )


def _told(row: Fulfilment) -> contents.Told:
    lines: dict[str, int] = {}
    for part in row.lines:
        lines[part["line_id"]] = lines.get(part["line_id"], 0) + part["quantity"]
    return contents.Told(
        pk=row.pk,
        external_id=row.external_id,
        state=row.state,
        carrier=row.carrier,
        numbers=row.tracking_numbers,
        urls=row.tracking_urls,
        lines=lines,
        shipped_at=row.shipped_at,
    )


def _follow_one(order: Order, facts: _Facts, *, now: datetime) -> list[_Fresh]:
    lines = {line.external_id: line for line in facts.lines[order.pk]}
    left = {key: max(line.ordered - line.cancelled, 0) for key, line in lines.items()}
    told = facts.told[order.pk]
    wanted = {each.external_id: each for each in contents.parcels_of(told, left=left)}
    here = {each.external_id: each for each in facts.shipments[order.pk]}
    gone = [here[key] for key in here.keys() - wanted.keys() if here[key].withdrawn_at is None]
    fresh = []
    for key, parcel in wanted.items():
        values = _values(parcel, order=order, door=facts.doors.get(order.pk))
        units = {lines[line].pk: count for line, count in parcel.lines.items()}
        shipment = here.get(key) or _taken_over(gone, parcel)
        if shipment is None:
            fresh.append(_Fresh(_new(order, values, now=now), units))
        else:
            _correct(shipment, values, now=now)
            if facts.units[shipment.pk] != units:
                ShipmentLine.every.filter(shipment=shipment).delete()
                _fill([_Fresh(shipment, units)])
    _withdraw(gone, now=now)
    return fresh


def _taken_over(gone: list[Shipment], parcel: contents.Parcel) -> Shipment | None:
    """Find the parcel that this one is: of the same number, or of none in the same fulfilment."""
    for shipment in gone:
        is_same = shipment.fulfilment_id == parcel.fulfilment
        if shipment.number_key == parcel.number_key if shipment.number_key else is_same:
            gone.remove(shipment)
            return shipment
    return None


def _values(parcel: contents.Parcel, *, order: Order, door: Address | None) -> dict[str, Any]:
    return {
        "fulfilment_id": parcel.fulfilment,
        "external_id": parcel.external_id,
        "number": parcel.number,
        "number_key": parcel.number_key,
        "carrier_said": parcel.carrier_said,
        "url": parcel.url,
        "shipped_at": parcel.shipped_at,
        "withdrawn_at": None,
        "from_country": order.merchant.country,
        "to_country": door.country if door else "",
        "to_region": door.province[:100] if door else "",
        "to_postcode": door.postcode[:20] if door else "",
    }


def _new(order: Order, values: Mapping[str, Any], *, now: datetime) -> Shipment:
    # An order may wait for months before it leaves: without a date it left just now.
    sent = values["shipped_at"] or now
    is_history = order.is_history or sent < now - OLD
    shipment = Shipment(merchant_id=order.merchant_id, order=order, is_history=is_history, **values)
    name_carrier(shipment)
    return shipment


def _correct(shipment: Shipment, values: Mapping[str, Any], *, now: datetime) -> None:
    changed = [name for name, value in values.items() if getattr(shipment, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(shipment, name, values[name])
    name_carrier(shipment)
    shipment.save(update_fields=[*changed, "carrier", "carrier_by", "updated_at"])
    if {"number_key", "withdrawn_at"} & set(changed):
        watch_again(shipment, now=now)


def watch_again(shipment: Shipment, *, now: datetime) -> None:
    """Have a parcel asked about and looked after whose number became known, or that is back."""
    first_poll([shipment], now=now)
    shipment.next_look_at = None if shipment.is_history else now
    Shipment.every.filter(pk=shipment.pk).update(
        next_poll_at=shipment.next_poll_at, next_look_at=shipment.next_look_at
    )
    inbox.wake(shipment.merchant_id, {shipment.number_key} - {""}, now=now)


def name_carrier(shipment: Shipment) -> None:
    """Find out whose number it is, unless somebody who knows better said so."""
    if shipment.carrier_by in {CarrierChosenBy.SOURCE, CarrierChosenBy.STAFF}:
        return
    hints = Hints(
        said=shipment.carrier_said, url=shipment.url, country=shipment.to_country, carriers=()
    )
    shipment.carrier = carrier_of(shipment.number_key, hints)
    said = bool(shipment.carrier_said)
    shipment.carrier_by = CarrierChosenBy.SHOP if said else CarrierChosenBy.NUMBER


def _fill(parcels: Iterable[_Fresh]) -> None:
    rows = [
        ShipmentLine(
            merchant_id=each.shipment.merchant_id,
            shipment=each.shipment,
            order_line_id=line,
            quantity=quantity,
        )
        for each in parcels
        for line, quantity in each.units.items()
    ]
    bulk.insert(rows)


def _withdraw(gone: Iterable[Shipment], *, now: datetime) -> None:
    pks = [shipment.pk for shipment in gone]
    if not pks:
        return
    ShipmentLine.every.filter(shipment_id__in=pks).delete()
    Shipment.every.filter(pk__in=pks).update(
        withdrawn_at=now, next_poll_at=None, next_look_at=None, updated_at=now
    )
    troubles.end(pks, now=now)


def _begin(fresh: Sequence[_Fresh], *, now: datetime) -> None:
    """Let new parcels be known: their first date, when to ask for them, what already waits."""
    shipments = [each.shipment for each in fresh]
    first_poll(shipments, now=now)
    bulk.insert(shipments)
    _fill(fresh)
    drafts = [_told_of(shipment, now=now) for shipment in shipments]
    dates.first_dates(shipments, now=now)
    drafts += troubles.follow(shipments, befores={}, now=now)
    save(shipments, now=now)
    record_all(drafts, now=now)
    by_merchant: dict[int, set[str]] = defaultdict(set)
    for shipment in shipments:
        if shipment.number_key:
            by_merchant[shipment.merchant_id].add(shipment.number_key)
    for merchant_id, keys in by_merchant.items():
        inbox.wake(merchant_id, keys, now=now)


def _told_of(shipment: Shipment, *, now: datetime) -> Draft:
    return Draft(
        order=shipment.order,
        kind=ParcelEvent.CREATED,
        at=min(shipment.shipped_at or now, now),
        actor=SHOP,
        data={"shipment": str(shipment.public_id)},
        is_silent=shipment.is_history,
    )
