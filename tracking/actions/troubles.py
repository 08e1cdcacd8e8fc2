"""Cases open when something is the matter with a parcel, and close when the parcel moves on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.forms import model_to_dict

from orders.timeline import Draft
from postpurchase.lib import bulk
from tracking.actions.telling import Before
from tracking.carriers import POLLERS
from tracking.doors import Door, door_of
from tracking.models import CarrierAccount, ParcelCase, Shipment, TroubleRules
from tracking.origin import is_back_at_origin
from tracking.silence import silences
from tracking.statuses import (
    CaseState,
    Cause,
    DateSource,
    Direction,
    Milestone,
    ParcelEvent,
    Trouble,
)
from tracking.troubles import (
    Ending,
    Facts,
    Need,
    Outlook,
    Rules,
    ending_of,
    outlook,
)


def follow(
    shipments: Sequence[Shipment], *, befores: Mapping[int, Before], now: datetime
) -> list[Draft]:
    """Open and close the cases of locked parcels; give an event for each that opens.

    Sets `next_look_at`, which the caller saves. Imported history is nobody's trouble any more.
    """
    watched = [each for each in shipments if not each.is_history and each.withdrawn_at is None]
    for shipment in shipments:
        shipment.next_look_at = None
    if not watched:
        return []
    rules = _rules({shipment.merchant_id for shipment in watched})
    told = _told_by_somebody(watched)
    cases = _cases([shipment.pk for shipment in watched])
    change = _Change(now)
    for shipment in watched:
        there = door(shipment)
        known = replace(facts(shipment, there, now=now), is_watched=shipment.pk in told)
        found = outlook(known, rules[shipment.merchant_id], now=now)
        shipment.next_look_at = found.next_look_at
        change.settle(shipment, found, cases[shipment.pk], there)
    change.write()
    return change.drafts


def end(pks: Collection[int], *, now: datetime) -> None:
    """Close all cases of parcels that the shop took back."""
    open_ones = ParcelCase.every.filter(shipment_id__in=pks).exclude(state=CaseState.CLOSED)
    open_ones.update(state=CaseState.CLOSED, closed_at=now, outcome=Ending.WITHDRAWN)


def door(shipment: Shipment) -> Door:
    """Give a parcel's destination; its order and merchant are loaded."""
    merchant = shipment.order.merchant
    home = merchant.country if shipment.direction == Direction.RETURN else shipment.to_country
    return door_of(home, shop_country=merchant.country, shop_zone=merchant.zone)


def facts(shipment: Shipment, there: Door, *, now: datetime) -> Facts:
    """Put together what the rules of trouble depend on."""
    near, far = shipment.from_country or shipment.order.merchant.country, shipment.to_country
    usual = silences.of(shipment.merchant_id, now=now)
    milestone = Milestone(shipment.milestone)
    labelled = shipment.since if milestone == Milestone.LABEL_CREATED else None
    return Facts(
        milestone=milestone,
        door=there,
        begun_at=labelled or shipment.shipped_at or shipment.created_at,
        since=shipment.since,
        last_scan_at=shipment.last_scan_at,
        returning_since=shipment.returning_since,
        cause=Cause(shipment.cause),
        attempts=shipment.attempts,
        attempted_on=_attempted_on(shipment, there),
        is_abroad=bool(far) and near != far,
        is_return=shipment.direction == Direction.RETURN,
        has_number=bool(shipment.number_key),
        is_back_at_origin=is_back_at_origin(
            shipment.recent, home=near, postcode=shipment.from_postcode, door=far
        ),
        usual_silence=usual.get((shipment.carrier, shipment.milestone), timedelta()),
        promised_until=shipment.promised_until,
        expected_from=shipment.expected_from,
        expected_until=shipment.expected_until,
        likely_until=_likely(shipment),
    )


def _attempted_on(shipment: Shipment, there: Door) -> str:
    """Name the newest failed attempt by its day."""
    for scan in shipment.recent:
        if scan["milestone"] == Milestone.ATTEMPT_FAILED:
            return there.day_of(datetime.fromisoformat(scan["at"])).isoformat()
    return f"#{shipment.attempts}"


def _likely(shipment: Shipment) -> date | None:
    if shipment.expected_by == DateSource.CARRIER:
        return shipment.expected_until
    noted = shipment.expected_ground.get("likely")
    return date.fromisoformat(noted) if noted else None


def _rules(merchant_ids: Collection[int]) -> dict[int, Rules]:
    found = defaultdict(Rules)
    for row in TroubleRules.every.filter(merchant_id__in=merchant_ids):
        found[row.merchant_id] = Rules(**model_to_dict(row, fields=list(Rules.__slots__)))
    return found


def _told_by_somebody(shipments: Sequence[Shipment]) -> set[int]:
    """Give the parcels of which somebody tells us, or would: who was heard, asked, or promised to.

    Of a shop that connected nobody, every parcel would otherwise be late and never scanned.
    """
    told = {
        each.pk for each in shipments if each.heard_at or each.last_scan_at or each.next_poll_at
    }
    others = {each.merchant_id for each in shipments if each.pk not in told}
    if not others:
        return told
    accounts = CarrierAccount.every.filter(merchant_id__in=others, is_active=True)
    with_feed = set(
        accounts.exclude(source__in=list(POLLERS)).values_list("merchant_id", flat=True)
    )
    return told | {each.pk for each in shipments if each.merchant_id in with_feed}


Cases = dict[tuple[str, str], ParcelCase]


def _cases(pks: Sequence[int]) -> dict[int, Cases]:
    found: dict[int, Cases] = defaultdict(dict)
    for case in ParcelCase.every.filter(shipment_id__in=pks):
        found[case.shipment_id][case.kind, case.occasion] = case
    return found


@dataclass(slots=True)
class _Change:
    """What opens and closes in one batch."""

    now: datetime
    drafts: list[Draft] = field(default_factory=list)
    _new: list[ParcelCase] = field(default_factory=list)
    _again: list[int] = field(default_factory=list)
    _over: dict[Ending, list[int]] = field(default_factory=lambda: defaultdict(list))

    def settle(self, shipment: Shipment, found: Outlook, cases: Cases, there: Door) -> None:
        """Note what is to be opened and closed for one parcel."""
        wanted = {(need.kind.value, need.occasion): need for need in found.needs}
        for key, need in wanted.items():
            case = cases.get(key)
            if case is None:
                self._open(shipment, need, there)
            elif _closed_itself(case):
                self._again.append(case.pk)
        still = {need.kind for need in found.needs}
        for key, case in cases.items():
            if key not in wanted and case.state != CaseState.CLOSED:
                ending = ending_of(
                    Trouble(case.kind), milestone=Milestone(shipment.milestone), still=still
                )
                self._over[ending].append(case.pk)

    def _open(self, shipment: Shipment, need: Need, there: Door) -> None:
        case = ParcelCase(
            merchant_id=shipment.merchant_id,
            shipment=shipment,
            kind=need.kind,
            occasion=need.occasion,
            cause=need.cause,
            must_act=need.must_act,
            opened_at=self.now,
            due_at=need.due_at(there, self.now),
            data=_details(shipment, need),
        )
        self._new.append(case)
        told = {
            "shipment": str(shipment.public_id),
            "trouble": need.kind.value,
            "case": str(case.public_id),
        }
        self.drafts.append(
            Draft(order=shipment.order, kind=ParcelEvent.TROUBLE, at=self.now, data=told)
        )

    def write(self) -> None:
        """Write all of it."""
        bulk.insert(self._new)
        if self._again:
            ParcelCase.every.filter(pk__in=self._again).update(
                state=CaseState.OPEN, closed_at=None, outcome=""
            )
        for ending, pks in self._over.items():
            ParcelCase.every.filter(pk__in=pks).update(
                state=CaseState.CLOSED, closed_at=self.now, outcome=ending
            )


def _closed_itself(case: ParcelCase) -> bool:
    return case.state == CaseState.CLOSED and not case.closed_by


def _details(shipment: Shipment, need: Need) -> dict[str, Any]:
    """Keep with a case what it was about at the time."""
    if need.kind == Trouble.ATTEMPT:
        return {"attempt": shipment.attempts}
    if need.kind in {Trouble.LATE, Trouble.AT_RISK} and shipment.promised_until:
        likely = _likely(shipment)
        days = {"promised": shipment.promised_until, "likely": likely}
        return {name: day.isoformat() for name, day in days.items() if day}
    if need.kind in {Trouble.STALE, Trouble.LOST} and shipment.last_scan_at:
        return {"silent_since": shipment.last_scan_at.isoformat()}
    return {}
