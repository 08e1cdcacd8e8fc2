"""Keep a merchant's figures up to date, by the difference that changed orders make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from analytics.actions import statements
from analytics.actions.statements import Counted
from analytics.models import Book
from merchants.models import Merchant

OVERLAP = timedelta(minutes=2)
"""How far each run looks back behind what it has seen: clocks of machines differ by less."""

BATCH = 20_000
"""Changed orders taken in one transaction."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list of orders by their last change."""

    at: datetime
    pk: int = 0


def behind() -> list[int]:
    """Give the merchants whose figures may lack something."""
    return [pk for (pk,) in _rows(statements.BEHIND, {"overlap": OVERLAP})]


def catch_up(merchant_id: int, *, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Count what changed since the last time; give how many orders were looked at.

    Safe to repeat; whoever comes while another counts leaves it to them. A merchant without
    figures, or with days cut in another zone, is counted from scratch. `goes_on` is asked before
    each further batch.
    """
    merchant = Merchant.objects.get(pk=merchant_id)
    book = Book.every.filter(merchant=merchant).first()
    if book is None or book.zone_name != merchant.zone_name:
        _begin(merchant_id)
        return 0
    place, total = Place(book.seen_until - OVERLAP), 0
    while True:
        count, place = _take_batch(merchant_id, place)
        total += count
        if count < BATCH or not goes_on():
            return total


@transaction.atomic
def forget_gone(merchant_id: int) -> None:
    """Take away what orders added that are no longer there at all.

    Orders are hardly ever deleted, and leave no trace by which the next minute could notice.
    """
    _lock(merchant_id)
    book = Book.every.filter(merchant_id=merchant_id).first()
    if book is not None:
        _run(statements.FORGET_TOUCHED)
        _run(statements.NOTE_GONE, _values(book))
        _count_touched(book)


@transaction.atomic
def rebuild(merchant_id: int) -> None:
    """Count all of a merchant's orders from scratch. Pages show the old figures until it is done.

    Whatever changes while it works is seen by the next run.
    """
    _run("SET LOCAL statement_timeout = 0")
    _lock(merchant_id)
    _count_from_scratch(merchant_id)


@transaction.atomic
def _begin(merchant_id: int) -> None:
    if _is_free(merchant_id):
        _run("SET LOCAL statement_timeout = 0")
        _count_from_scratch(merchant_id)


def _count_from_scratch(merchant_id: int) -> None:
    zone_name = Merchant.objects.values_list("zone_name", flat=True).get(pk=merchant_id)
    began = _oldest_writer()
    book = Book(merchant_id=merchant_id, zone_name=zone_name, seen_until=began)
    for table in statements.TABLES:
        _run(f"DELETE FROM {table} WHERE merchant_id = %(merchant)s", _values(book))  # noqa: S608
    for counted in statements.ALL:
        _count_all(counted, _values(book))
    kept = {"zone_name": zone_name, "seen_until": began, "rebuilt_at": began}
    Book.every.update_or_create(merchant_id=merchant_id, defaults=kept)


def _count_all(counted: Counted, values: dict[str, Any]) -> None:
    rows = statements.select_rows(counted, whose=statements.EVERYBODY)
    _run(f"INSERT INTO {counted.table} ({', '.join(counted.columns)}) {rows}", values)
    source = f"{counted.table} WHERE merchant_id = %(merchant)s"
    for sums in counted.sums:
        _run(statements.add_sums(sums, source=source, sign="1"), values)


@transaction.atomic
def _take_batch(merchant_id: int, after: Place) -> tuple[int, Place]:
    """Count the customers of one batch of changed orders; give its size and its end."""
    if not _is_free(merchant_id):
        return 0, after
    book = Book.every.get(merchant_id=merchant_id)
    values = _values(book) | {"after_at": after.at, "after_id": after.pk, "limit": BATCH}
    # Asked before the orders are: who writes now and is not seen below began no earlier.
    seen_until = _oldest_writer()
    count, last = 0, after
    for last_at, last_pk, place in _rows(statements.END_OF_BATCH, values):
        count, last = place, Place(last_at, last_pk)
        _run(statements.FORGET_TOUCHED)
        _run(statements.NOTE_TOUCHED, values | {"last_at": last_at, "last_id": last_pk})
        _count_touched(book)
    if count == BATCH:
        seen_until = min(seen_until, last.at)
    Book.every.filter(pk=book.pk, seen_until__lt=seen_until).update(seen_until=seen_until)
    return count, last


def _count_touched(book: Book) -> None:
    """Count the touched customers anew, and apply the difference to rows and sums."""
    if _rows("SELECT FROM touched LIMIT 1"):
        for counted in statements.ALL:
            _apply_difference(counted, _values(book))


def _apply_difference(counted: Counted, values: dict[str, Any]) -> None:
    columns, table, key = ", ".join(counted.columns), counted.table, counted.key
    fresh = statements.select_rows(counted, whose=statements.TOUCHED)
    kept = (
        f"SELECT {columns} FROM {table} WHERE merchant_id = %(merchant)s AND {statements.TOUCHED}"  # noqa: S608
    )
    name = f"difference_{key}"
    _run(f"CREATE TEMP TABLE fresh_{key} ON COMMIT DROP AS {fresh}", values)
    _run(
        f"CREATE TEMP TABLE {name} ON COMMIT DROP AS "  # noqa: S608  # our names
        f"SELECT 1 AS sign, * FROM (SELECT * FROM fresh_{key} EXCEPT {kept}) AS come UNION ALL "
        f"SELECT -1, * FROM ({kept} EXCEPT SELECT * FROM fresh_{key}) AS gone",
        values,
    )
    for sums in counted.sums:
        _run(statements.add_sums(sums, source=name, sign="sign"), values)
        _run(
            f"DELETE FROM {sums.table} WHERE merchant_id = %(merchant)s AND {sums.empty}",  # noqa: S608
            values,
        )
    _run(f"DELETE FROM {table} USING {name} WHERE {table}.{key} = {name}.{key} AND sign = -1")  # noqa: S608
    _run(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {name} WHERE sign = 1")  # noqa: S608


def _values(book: Book) -> dict[str, Any]:
    return statements.RULE | {"merchant": book.merchant_id, "zone": book.zone_name}


def _lock(merchant_id: int) -> None:
    """Let nobody else count for this merchant until the transaction ends."""
    _run(statements.LOCK, {"name": f"figures:{merchant_id}"})


def _is_free(merchant_id: int) -> bool:
    """Take the lock if nobody has it."""
    [(taken,)] = _rows(statements.TRY_LOCK, {"name": f"figures:{merchant_id}"})
    return bool(taken)


def _oldest_writer() -> datetime:
    [(moment,)] = _rows(statements.OLDEST_WRITER)
    assert isinstance(moment, datetime)
    return moment


def _run(sql: str, values: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _rows(sql: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
