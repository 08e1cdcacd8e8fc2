"""What sources say of parcels is stored once, and where each parcel is is worked out anew.

Whatever the order of arrival, the answer is the same: all scans of a parcel are read under a lock
on its order and its row, and `tracking.journey` makes one answer of them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from orders.models import Order
from orders.statuses import ActorKind
from orders.timeline import Actor, Draft, record_all
from tracking.actions import arrivals, dates, troubles
from tracking.actions.pace import next_polls
from tracking.actions.saving import save
from tracking.actions.telling import Before, drafts_of
from tracking.carriers.base import ParcelDoc, Sighting
from tracking.journey import Journey, Scan, journey
from tracking.models import Shipment
from tracking.statuses import MUST_ACT, CarrierChosenBy, Cause, Milestone

RECENT = 30
AHEAD = timedelta(days=60)
"""What is said to happen later than this is a mistake, and is not kept as a scan."""
LATEST = timedelta(days=366)
"""A day later than this is a blank that was filled in, and no date."""
CARRIER = Actor(ActorKind.SYSTEM, "carrier")

TYPES = {
    "merchant_id": "bigint", "shipment_id": "bigint", "identity": "text",
    "occurred_at": "timestamptz", "received_at": "timestamptz", "source": "text",
    "milestone": "text", "cause": "text", "is_delay": "bool", "is_synthetic": "bool",
    "is_override": "bool", "said_by": "text", "to_addressee": "bool", "is_day_only": "bool",
    "zone_assumed": "bool", "code": "text", "text": "text", "place": "text", "country": "text",
}  # fmt: skip
STORE = (
    f"INSERT INTO tracking_trackingevent ({', '.join(TYPES)}) "  # noqa: S608  # names of ours
    f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in TYPES.values())}) "
    "ON CONFLICT (shipment_id, occurred_at, identity) DO NOTHING RETURNING shipment_id"
)
READ = """
    SELECT scan.* FROM unnest(%s::bigint[]) AS parcel(id), LATERAL (
        SELECT shipment_id, occurred_at, received_at, milestone, cause, is_delay, retracted_at,
               is_override, to_addressee, is_day_only, source, code, text, place, country
        FROM tracking_trackingevent
        WHERE shipment_id = parcel.id
        ORDER BY occurred_at DESC, id DESC
        LIMIT 1000
    ) AS scan
"""
"""The newest thousand of each parcel: no parcel has so many, but somebody may say so."""


@dataclass(frozen=True, slots=True)
class News:
    """What one source says of one parcel of ours; `doc` holds what is no scan: dates, names."""

    shipment_id: int
    source: str
    sightings: Sequence[Sighting] = ()
    doc: ParcelDoc | None = None
    is_override: bool = False
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of news: new scans by parcel, and the parcels whose facts changed."""

    new: dict[int, int]
    changed: frozenset[int]

    @property
    def count(self) -> int:
        """Give how many scans were new."""
        return sum(self.new.values())


@transaction.atomic
def take_in(news: Iterable[News], *, now: datetime, actor: Actor = CARRIER) -> Taken:
    """Store what is new and bring the parcels up to date.

    Safe to repeat, to reorder and to run at the same time: orders are locked first, then parcels,
    both by primary key. What a story tells of is the newest state of each parcel alone.
    """
    told = list(news)
    locked = lock({one.shipment_id for one in told})
    # Of a person who was erased nothing is taken in again.
    shipments = {pk: each for pk, each in locked.items() if each.order.erased_at is None}
    told = [one for one in told if one.shipment_id in shipments]
    new = _store(told, shipments, now=now)
    touched = set(new)
    for one in told:
        shipments[one.shipment_id].heard_at = now
        if one.doc and _note(shipments[one.shipment_id], one.doc, source=one.source, now=now):
            touched.add(one.shipment_id)
    rework([shipments[pk] for pk in sorted(touched)], now=now, actor=actor)
    quiet = [shipments[pk] for pk in shipments.keys() - touched]
    Shipment.every.filter(pk__in=[each.pk for each in quiet]).update(heard_at=now)
    return Taken(new, frozenset(touched))


def lock(pks: Collection[int]) -> dict[int, Shipment]:
    """Lock parcels and, before them, their orders; needs a transaction."""
    if not pks:
        return {}
    orders = Shipment.every.filter(pk__in=pks).values_list("order_id", flat=True)
    held = Order.every.filter(pk__in=list(orders)).select_related("merchant").order_by("pk")
    by_pk = {order.pk: order for order in held.select_for_update(of=("self",), no_key=True)}
    rows = Shipment.every.filter(pk__in=pks).order_by("pk").select_for_update(of=("self",))
    shipments = {shipment.pk: shipment for shipment in rows}
    for shipment in shipments.values():
        shipment.order = by_pk[shipment.order_id]
    return shipments


def rework(shipments: Sequence[Shipment], *, now: datetime, actor: Actor) -> None:
    """Work out locked parcels from all their scans, save them and tell what became different."""
    if not shipments:
        return
    befores = {shipment.pk: Before.of(shipment) for shipment in shipments}
    scans = _scans([shipment.pk for shipment in shipments])
    for shipment in shipments:
        _set(shipment, scans.get(shipment.pk, []))
    next_polls(shipments, now=now)
    drafts: list[Draft] = []
    drafts += dates.name_dates(shipments, befores=befores, now=now)
    drafts += drafts_of(shipments, befores, actor=actor, told=drafts, now=now)
    drafts += troubles.follow(shipments, befores=befores, now=now)
    save(shipments, now=now)
    record_all(drafts, now=now)
    arrived = {
        each.order_id for each in shipments if each.delivered_at != befores[each.pk].delivered_at
    }
    arrivals.count(arrived, now=now)


def _store(
    told: Sequence[News], shipments: dict[int, Shipment], *, now: datetime
) -> dict[int, int]:
    rows = [
        _row(one, each, shipments[one.shipment_id].merchant_id, now)
        for one in told
        for each in one.sightings
        if each.occurred_at <= now + AHEAD
    ]
    if not rows:
        return {}
    new: dict[int, int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(STORE, [list(column) for column in zip(*rows, strict=True)])
        for (pk,) in cursor.fetchall():
            new[pk] += 1
    return dict(new)


def _row(one: News, each: Sighting, merchant_id: int, now: datetime) -> tuple[Any, ...]:
    return (
        merchant_id, one.shipment_id, identity(each, source=one.source, by_staff=one.is_override),
        each.occurred_at, now, one.source[:20], each.word.milestone, each.word.cause,
        each.word.is_delay, each.is_synthetic, one.is_override, _clean(one.said_by, 200),
        each.to_addressee, each.is_day_only, each.zone_assumed, _clean(each.code, 100),
        _clean(each.text, 1000), _clean(each.place, 300), _clean(each.country, 3),
    )  # fmt: skip


def _clean(text: str, at_most: int) -> str:
    """Keep of a text what the database can store."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:at_most]


def identity(each: Sighting, *, source: str, by_staff: bool = False) -> str:
    """Tell scans of one moment apart: by the source's own id, else by what is said."""
    parts = (source, each.external_id) if each.external_id else (
        source, each.code, each.text, each.place, str(each.word.milestone or ""),
    )  # fmt: skip
    told = "\x1f".join((*parts, "staff" if by_staff else ""))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


def _scans(pks: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(pks)])
        for row in cursor.fetchall():
            found[row[0]].append(row)
    return found


def _set(shipment: Shipment, rows: Sequence[tuple[Any, ...]]) -> None:
    """Let a parcel be where its scans, newest first, say it is."""
    stands = journey(_scan(row) for row in rows)
    for name in _FROM_JOURNEY:
        setattr(shipment, name, getattr(stands, name))
    shipment.must_act = MUST_ACT[stands.cause] if not stands.is_over else ""
    shown = [row for row in rows if row[6] is None and _has_happened(row)]
    shipment.recent = [_shown(row) for row in shown[:RECENT]]


_FROM_JOURNEY = tuple(Journey.__dataclass_fields__)


def _scan(row: tuple[Any, ...]) -> Scan:
    return Scan(
        occurred_at=row[1],
        received_at=row[2],
        milestone=Milestone(row[3]) if row[3] else None,
        cause=Cause(row[4]),
        is_delay=row[5],
        is_retracted=row[6] is not None,
        is_override=row[7],
        to_addressee=row[8],
    )


def _has_happened(row: tuple[Any, ...]) -> bool:
    return bool(row[1] <= row[2] + timedelta(hours=24))


def _shown(row: tuple[Any, ...]) -> dict[str, Any]:
    """Write a scan as pages read it."""
    return {
        "at": row[1].isoformat(),
        "milestone": row[3] or "",
        "cause": row[4],
        "is_delay": row[5],
        "override": row[7],
        "day_only": row[9],
        "source": row[10],
        "code": row[11],
        "text": row[12],
        "place": row[13],
        "country": row[14],
    }


def _note(shipment: Shipment, doc: ParcelDoc, *, source: str, now: datetime) -> bool:
    """Note what a document says besides its scans; tell whether anything of it is new.

    A document whose newest scan is older than what we know is an old one: its date is, too.
    """
    newest = max((each.occurred_at for each in doc.sightings), default=None)
    if newest and shipment.last_scan_at and newest < shipment.last_scan_at:
        return False
    before = (
        shipment.carrier_from, shipment.carrier_until, shipment.carrier_day_by,
        shipment.signed_by, shipment.carrier,
    )  # fmt: skip
    until = doc.expected_until or doc.expected_from
    is_date = until is not None and until <= (now + LATEST).date()
    if until and is_date and dates.may_name(shipment, source=source):
        shipment.carrier_from = _not_after(doc.expected_from, until)
        shipment.carrier_until = until
        shipment.carrier_day_by = source
    if doc.signed_by:
        shipment.signed_by = _clean(doc.signed_by, 200)
    if not shipment.carrier and doc.carrier:
        shipment.carrier = _clean(doc.carrier, 40)
        shipment.carrier_by = CarrierChosenBy.SOURCE
    return before != (
        shipment.carrier_from, shipment.carrier_until, shipment.carrier_day_by,
        shipment.signed_by, shipment.carrier,
    )  # fmt: skip


def _not_after(first: date | None, last: date) -> date:
    return min(first, last) if first else last
