"""A merchant's orders, newest first, filtered: a page reads a bounded part of one index.

Filters that no index knows are applied to what the index gives. Where few orders pass them, the
page says how far it looked and goes on from there: so no wish of anybody's reads a million rows.
"""

# Only names of our own tables and columns go into the text of a query.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

WALK = 20_000
"""So many orders are looked through for one page."""
TAGGED_AT_MOST = 2_000
"""Up to so many orders with a tag are read by the tag; beyond, the tag is looked for on each."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders a list shows; what is empty does not matter."""

    statuses: frozenset[str] = frozenset()
    payment: str = ""
    fulfilment: str = ""
    tag: str = ""
    placed_from: datetime | None = None
    placed_before: datetime | None = None
    ids: Sequence[int] | None = None
    """These orders and no others."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the list: an order's moment and number."""

    at: datetime
    pk: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """Orders of one page by primary key, and whether others come before and after."""

    ids: list[int]
    first: Spot | None = None
    last: Spot | None = None
    has_newer: bool = False
    has_older: bool = False
    looked_until: Spot | None = None
    """The page is not full because nobody looked further than this."""


@dataclass(slots=True)
class _Query:
    """The text and the values of a query that grows."""

    values: dict[str, Any] = field(default_factory=dict)
    walls: list[str] = field(default_factory=list)
    """What bounds the walk along the index."""
    sieve: list[str] = field(default_factory=list)
    """What is asked of the orders it gives."""


def older_than(wanted: Wanted, spot: Spot | None, *, merchant_id: int, size: int) -> Shelf:
    """Give the page that begins after a spot, or the first one."""
    rows, end = _read(wanted, spot, merchant_id=merchant_id, size=size, to_newer=False)
    page = rows[:size]
    return Shelf(
        ids=[one.pk for one in page],
        first=page[0] if page else None,
        last=page[-1] if page else None,
        has_newer=spot is not None,
        has_older=len(rows) > size,
        looked_until=end if len(rows) <= size else None,
    )


def newer_than(wanted: Wanted, spot: Spot, *, merchant_id: int, size: int) -> Shelf:
    """Give the page that ends before a spot; where nothing is newer, the first page."""
    rows, end = _read(wanted, spot, merchant_id=merchant_id, size=size, to_newer=True)
    if len(rows) < size and end is None:
        return older_than(wanted, None, merchant_id=merchant_id, size=size)
    page = rows[:size][::-1]
    return Shelf(
        ids=[one.pk for one in page],
        first=page[0] if page else end,
        last=page[-1] if page else spot,
        has_newer=len(rows) > size or end is not None,
        has_older=True,
    )


def _read(
    wanted: Wanted, spot: Spot | None, *, merchant_id: int, size: int, to_newer: bool
) -> tuple[list[Spot], Spot | None]:
    """Walk along the index; give what passes, and where the walk ended if it was cut short."""
    query = _Query({"merchant": merchant_id, "size": size + 1})
    _bound(query, wanted, spot, to_newer=to_newer)
    _sift(query, wanted, merchant_id=merchant_id)
    # Where whatever the index gives passes, nobody need look further than the page.
    query.values["walk"] = walk = WALK if query.sieve else size + 1
    order = "ASC" if to_newer else "DESC"
    by = f"ORDER BY placed_at {order}, id {order}"
    walks = " UNION ALL ".join(
        f"(SELECT id, placed_at, payment_status, fulfilment_status FROM orders_order"
        f" WHERE {' AND '.join([*query.walls, wall])} {by} LIMIT %(walk)s)"
        for wall in _streams(query, wanted)
    )
    sieve = " AND ".join(query.sieve) or "TRUE"
    sql = f"""
        WITH walked AS MATERIALIZED (SELECT * FROM ({walks}) streams {by} LIMIT %(walk)s),
        passed AS (SELECT id, placed_at FROM walked WHERE {sieve} {by} LIMIT %(size)s)
        SELECT id, placed_at, NULL FROM passed
        UNION ALL
        (SELECT id, placed_at, (SELECT count(*) FROM walked) FROM walked
         ORDER BY placed_at {_other(order)}, id {_other(order)} LIMIT 1)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, query.values)
        found = cursor.fetchall()
    rows = [Spot(at, pk) for pk, at, walked in found if walked is None]
    rows.sort(key=lambda one: (one.at, one.pk), reverse=not to_newer)
    ends = [Spot(at, pk) for pk, at, walked in found if query.sieve and walked == walk]
    return rows, ends[0] if ends else None


def _bound(query: _Query, wanted: Wanted, spot: Spot | None, *, to_newer: bool) -> None:
    query.walls.append("merchant_id = %(merchant)s")
    if wanted.placed_from:
        query.walls.append("placed_at >= %(placed_from)s")
        query.values["placed_from"] = wanted.placed_from
    if wanted.placed_before:
        query.walls.append("placed_at < %(placed_before)s")
        query.values["placed_before"] = wanted.placed_before
    if spot:
        side = ">" if to_newer else "<"
        # The first condition bounds the scan; the second settles orders of one moment.
        query.walls.append(
            f"placed_at {side}= %(at)s AND (placed_at {side} %(at)s OR id {side} %(pk)s)"
        )
        query.values |= {"at": spot.at, "pk": spot.pk}


def _sift(query: _Query, wanted: Wanted, *, merchant_id: int) -> None:
    for column in ("payment", "fulfilment"):
        if value := getattr(wanted, column):
            query.sieve.append(f"{column}_status = %({column})s")
            query.values[column] = value
    if not wanted.tag:
        return
    tagged = tagged_with(wanted.tag, merchant_id=merchant_id)
    query.values["tag"] = wanted.tag
    if tagged is None:
        query.sieve.append(
            "EXISTS (SELECT 1 FROM orders_ordertag WHERE order_id = walked.id AND name = %(tag)s)"
        )
    else:
        query.walls.append("id = ANY(%(tagged)s)")
        query.values["tagged"] = tagged


def _streams(query: _Query, wanted: Wanted) -> list[str]:
    """Give what each walk is further bound by: one for each status, since an index is sorted so."""
    walls = []
    if wanted.ids is not None:
        walls.append("id = ANY(%(ids)s)")
        query.values["ids"] = list(wanted.ids)
    if not wanted.statuses:
        return [" AND ".join(walls) or "TRUE"]
    streams = []
    for place, status in enumerate(sorted(wanted.statuses)):
        query.values[f"status{place}"] = status
        streams.append(" AND ".join([*walls, f"status = %(status{place})s"]))
    return streams


def tagged_with(name: str, *, merchant_id: int) -> list[int] | None:
    """Give the orders with a tag; None: there are too many to read them one by one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT order_id FROM orders_ordertag WHERE merchant_id = %s AND name = %s"
            " ORDER BY order_id DESC LIMIT %s",
            [merchant_id, name, TAGGED_AT_MOST + 1],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return ids if len(ids) <= TAGGED_AT_MOST else None


def _other(order: str) -> str:
    return "DESC" if order == "ASC" else "ASC"
