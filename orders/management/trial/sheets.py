"""Rows as COPY reads them: what does not vary between rows is written once."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from postpurchase.lib.bulk import NULL


class Sheet:
    """Rows of one table that differ in some columns; the others have their defaults."""

    def __init__(self, model: type[Model], varying: Sequence[str], **fixed: Any) -> None:
        self.table = model._meta.db_table
        fields = {field.attname: field for field in model._meta.concrete_fields}
        others = [name for name in fields if name not in varying and not fields[name].primary_key]
        columns = [str(fields[name].column) for name in (*varying, *others)]
        self._columns = ", ".join(map(connection.ops.quote_name, columns))
        self._tail = "".join(f"\t{_cell(fields[name], fixed)}" for name in others)
        self._rows: list[str] = []

    def add(self, *values: str) -> None:
        """Add a row, given the text of each varying column."""
        self._rows.append("\t".join(values) + self._tail)

    def write(self) -> None:
        """Send the rows to the database, and begin anew."""
        with connection.cursor() as cursor:
            cursor.cursor.copy_expert(
                f"COPY {self.table} ({self._columns}) FROM STDIN",
                io.StringIO("\n".join(self._rows)),
            )
        self._rows.clear()


def _cell(field: Any, fixed: dict[str, Any]) -> str:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now().isoformat()
    value = fixed.get(field.attname, field.get_default())
    if value is None:
        return NULL
    if isinstance(value, list | dict):
        return "[]" if isinstance(value, list) else "{}"
    return str(value)


def reserve(model: type[Model], count: int) -> int:
    """Take so many primary keys out of the table's sequence; the first of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(sequence, nextval(sequence) + %s) - %s"
            " FROM pg_get_serial_sequence(%s, 'id') AS sequence",
            [count, count, model._meta.db_table],
        )
        return int(cursor.fetchone()[0])


@contextmanager
def without_indexes(models: Sequence[type[Model]]) -> Iterator[None]:
    """Drop the tables' indexes, except those of constraints, and build them again at the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS"
            " (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            [[model._meta.db_table for model in models]],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            for _name, definition in found:
                cursor.execute(definition)
            cursor.execute("RESET maintenance_work_mem")
