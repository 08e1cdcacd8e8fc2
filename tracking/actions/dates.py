"""The day that is named to those who wait: chosen anew when something new is known, and kept.

A day stays named until somebody knows better: the carrier names another, the parcel is handed
over, or the day passes. So what is on the page does not waver with every scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from orders.timeline import Draft
from postpurchase.lib import bulk
from tracking.actions.telling import Before
from tracking.doors import Door, door_of
from tracking.estimates import Estimates, standing
from tracking.expectation import HELD, NO_DAY, Named, Said, Situation, is_delay, named
from tracking.histories import errors, trusts_carrier
from tracking.models import CarrierAccount, NamedDate, Shipment
from tracking.queries import promise_for
from tracking.statuses import DateSource, Direction, Milestone, ParcelEvent

UNRANKED = 10
"""The place in the order of a source that has no account."""


def name_dates(
    shipments: Sequence[Shipment], *, befores: Mapping[int, Before], now: datetime
) -> list[Draft]:
    """Name the days of locked, stored parcels; the caller saves them, and writes the events.

    Orders and their merchants are loaded. Gives an event for each parcel that comes later than
    was said.
    """
    waits = [_Wait(each, now=now) for each in shipments if each.direction == Direction.OUT]
    asking = [wait.shipment for wait in waits if wait.needs_estimate()]
    estimates = Estimates(asking, now=now) if asking else None
    drafts, rows = [], []
    for wait in waits:
        change = wait.name(estimates)
        drafts += change.drafts
        rows += change.rows
    bulk.insert(rows)
    return drafts


def first_dates(shipments: Sequence[Shipment], *, now: datetime) -> None:
    """Name the first days of new parcels; the caller saves them."""
    name_dates(shipments, befores={}, now=now)


def may_name(shipment: Shipment, *, source: str) -> bool:
    """Tell whether a source's day takes the place of the one that another source named."""
    told_by = shipment.carrier_day_by
    if told_by in {"", source} or shipment.carrier_until is None:
        return True
    rows = CarrierAccount.every.of(shipment.merchant_id).filter(
        is_active=True, source__in=(source, told_by)
    )
    order: dict[str, int] = {}
    for name, priority in rows.values_list("source", "priority"):
        order[name] = min(priority, order.get(name, priority))
    return order.get(source, UNRANKED) <= order.get(told_by, UNRANKED)


@dataclass(slots=True)
class _Change:
    """What is to be written because another day is named."""

    rows: list[NamedDate] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


class _Wait:
    """Somebody's wait for one parcel."""

    def __init__(self, shipment: Shipment, *, now: datetime) -> None:
        self.shipment, self.now = shipment, now
        merchant = shipment.order.merchant
        self.door: Door = door_of(
            shipment.to_country, shop_country=merchant.country, shop_zone=merchant.zone
        )
        self.today = self.door.day_of(now)
        self.carrier = _carriers_word(shipment)
        self.stands = standing(shipment, today=self.today)

    def needs_estimate(self) -> bool:
        """Tell whether our estimate is asked for, and the one that is named does not hold."""
        parcel = self.shipment
        if not parcel.is_open or parcel.milestone in NO_DAY | HELD or parcel.is_delayed:
            return False
        if parcel.milestone == Milestone.OUT_FOR_DELIVERY or self.stands:
            return False
        speaks = self.carrier is not None and self.carrier.last >= self.today
        return not (speaks and self._trusts_carrier())

    def name(self, estimates: Estimates | None) -> _Change:
        """Set the day that is named now; give what is to be written for it."""
        parcel, found, promise = self.shipment, None, None
        if parcel.promised_until is None or not self.carrier:
            promise = _promise(parcel)
        if parcel.is_open:
            found = named(self._situation(estimates, promise))
        first = promise or found
        # "Today, the driver has it" comes too late to be a promise.
        if parcel.promised_until is None and first and first.ground.get("kind") != "driver":
            parcel.promised_from, parcel.promised_until = first.first, first.last
        return self._show(found) if found else self._show_none()

    def _situation(self, estimates: Estimates | None, promise: Named | None) -> Situation:
        parcel, estimate = self.shipment, self.stands
        if estimate is None and estimates is not None and self.needs_estimate():
            estimate = estimates.of(parcel, self.door)
        return Situation(
            milestone=Milestone(parcel.milestone),
            today=self.today,
            since=self.door.day_of(parcel.since) if parcel.since else None,
            is_delayed=parcel.is_delayed,
            carrier=self.carrier,
            trusts_carrier=self._trusts_carrier(),
            estimate=estimate,
            promise=promise,
        )

    def _trusts_carrier(self) -> bool:
        if self.carrier is None:
            return True
        merchant_id = self.shipment.merchant_id
        return trusts_carrier(errors.of(merchant_id, now=self.now), self.shipment.carrier)

    def _show_none(self) -> _Change:
        parcel = self.shipment
        noted = Said.of(parcel.expected_ground).as_json()
        parcel.expected_from = parcel.expected_until = None
        parcel.expected_by = ""
        parcel.expected_ground = {"said": noted} if noted else {}
        return _Change()

    def _show(self, found: Named) -> _Change:
        parcel, change = self.shipment, _Change()
        said = Said.of(parcel.expected_ground)
        told, told_on = said.told, said.told_on
        milestone = Milestone(parcel.milestone)
        if not parcel.is_history and is_delay(found, said, milestone=milestone, today=self.today):
            change.drafts.append(_later(parcel, found, said, now=self.now))
            told, told_on = found.last, self.today
        if (parcel.expected_until, parcel.expected_by) != (found.last, found.source):
            change.rows.append(_row(parcel, found, now=self.now))
        parcel.expected_from, parcel.expected_until = found.first, found.last
        parcel.expected_by = found.source
        noted = Said(until=found.last, told=told, told_on=told_on).as_json()
        parcel.expected_ground = {**found.ground, "said": noted}
        return change


def _carriers_word(shipment: Shipment) -> Named | None:
    last = shipment.carrier_until
    if last is None:
        return None
    ground = {"kind": "carrier", "source": shipment.carrier_day_by}
    first = min(shipment.carrier_from or last, last)
    return Named(source=DateSource.CARRIER, first=first, last=last, ground=ground)


def _promise(shipment: Shipment) -> Named | None:
    """Give the shop's promise for the order; of history it was made elsewhere."""
    if shipment.is_history:
        return None
    found = promise_for(shipment.order, door_country=shipment.to_country)
    if found is None:
        return None
    return Named(
        source=DateSource.PROMISE,
        first=found.arrives_from,
        last=found.arrives_until,
        ground={"kind": "promise"},
    )


def _row(shipment: Shipment, found: Named, *, now: datetime) -> NamedDate:
    ground = found.ground
    return NamedDate(
        merchant_id=shipment.merchant_id,
        shipment=shipment,
        at=now,
        source=found.source,
        milestone=shipment.milestone,
        from_day=found.first,
        middle_day=found.middle,
        until_day=found.last,
        weight=found.weight,
        ground=str(ground.get("name") or ground.get("source") or ground.get("kind", ""))[:200],
    )


def _later(shipment: Shipment, found: Named, said: Said, *, now: datetime) -> Draft:
    assert said.until is not None
    data: dict[str, Any] = {
        "shipment": str(shipment.public_id),
        "milestone": shipment.milestone,
        "until": _iso(found.last),
        "was_until": _iso(said.until),
    }
    if shipment.cause:
        data["cause"] = shipment.cause
    return Draft(order=shipment.order, kind=ParcelEvent.DELAYED, at=now, data=data)


def _iso(day: date) -> str:
    return day.isoformat()
