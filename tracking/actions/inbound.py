"""Find the parcels that documents of sources speak of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import connection

from tracking.actions.scans import News, take_in
from tracking.carriers.base import ParcelDoc, Sighting
from tracking.detection import compact
from tracking.models import Shipment

UNHEARD = timedelta(days=180)
"""Carriers use numbers again: a parcel that ended longer ago is not meant by news of today."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one document: how many new scans, and whose parcel it was; None: nobody's."""

    scans: int
    shipment_ids: tuple[int, ...] | None

    @property
    def is_known(self) -> bool:
        """Tell whether the parcel is one of ours."""
        return self.shipment_ids is not None


def take_in_docs(
    merchant_id: int, source: str, docs: Sequence[ParcelDoc], *, now: datetime
) -> list[Result]:
    """Take in what a source says of a merchant's parcels; a result for each document in turn."""
    parcels = find_all(merchant_id, {compact(doc.number) for doc in docs}, now=now)
    news, meant = [], []
    for doc in docs:
        theirs = news_of(doc, parcels.get(compact(doc.number), []), source=source)
        meant.append([one.shipment_id for one in theirs])
        news += theirs
    taken = take_in(news, now=now)
    words = Counter(word for doc in docs for word in doc.unknown_words)
    note_words(merchant_id, source, words.elements(), now=now)
    return [
        Result(sum(taken.new.get(pk, 0) for pk in theirs), tuple(theirs) if theirs else None)
        for theirs in meant
    ]


def find(merchant_id: int, number: str, *, now: datetime) -> list[Shipment]:
    """Give a merchant's parcels of a number, the latest leg of each order last."""
    return find_all(merchant_id, {compact(number)}, now=now).get(compact(number), [])


def find_all(merchant_id: int, keys: Iterable[str], *, now: datetime) -> dict[str, list[Shipment]]:
    """Give the parcels of numbers; of one number's former lives only the last half year's."""
    found: dict[str, list[Shipment]] = defaultdict(list)
    wanted = [key for key in keys if key]
    rows = Shipment.every.of(merchant_id).filter(number_key__in=wanted, withdrawn_at=None)
    for shipment in rows.order_by("leg", "pk"):
        found[shipment.number_key].append(shipment)
    return {key: _living(parcels, now=now) for key, parcels in found.items()}


def _living(parcels: list[Shipment], *, now: datetime) -> list[Shipment]:
    living = [each for each in parcels if each.is_open or _heard(each) >= now - UNHEARD]
    return living or parcels[-1:]


def _heard(shipment: Shipment) -> datetime:
    return shipment.last_scan_at or shipment.shipped_at or shipment.created_at


def news_of(doc: ParcelDoc, parcels: Sequence[Shipment], *, source: str) -> list[News]:
    """Part what a document says among the legs of each order's parcels of its number.

    A number is used again for the way back, and most sources tell the whole history each time:
    what happens after one leg has ended is the next one's, where the shop opened it.
    """
    by_order: dict[int, list[Shipment]] = defaultdict(list)
    for each in parcels:
        by_order[each.order_id].append(each)
    return [one for legs in by_order.values() for one in _by_leg(doc, legs, source=source)]


def _by_leg(doc: ParcelDoc, legs: Sequence[Shipment], *, source: str) -> list[News]:
    if len(legs) == 1:
        return [News(legs[0].pk, source, doc.sightings, doc)]
    parts: dict[int, list[Sighting]] = defaultdict(list)
    for each in doc.sightings:
        parts[_leg_at(each.occurred_at, legs).pk].append(each)
    if not parts:
        return [News(legs[-1].pk, source, (), doc)]
    last = _leg_at(max(each.occurred_at for each in doc.sightings), legs).pk
    # Dates and names are those of the leg that it is on now.
    return [News(pk, source, told, doc if pk == last else None) for pk, told in parts.items()]


def _leg_at(moment: datetime, legs: Sequence[Shipment]) -> Shipment:
    for earlier, later in pairwise(legs):
        begins = later.shipped_at or later.created_at
        ended = earlier.delivered_at or earlier.returning_since
        if moment < begins and (ended is None or moment <= ended):
            return earlier
    return legs[-1]


def note_words(merchant_id: int, source: str, words: Iterable[str], *, now: datetime) -> None:
    """Count words that stand in none of our tables, for those who look after the source."""
    counts = sorted(Counter(word[:100] for word in words if word).items())
    if not counts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracking_unknownword (merchant_id, source, word, seen, first_at, last_at) "
            "SELECT %s, %s, told.word, told.seen, %s, %s "
            "FROM unnest(%s::text[], %s::int[]) AS told(word, seen) "
            "ON CONFLICT (merchant_id, source, word) DO UPDATE "
            "SET seen = tracking_unknownword.seen + EXCLUDED.seen, last_at = EXCLUDED.last_at",
            [merchant_id, source[:20], now, now, *map(list, zip(*counts, strict=True))],
        )
