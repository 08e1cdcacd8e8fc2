"""How many rows there are, up to a bound: "99+". Nobody counts millions for a number to show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counts(parts: Mapping[str, QuerySet[Any]], *, most: int) -> dict[str, int]:
    """Count the rows of several querysets in one statement, each up to `most` and one more."""
    selects: list[str] = []
    values: list[Any] = []
    found = dict.fromkeys(parts, 0)
    asked = []
    for name, rows in parts.items():
        try:
            sql, given = _bounded(rows, most + 1).query.sql_with_params()
        except EmptyResultSet:
            continue
        asked.append(name)
        selects.append(f"(SELECT COUNT(*) FROM ({sql}) AS part)")  # noqa: S608  # Django's SQL
        values.extend(given)
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(selects)}", values)
            found |= dict(zip(asked, cursor.fetchone(), strict=True))
    return found


def text(count: int, *, most: int) -> str:
    """Write a count that was bounded: "99+" beyond the bound."""
    return f"{most}+" if count > most else str(count)


def _bounded(rows: QuerySet[Any], limit: int) -> QuerySet[Any]:
    return rows.order_by().values("pk")[:limit]
