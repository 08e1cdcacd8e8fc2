"""Which parcels there should be, and what is in each: from what a shop says of its fulfilments.

Plain values in, answers out. Every unit is in exactly one parcel: what fulfilments claim beyond
what was ordered is in none, and parcels of one fulfilment carry their goods together, which are
counted with the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tracking.detection import compact

SHIPPED = "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One fulfilment, as the shop states it. `lines` are units by the line's id in the shop."""

    pk: int
    external_id: str
    state: str
    carrier: str = ""
    numbers: Sequence[str] = ()
    urls: Sequence[str] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    shipped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One parcel that should be there. `lines` are units by the line's id in the shop."""

    external_id: str
    fulfilment: int
    number: str
    number_key: str
    url: str
    carrier_said: str
    shipped_at: datetime | None
    lines: Mapping[str, int]


def parcels_of(told: Iterable[Told], *, left: Mapping[str, int]) -> list[Parcel]:
    """Give the parcels of an order. `left` are the units that can be in parcels, by line.

    Fulfilments take their units in the order in which they left.
    """
    rest = dict(left)
    parcels: list[Parcel] = []
    for one in sorted((row for row in told if row.state == SHIPPED), key=_turn):
        lines = {}
        for key, units in one.lines.items():
            taken = min(units, rest.get(key, 0))
            if taken > 0:
                lines[key] = taken
                rest[key] -= taken
        parcels += _of_one(one, lines)
    return parcels


def _turn(one: Told) -> tuple[bool, datetime | int, int]:
    return (one.shipped_at is None, one.shipped_at or one.pk, one.pk)


def _of_one(one: Told, lines: Mapping[str, int]) -> list[Parcel]:
    numbers = {compact(number): number.strip() for number in one.numbers if compact(number)}
    return [
        Parcel(
            external_id=f"{one.external_id}#{key}"[:300] if key else one.external_id,
            fulfilment=one.pk,
            number=number[:100],
            number_key=key,
            url=_url(one.urls, number, position),
            carrier_said=one.carrier,
            shipped_at=one.shipped_at,
            lines={} if position else lines,
        )
        for position, (key, number) in enumerate((numbers or {"": ""}).items())
    ]


def _url(urls: Sequence[str], number: str, position: int) -> str:
    """Give the address that names the number, else the one that stands at its place."""
    safe = [url if url.startswith(("https://", "http://")) else "" for url in urls]
    named = [url for url in safe if number and number in url]
    found = named[0] if named else safe[position] if position < len(safe) else ""
    return found if len(found) <= 1000 else ""
