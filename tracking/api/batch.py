"""Many events in one request: one bad row never spoils the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from orders.timeline import Actor
from postpurchase.lib.problems import Fault, Problem
from tracking.actions.inbound import take_in_docs
from tracking.actions.scans import News, take_in
from tracking.api.documents import EventBatchResult, EventResult, ParcelEventDoc
from tracking.api.reading import read_event
from tracking.carriers.base import ParcelDoc, Sighting
from tracking.carriers.generic import word_of
from tracking.detection import compact
from tracking.models import Shipment

MOST_EVENTS = 1000
SOURCE = "api"
Rows = Mapping[int, ParcelEventDoc]
"""Events by their place in the request."""


@transaction.atomic
def take_in_events(
    rows: Sequence[msgspec.Raw], *, merchant_id: int, actor: Actor, now: datetime
) -> EventBatchResult:
    """Take in the rows that are events of known parcels; say of each what became of it."""
    results: dict[int, EventResult] = {}
    events: dict[int, ParcelEventDoc] = {}
    for index, row in enumerate(rows):
        read = _read(index, bytes(row))
        if isinstance(read, EventResult):
            results[index] = read
        else:
            events[index] = read
    by_id = {index: doc for index, doc in events.items() if doc.shipment_id}
    new = _by_id(by_id, results, merchant_id=merchant_id, actor=actor, now=now)
    by_number = {index: doc for index, doc in events.items() if not doc.shipment_id}
    new += _by_number(by_number, results, merchant_id=merchant_id, now=now)
    ordered = [results[index] for index in range(len(rows))]
    failed = sum(each.result == "failed" for each in ordered)
    return EventBatchResult(accepted=len(ordered) - failed, failed=failed, new=new, results=ordered)


def _read(index: int, row: bytes) -> ParcelEventDoc | EventResult:
    try:
        return read_event(row)
    except Problem as problem:
        faults = list(problem.errors) or [Fault(pointer="", detail=problem.detail)]
        return EventResult(index=index, result="failed", errors=faults)


def _by_id(
    events: Rows, results: dict[int, EventResult], *, merchant_id: int, actor: Actor, now: datetime
) -> int:
    wanted = {doc.shipment_id for doc in events.values() if doc.shipment_id}
    found = Shipment.every.of(merchant_id).filter(public_id__in=wanted) if wanted else []
    pks = {shipment.public_id: shipment.pk for shipment in found}
    sightings: dict[int, list[Sighting]] = defaultdict(list)
    for index, doc in events.items():
        pk = pks.get(doc.shipment_id) if doc.shipment_id else None
        if pk is None:
            results[index] = _unknown(index, "/shipment_id")
        else:
            sightings[pk].append(_sighting(doc))
            results[index] = _accepted(index, [doc.shipment_id])
    news = [News(pk, SOURCE, told) for pk, told in sightings.items()]
    return take_in(news, now=now, actor=actor).count if news else 0


def _by_number(
    events: Rows, results: dict[int, EventResult], *, merchant_id: int, now: datetime
) -> int:
    rows: dict[str, list[int]] = defaultdict(list)
    for index, doc in events.items():
        rows[compact(doc.number)].append(index)
    docs = [_parcel(key, [events[index] for index in rows[key]]) for key in rows]
    if not docs:
        return 0
    outcomes = take_in_docs(merchant_id, SOURCE, docs, now=now)
    pks = {pk for outcome in outcomes for pk in outcome.shipment_ids or ()}
    known = Shipment.every.of(merchant_id).filter(pk__in=pks)
    public_ids = dict(known.values_list("pk", "public_id"))
    for indexes, outcome in zip(rows.values(), outcomes, strict=True):
        for index in indexes:
            if outcome.shipment_ids is None:
                results[index] = _unknown(index, "/number")
            else:
                results[index] = _accepted(index, [public_ids[pk] for pk in outcome.shipment_ids])
    return sum(outcome.scans for outcome in outcomes)


def _parcel(number: str, events: Sequence[ParcelEventDoc]) -> ParcelDoc:
    carriers = (doc.carrier for doc in events if doc.carrier)
    sightings = tuple(map(_sighting, events))
    return ParcelDoc(number=number, carrier=next(carriers, ""), sightings=sightings)


def _accepted(index: int, shipment_ids: list[UUID | None]) -> EventResult:
    ids = [each for each in shipment_ids if each]
    return EventResult(index=index, result="accepted", shipment_ids=ids)


def _unknown(index: int, pointer: str) -> EventResult:
    fault = Fault(pointer=pointer, detail="No such parcel is known. State it with POST /shipments.")
    return EventResult(index=index, result="failed", errors=[fault])


def _sighting(doc: ParcelEventDoc) -> Sighting:
    word = word_of(milestone=doc.milestone or "", cause=doc.cause, is_delay=doc.delayed)
    return Sighting(
        occurred_at=doc.at,
        word=word,
        code=doc.milestone or "",
        text=doc.text,
        place=doc.place,
        country=doc.country,
        external_id=doc.id,
    )
