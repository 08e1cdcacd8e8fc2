"""Put what became different about parcels into events of their orders' stories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from orders.timeline import Actor, Draft
from tracking.models import Shipment
from tracking.statuses import Direction, Milestone, ParcelEvent

LATE_NEWS = timedelta(hours=48)
"""What we hear later than this after it happened stands in the story and is told to nobody."""

KINDS: dict[str, ParcelEvent] = {
    milestone: ParcelEvent(f"parcel.{milestone.value}")
    for milestone in Milestone
    if milestone != Milestone.UNKNOWN
}


@dataclass(frozen=True, slots=True)
class Before:
    """What was known of a parcel before news came."""

    milestone: str
    since: datetime | None
    cause: str
    is_delayed: bool
    attempts: int
    delivered_at: datetime | None
    returning_since: datetime | None
    last_scan_at: datetime | None
    expected_from: date | None
    expected_until: date | None

    @classmethod
    def of(cls, shipment: Shipment) -> Before:
        """Note where a parcel stands."""
        return cls(**{name: getattr(shipment, name) for name in cls.__slots__})


def drafts_of(
    shipments: Sequence[Shipment],
    befores: Mapping[int, Before],
    *,
    actor: Actor,
    told: Iterable[Draft],
    now: datetime,
) -> list[Draft]:
    """Tell what is different: for each parcel where it is now, and that it is delayed.

    `told` are drafts that stand already; a delay that one of them tells of, with its new date, is
    not told again.
    """
    delays = {each.data["shipment"] for each in told if each.kind == ParcelEvent.DELAYED}
    drafts = []
    for shipment in shipments:
        before = befores[shipment.pk]
        if _moved(shipment, before):
            drafts.append(draft(shipment, _kind(shipment), actor=actor, now=now))
        is_news = shipment.is_delayed and not before.is_delayed
        if is_news and shipment.is_open and str(shipment.public_id) not in delays:
            drafts.append(draft(shipment, ParcelEvent.DELAYED, actor=actor, now=now))
    return [each for each in drafts if each.kind]


def _moved(shipment: Shipment, before: Before) -> bool:
    if shipment.milestone == Milestone.UNKNOWN:
        return False
    if shipment.milestone != before.milestone:
        return True
    if shipment.milestone == Milestone.ATTEMPT_FAILED:
        return shipment.attempts > before.attempts
    return shipment.milestone == Milestone.EXCEPTION and shipment.cause != before.cause


def _kind(shipment: Shipment) -> ParcelEvent:
    if shipment.direction == Direction.RETURN:
        return ParcelEvent.RETURN_MOVED
    return KINDS[shipment.milestone]


def draft(
    shipment: Shipment, kind: ParcelEvent, *, actor: Actor, now: datetime, **data: Any
) -> Draft:
    """Write an event of a parcel; silent where it is history, or old news."""
    at = shipment.since or now
    facts = {
        "shipment": str(shipment.public_id),
        "milestone": shipment.milestone,
        "cause": shipment.cause,
        "attempt": shipment.attempts or None,
        "since": shipment.since.isoformat() if shipment.since else None,
    }
    return Draft(
        order=shipment.order,
        kind=kind,
        at=min(at, now),
        actor=actor,
        data={name: value for name, value in (facts | data).items() if value not in {None, ""}},
        is_silent=shipment.is_history or at < now - LATE_NEWS,
    )
