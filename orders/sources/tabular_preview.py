"""A first look at a file: its columns with our guess for each, and its first orders."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import IO, NamedTuple

from orders.sources.foreign import text
from orders.sources.tabular import FURTHEST_HEADER, Row, read_csv, read_ndjson
from orders.sources.tabular_cells import Habits, cell
from orders.sources.tabular_columns import fields_of, folded, is_header
from orders.sources.tabular_text import Unreadable, rows

MOST_COLUMNS = 200
LOOKED_AT = 30
"""So many rows are looked at for an example of each column."""
SAMPLE = 5


class Column(NamedTuple):
    """A column of a file: what it is called, which field of ours it is taken for, an example."""

    header: str
    field: str
    example: str


class Preview(NamedTuple):
    """What can be shown of a file before it is read through."""

    columns: list[Column]
    orders: list[Row]


def preview(
    stream: IO[bytes], kind: str, mapping: Mapping[str, str] | None, habits: Habits
) -> Preview:
    """Look at the beginning of a file. Never raises for what is in it."""
    if kind == "ndjson":
        return Preview([], list(itertools.islice(read_ndjson(stream), SAMPLE)))
    columns = _columns(stream, mapping)
    stream.seek(0)
    return Preview(
        columns, list(itertools.islice(read_csv(stream, mapping, habits=habits), SAMPLE))
    )


def _columns(stream: IO[bytes], mapping: Mapping[str, str] | None) -> list[Column]:
    try:
        head = list(itertools.islice(rows(stream), FURTHEST_HEADER + LOOKED_AT))
    except Unreadable:
        return []
    place = _header_row(head, mapping)
    header = [text(cell(each), limit=100) for each in head[place]] if head else []
    fields = fields_of(header, mapping)
    seen: set[str] = set()
    columns = []
    for position, name in enumerate(header[:MOST_COLUMNS]):
        # Of columns with one name only the first can be told apart.
        if folded(name) and folded(name) not in seen:
            seen.add(folded(name))
            example = _example(head[place + 1 :], position)
            columns.append(Column(name, fields.get(position, ""), example))
    return columns


def _header_row(head: list[list[str]], mapping: Mapping[str, str] | None) -> int:
    """Give the row that names the columns, else the fullest of the first ones."""
    first = head[:FURTHEST_HEADER]
    for place, row in enumerate(first):
        if is_header(fields_of([cell(each) for each in row], mapping)):
            return place
    filled = [sum(bool(each.strip()) for each in row) for row in first]
    return filled.index(max(filled)) if filled else 0


def _example(body: list[list[str]], position: int) -> str:
    cells = (text(cell(row[position]), limit=60) for row in body if position < len(row))
    return next(filter(None, cells), "")
