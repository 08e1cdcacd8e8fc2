"""Orders from files: NDJSON in our own form, and CSV as shops, plugins and Excel write it.

Both give a `Row` per order, good or bad, and never raise for what is in the file. Memory does not
grow with the file. A CSV has one row per item; the rows of an order stand together.
"""

import itertools
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, NamedTuple

import msgspec

from orders.sources.base import Malformed, Unusable
from orders.sources.document import OrderDoc
from orders.sources.foreign import MOST_LINES, json_object, long_text, text
from orders.sources.shopify_parts import gid_of
from orders.sources.tabular_cells import (
    Habits,
    cell,
    currency_in,
    date_order_of,
    decimal_mark_of,
    identifier,
)
from orders.sources.tabular_columns import (
    AMOUNTS,
    DATES,
    FIELDS,
    fields_of,
    is_header,
    is_shopify_export,
)
from orders.sources.tabular_orders import Record, order
from orders.sources.tabular_text import Unreadable, rows

LONGEST_LINE = 8 * 1024 * 1024
SAMPLE = 200
"""So many rows are looked at to learn how a file writes amounts and dates."""
REMEMBERED = 50_000
"""So many of the last orders are remembered, to notice one whose rows are apart."""
FURTHEST_HEADER = 10
TOTALS = re.compile(
    r"((grand |sub)?totals?|sum|(gesamt|zwischen)?summe|gesamt(betrag)?|insgesamt):?", re.IGNORECASE
)
_ESCAPES = re.compile(rb"\\u(?:00[01789]|[dD][89a-fA-F])")
_decoder = msgspec.json.Decoder(OrderDoc)


KeyReader = Callable[[str], str]


class Row(NamedTuple):
    """One order of a file, or a sentence why it is none."""

    number: int
    """Of the row or line where the order starts, as a spreadsheet or an editor counts them."""
    result: OrderDoc | str


def read_order(body: bytes) -> OrderDoc:
    """Read an order in our own form from JSON. Raises Malformed with a reason for people.

    Characters that cannot be stored are removed from its texts.
    """
    try:
        if not _ESCAPES.search(body):
            return _decoder.decode(body)
        return msgspec.convert(_clean(json_object(body)), OrderDoc)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"{str(error)[:300]}.") from error
    except RecursionError:
        raise Malformed("The order is nested too deeply.") from None


def _clean(value: object) -> object:
    """Remove from all texts of a document what cannot be stored."""
    if isinstance(value, str):
        return long_text(value) if len(value) <= 5000 else value
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {text(key): _clean(each) for key, each in value.items()}
    return value


def read_ndjson(stream: IO[bytes]) -> Iterator[Row]:
    """Give the orders of a file with one JSON order per line; blank lines are skipped."""
    for number in itertools.count(1):
        line = stream.readline(LONGEST_LINE)
        if not line:
            return
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while len(rest := stream.readline(LONGEST_LINE)) == LONGEST_LINE:
                pass
            del rest
            yield Row(number, f"Line {number} is longer than {LONGEST_LINE} bytes.")
        elif line.strip():
            yield Row(number, _read_line(number, line.strip().removeprefix(b"\xef\xbb\xbf")))


def _read_line(number: int, line: bytes) -> OrderDoc | str:
    try:
        return read_order(line)
    except Malformed as error:
        return f"Line {number}: {error}"


def read_csv(
    stream: IO[bytes],
    mapping: Mapping[str, str] | None = None,
    *,
    habits: Habits | None = None,
) -> Iterator[Row]:
    """Give the orders of a CSV file.

    `mapping` names our field for columns with unusual headers, and "" for those to leave out.
    `habits` says how the file writes dates and amounts and its currency; what it leaves open is
    learned from the first rows.
    """
    if unknown := sorted(set((mapping or {}).values()) - FIELDS - {""}):
        yield Row(1, f"“{unknown[0]}” is no field; known are: {', '.join(sorted(FIELDS))}.")
        return
    numbered = Numbered(rows(stream))
    try:
        header = header_of(numbered, mapping)
        if not header:
            yield Row(1, "No row names an order number and two more known columns.")
            return
        records = records_of(numbered, header, mapping)
        head = list(itertools.islice(records, SAMPLE))
        learned = _learned(head, habits or Habits())
        groups = _groups(itertools.chain(head, records))
        # Shopify's export and its webhooks then speak of one order by one key.
        key_of = _shopify_key if is_shopify_export(header) else identifier
        yield from _orders(groups, learned, key_of=key_of)
    except Unreadable as error:
        yield Row(numbered.last + 1, str(error))


class Numbered:
    """Rows with their numbers, and the number of the last one given out."""

    def __init__(self, source: Iterator[list[str]]) -> None:
        self.source = source
        self.last = 0

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return self

    def __next__(self) -> tuple[int, list[str]]:
        row = next(self.source)
        self.last += 1
        return self.last, row


def header_of(numbered: Numbered, mapping: Mapping[str, str] | None) -> list[str]:
    """Find the header, which titles and blank rows may precede; nothing where there is none."""
    for number, row in numbered:
        header = [cell(each) for each in row]
        if is_header(fields_of(header, mapping)):
            return header
        if number >= FURTHEST_HEADER:
            break
    return []


def records_of(
    numbered: Numbered, header: list[str], mapping: Mapping[str, str] | None
) -> Iterator[Record]:
    """Give the rows that hold something; rows that sum up others are left out."""
    fields = fields_of(header, mapping)
    headers = {field: header[position] for position, field in fields.items()}
    for number, row in numbered:
        if TOTALS.fullmatch(next(filter(None, map(str.strip, row)), "")):
            continue
        width = len(row)
        known = {
            field: found
            for position, field in fields.items()
            if position < width and (found := cell(row[position]))
        }
        if known:
            yield Record(number, known, headers)


def _learned(head: Sequence[Record], habits: Habits) -> Habits:
    """Learn from the first rows what the caller left open."""
    money = [each for row in head for name, each in row.cells.items() if name in AMOUNTS]
    dates = [each for row in head for name, each in row.cells.items() if name in DATES]
    currencies = {code for each in money if (code := currency_in(each))}
    return replace(
        habits,
        currency=habits.currency or (currencies.pop() if len(currencies) == 1 else ""),
        decimal_mark=habits.decimal_mark or decimal_mark_of(money),
        date_order=habits.date_order or date_order_of(dates),
    )


@dataclass(slots=True)
class _Group:
    """The rows of one order, or of one that cannot be named and why."""

    key: str
    number: str
    problem: str
    records: list[Record]

    def takes(self, record: Record) -> bool:
        """Tell whether a row belongs to the order.

        Shopify's export repeats the number but not the id; merged cells in Excel leave both
        empty below the first row.
        """
        cells = record.cells
        if stated := cells.get("external_id"):
            return _same(stated) == self.key
        if stated := cells.get("number"):
            return _same(stated) == self.number
        return record.states_a_line and "placed_at" not in cells


def _groups(records: Iterable[Record]) -> Iterator[_Group]:
    """Gather the rows of each order; rows with nothing but figures sum up and are left out."""
    group: _Group | None = None
    for record in records:
        if group and group.takes(record):
            if len(group.records) <= MOST_LINES:
                group.records.append(record)
            continue
        key = _same(record.cells.get("external_id", ""))
        number = _same(record.cells.get("number", ""))
        if not key and not number and not record.says_more_than_figures:
            continue
        if group:
            yield group
        problem = "" if key or number else f"Row {record.number}: there is no order number."
        group = _Group(key or number, number, problem, [record])
    if group:
        yield group


def _same(value: str) -> str:
    """Write ids that mean the same the same; one that cannot be read is reported later."""
    try:
        return identifier(value)
    except ValueError:
        return value


def _orders(groups: Iterable[_Group], habits: Habits, *, key_of: KeyReader) -> Iterator[Row]:
    """Read each group, and refuse an order that comes a second time."""
    seen: OrderedDict[str, int] = OrderedDict()
    for group in groups:
        first = group.records[0].number
        if group.problem:
            yield Row(first, group.problem)
        elif group.key in seen:
            yield Row(
                first,
                f"Row {first}: the order {text(group.key, limit=60)} began in row"
                f" {seen[group.key]}; the rows of an order must stand together.",
            )
        else:
            yield Row(first, _read_group(group, habits, key_of))
            seen[group.key] = first
            if len(seen) > REMEMBERED:
                seen.popitem(last=False)


def _read_group(group: _Group, habits: Habits, key_of: KeyReader) -> OrderDoc | str:
    first = group.records[0]
    field = "external_id" if "external_id" in first.cells else "number"
    try:
        return order(first.read(field, key_of, ""), group.records, habits)
    except Unusable as error:
        return str(error)


def _shopify_key(value: str) -> str:
    """Give the global id for the numeric one of Shopify's export."""
    key = identifier(value)
    return gid_of("Order", key) if key.isdecimal() else key
