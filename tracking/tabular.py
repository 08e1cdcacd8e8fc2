"""Parcels from spreadsheets, as Advanced Shipment Tracking and people write them.

A row is a parcel, or one item of it: rows of one order with one number are one parcel, wherever
they stand. Needed are an order's id or number and a tracking number; columns are known by the
names that order files have (`orders.sources.tabular_columns`), in English and German.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, NamedTuple

from orders.sources.base import Unusable
from orders.sources.foreign import text, web_address
from orders.sources.tabular import SAMPLE, Numbered, header_of, records_of
from orders.sources.tabular_cells import Habits, date_order_of, identifier, quantity, when
from orders.sources.tabular_orders import Record
from orders.sources.tabular_text import Unreadable, rows
from tracking.detection import compact

MOST_ROWS = 100_000
LONGEST_NUMBER = 100
LONGEST_ADDRESS = 1000
NO_HEADER = "No row names an order, a tracking number and one more known column."


@dataclass(slots=True)
class SheetParcel:
    """A parcel of a file. `skus` are units by SKU or line id; None: all units of that line."""

    order: str
    number: str
    carrier: str = ""
    url: str = ""
    shipped_at: datetime | None = None
    skus: dict[str, int | None] = field(default_factory=dict)
    line_ids: dict[str, int | None] = field(default_factory=dict)


class SheetRow(NamedTuple):
    """One parcel of a file, or a sentence why it is none."""

    number: int
    """Of the row where the parcel begins, as a spreadsheet counts them."""
    result: SheetParcel | str


def read_sheet(
    stream: IO[bytes],
    mapping: Mapping[str, str] | None = None,
    *,
    habits: Habits | None = None,
) -> Iterator[SheetRow]:
    """Give the parcels of a CSV file; nothing that is in the file raises an error.

    `mapping` names our field for columns with unusual headers. A file may have 100,000 rows.
    """
    numbered = Numbered(rows(stream))
    try:
        header = header_of(numbered, mapping)
        records = list(itertools.islice(records_of(numbered, header, mapping), MOST_ROWS + 1))
    except Unreadable as error:
        yield SheetRow(numbered.last + 1, str(error))
        return
    if not any("tracking_number" in record.headers for record in records[:1]):
        yield SheetRow(1, NO_HEADER)
        return
    yield from _parcels(records[:MOST_ROWS], _learned(records, habits or Habits()))
    if len(records) > MOST_ROWS:
        yield SheetRow(records[MOST_ROWS].number, f"A file may have {MOST_ROWS} rows.")


def _learned(records: Iterable[Record], habits: Habits) -> Habits:
    dates = [row.cells.get("shipped_at", "") for row in itertools.islice(records, SAMPLE)]
    return replace(habits, date_order=habits.date_order or date_order_of(dates))


def _parcels(records: Iterable[Record], habits: Habits) -> Iterator[SheetRow]:
    """Read each row, and bring those of one parcel together; a bad row spoils its parcel only."""
    found: dict[tuple[str, str], SheetRow] = {}
    for record in records:
        row = _read(record, habits)
        if isinstance(row.result, str):
            yield row
            continue
        key = row.result.order, compact(row.result.number)
        known = found.setdefault(key, row)
        if known is not row and isinstance(known.result, SheetParcel):
            _merge(known.result, row.result)
    yield from found.values()


def _merge(parcel: SheetParcel, more: SheetParcel) -> None:
    for mine, theirs in ((parcel.skus, more.skus), (parcel.line_ids, more.line_ids)):
        for name, units in theirs.items():
            known = mine.get(name, 0)
            mine[name] = None if known is None or units is None else known + units
    parcel.carrier = parcel.carrier or more.carrier
    parcel.url = parcel.url or more.url
    parcel.shipped_at = parcel.shipped_at or more.shipped_at


def _read(record: Record, habits: Habits) -> SheetRow:
    try:
        return SheetRow(record.number, _parcel(record, habits))
    except Unusable as error:
        return SheetRow(record.number, str(error))


def _parcel(record: Record, habits: Habits) -> SheetParcel:
    order = record.read("external_id", identifier, "") or record.read("number", identifier, "")
    number = record.read("tracking_number", identifier, "")
    if not order or not number:
        missing = "order" if not order else "tracking number"
        raise Unusable(f"Row {record.number}: there is no {missing}.")
    if len(number) > LONGEST_NUMBER:
        raise Unusable(f"Row {record.number}: the tracking number is too long.")
    units = record.read("quantity", quantity, None) if "quantity" in record.cells else None
    if units == 0:
        raise Unusable(f"Row {record.number}: the quantity is 0.")
    sku, line_id = text(record.cells.get("sku")), text(record.cells.get("line_id"))
    return SheetParcel(
        order=order,
        number=number,
        carrier=text(record.cells.get("carrier")),
        url=_address(record.cells.get("tracking_url")),
        shipped_at=record.read("shipped_at", lambda value: when(value, habits), None),
        skus={sku: units} if sku and not line_id else {},
        line_ids={line_id: units} if line_id else {},
    )


def _address(value: str | None) -> str:
    found = web_address(value)
    return found if len(found) <= LONGEST_ADDRESS else ""
