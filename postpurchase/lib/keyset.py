"""Pages of long lists: each begins after the last row of the one before it.

However deep, a page costs the same, and rows that come in meanwhile neither repeat nor hide any.
A cursor is encrypted: it tells nobody our numbers, and nobody can make one up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from postpurchase.lib.crypto import seal, unseal

Row = TypeVar("Row", bound=Model)


class BadCursor(ValueError):
    """The cursor was not made by us, or for a list in another order."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """A column of moments that a list is sorted by; rows of one moment by primary key."""

    column: str
    newest_first: bool = False

    @property
    def name(self) -> str:
        """Give the ordering as Django writes it, such as -placed_at."""
        return f"-{self.column}" if self.newest_first else self.column

    def sort(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Bring rows into this order."""
        return rows.order_by(self.name, "-pk" if self.newest_first else "pk")

    def after(self, rows: QuerySet[Row], at: datetime, pk: int) -> QuerySet[Row]:
        """Keep the rows that come after a place."""
        side = "lt" if self.newest_first else "gt"
        # The first condition alone bounds the index scan; the second settles rows of one moment.
        return rows.filter(
            Q(**{f"{self.column}__{side}e": at}),
            Q(**{f"{self.column}__{side}": at}) | Q(**{f"pk__{side}": pk}),
        )


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows and the cursor of the next page, if there is one."""

    rows: list[Row]
    next_cursor: str | None


def page(rows: QuerySet[Row], *, ordering: Ordering, cursor: str | None, limit: int) -> Page[Row]:
    """Give the rows after a cursor, at most `limit`. Raises BadCursor."""
    rows = ordering.sort(rows)
    if cursor:
        rows = ordering.after(rows, *_read(cursor, ordering))
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    return Page(found[:limit], _cursor(found[limit - 1], ordering))


def merged(
    parts: Sequence[QuerySet[Row]], *, ordering: Ordering, cursor: str | None, limit: int
) -> Page[Row]:
    """Page through several lists as one, each read along its own index. Raises BadCursor."""
    if not parts:
        return Page([], None)
    after = _read(cursor, ordering) if cursor else None
    heads = [
        ordering.sort(ordering.after(part, *after) if after else part)[: limit + 1]
        for part in parts
    ]
    rows = ordering.sort(heads[0].union(*heads[1:], all=True)) if len(heads) > 1 else heads[0]
    found = list(rows)[: limit + 1]
    if len(found) <= limit:
        return Page(found, None)
    return Page(found[:limit], _cursor(found[limit - 1], ordering))


def _cursor(row: Model, ordering: Ordering) -> str:
    at: datetime = getattr(row, ordering.column)
    return seal(f"{ordering.name} {at.isoformat()} {row.pk}")


def _read(cursor: str, ordering: Ordering) -> tuple[Any, int]:
    try:
        name, at, pk = unseal(cursor).split(" ")
        if name == ordering.name:
            return datetime.fromisoformat(at), int(pk)
    except ValueError:
        pass
    raise BadCursor("The cursor does not belong to this list.")
