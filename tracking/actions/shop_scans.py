"""Take in what shop systems hear from carriers of the parcels of their fulfilments."""

from __future__ import annotations

from datetime import datetime

from orders.sources.base import ParcelSeen
from tracking.actions.inbound import note_words
from tracking.actions.scans import News, take_in
from tracking.carriers.base import UNKNOWN_WORD, ParcelDoc, Sighting, unknown_words
from tracking.carriers.shopify import WORDS
from tracking.models import Shipment
from tracking.statuses import Direction


def see(order_id: int, seen: ParcelSeen, *, source: str, now: datetime) -> bool:
    """Take in what a shop saw of a parcel; False where the parcel is not here yet.

    Of a fulfilment with several parcels it is the first that the shop looks after.
    """
    shipment = (
        Shipment.every.filter(
            order_id=order_id,
            fulfilment__external_id=seen.fulfilment_id,
            direction=Direction.OUT,
            withdrawn_at=None,
        )
        .order_by("pk")
        .first()
    )
    if shipment is None:
        return False
    told = _sightings(seen, shipment)
    doc = ParcelDoc(
        number=shipment.number,
        sightings=told,
        expected_from=seen.expected_on,
        expected_until=seen.expected_on,
    )
    take_in([News(shipment.pk, source, told, doc)], now=now)
    note_words(shipment.merchant_id, source, unknown_words(told), now=now)
    return True


def _sightings(seen: ParcelSeen, shipment: Shipment) -> tuple[Sighting, ...]:
    """Make a scan of it; a status on top only where no scan says the same already."""
    word = WORDS.get(seen.code, UNKNOWN_WORD)
    is_old_news = word.milestone in (None, shipment.milestone) and not word.is_delay
    if not seen.code or (seen.is_status and is_old_news):
        return ()
    sighting = Sighting(
        occurred_at=seen.at,
        word=word,
        code=seen.code,
        text=seen.text,
        place=seen.place,
        country=seen.country,
        external_id=seen.event_id,
        is_synthetic=seen.is_status,
    )
    return (sighting,)
