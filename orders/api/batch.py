"""Many orders in one request: one bad row never spoils the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from orders.actions.intake import Intake, Outcome
from orders.actions.many import reason_of, take_in_each
from orders.api.reading import read_order
from orders.sources.document import OrderDoc
from postpurchase.lib.problems import Fault, Problem

MOST_ORDERS = 1000


class RowResult(msgspec.Struct, kw_only=True):
    """What became of one order of a batch."""

    index: int
    external_id: str | None
    result: Annotated[str, Meta(description="created, updated, unchanged, outdated or failed")]
    public_id: UUID | UnsetType = UNSET
    errors: list[Fault] | UnsetType = UNSET


class BatchResult(msgspec.Struct, kw_only=True):
    """What became of a batch, row by row in the order given."""

    created: int
    updated: int
    unchanged: int
    outdated: int
    failed: int
    results: list[RowResult]


def take_in_batch(intake: Intake, rows: Sequence[msgspec.Raw]) -> BatchResult:
    """Take in the rows that are orders; say of each what became of it."""
    read = [_read(index, bytes(row)) for index, row in enumerate(rows)]
    docs = [(index, row) for index, row in enumerate(read) if isinstance(row, OrderDoc)]
    results = {index: row for index, row in enumerate(read) if isinstance(row, RowResult)}
    outcomes = take_in_each(intake, [doc for _, doc in docs])
    for (index, doc), outcome in zip(docs, outcomes, strict=True):
        results[index] = _result(index, doc, outcome)
    ordered = [results[index] for index in range(len(rows))]
    words = [row.result for row in ordered]
    counts = {
        word: words.count(word)
        for word in ("created", "updated", "unchanged", "outdated", "failed")
    }
    return BatchResult(**counts, results=ordered)


def _read(index: int, row: bytes) -> OrderDoc | RowResult:
    try:
        return read_order(row)
    except Problem as problem:
        faults = list(problem.errors) or [Fault(pointer="", detail=problem.detail)]
        return RowResult(index=index, external_id=_id_in(row), result="failed", errors=faults)


class _Named(msgspec.Struct):
    external_id: str | None = None


def _id_in(row: bytes) -> str | None:
    """Give the id of a row that is no order, as far as it has one."""
    try:
        return msgspec.json.decode(row, type=_Named).external_id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _result(index: int, doc: OrderDoc, outcome: Outcome | Exception) -> RowResult:
    if isinstance(outcome, Exception):
        return RowResult(
            index=index, external_id=doc.external_id, result="failed", errors=[fault_of(outcome)]
        )
    return RowResult(
        index=index,
        external_id=doc.external_id,
        result=outcome.result.value,
        public_id=outcome.order.public_id,
    )


def fault_of(error: Exception) -> Fault:
    """Say why a document of the right form cannot be stored."""
    return Fault(pointer="", detail=reason_of(error))
