"""People of the shop correct what is known of a parcel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders.timeline import Actor, Draft, record_all
from postpurchase.lib.errors import Refused
from tracking.actions.scans import News, lock, rework, take_in
from tracking.carriers.base import Sighting, Word
from tracking.models import Shipment, TrackingEvent
from tracking.statuses import CarrierChosenBy, Cause, Milestone, ParcelEvent

MANUAL = "manual"


class InTheFuture(Refused):
    """A parcel cannot have been somewhere that it will be."""

    code = "in_the_future"

    def __init__(self) -> None:
        super().__init__(_("Enter a moment that has passed."))


class NoSuchScan(Refused):
    """The scan is not there, or was taken back already."""

    code = "no_such_scan"

    def __init__(self) -> None:
        super().__init__(_("This scan is not there any more."))


@dataclass(frozen=True, slots=True)
class Correction:
    """Where a parcel is by somebody's word, since when, and why that is said."""

    milestone: Milestone
    at: datetime
    reason: str
    cause: Cause = Cause.NONE


@transaction.atomic
def correct_status(
    shipment: Shipment, correction: Correction, *, actor: Actor, now: datetime
) -> None:
    """Say where a parcel is. Outranks all scans up to that moment; later ones go on from there.

    Raises InTheFuture.
    """
    if correction.at > now + timedelta(minutes=1):
        raise InTheFuture
    said = Sighting(
        occurred_at=correction.at,
        word=Word(correction.milestone, correction.cause),
        code="correction",
        text=correction.reason,
    )
    news = News(shipment.pk, MANUAL, [said], is_override=True, said_by=actor.name)
    if take_in([news], now=now, actor=actor).count:
        _tell(shipment, actor, now=now, milestone=correction.milestone, what=correction.reason)


@transaction.atomic
def retract_scan(
    shipment: Shipment, *, event_id: int, reason: str, actor: Actor, now: datetime
) -> None:
    """Take a scan back that was wrong: it is kept, and counts no more. Raises NoSuchScan."""
    locked = lock([shipment.pk])[shipment.pk]
    rows = TrackingEvent.every.of(shipment.merchant_id).filter(
        shipment_id=shipment.pk, pk=event_id, retracted_at=None
    )
    if not rows.update(retracted_at=now):
        raise NoSuchScan
    rework([locked], now=now, actor=actor)
    _tell(shipment, actor, now=now, milestone=locked.milestone, what=reason)


@transaction.atomic
def choose_carrier(shipment: Shipment, carrier: str, *, actor: Actor, now: datetime) -> None:
    """Say whose number it is, and have that carrier asked at once."""
    locked = lock([shipment.pk])[shipment.pk]
    if locked.carrier == carrier and locked.carrier_by == CarrierChosenBy.STAFF:
        return
    asked = now if locked.number_key and locked.is_open else None
    Shipment.every.filter(pk=locked.pk).update(
        carrier=carrier[:40],
        carrier_by=CarrierChosenBy.STAFF,
        next_poll_at=asked,
        quiet_polls=0,
        updated_at=now,
    )
    _tell(shipment, actor, now=now, carrier=carrier)


@transaction.atomic
def ask_now(shipment: Shipment, *, now: datetime) -> None:
    """Have the carrier asked about a parcel as soon as possible."""
    open_ones = Shipment.every.filter(pk=shipment.pk, withdrawn_at=None).exclude(number_key="")
    open_ones.update(next_poll_at=now, quiet_polls=0)


def _tell(shipment: Shipment, actor: Actor, *, now: datetime, **data: str) -> None:
    told = {"shipment": str(shipment.public_id), **data}
    event = Draft(shipment.order, ParcelEvent.CORRECTED, at=now, actor=actor, data=told)
    record_all([event], now=now)
