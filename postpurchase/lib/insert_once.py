"""One INSERT as a transaction of its own, through a database that may have hung up meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db import connection as database


def insert_once(statement: str, values: Sequence[Any]) -> bool:
    """Run an INSERT … ON CONFLICT DO NOTHING; tell whether a row was added.

    It is tried anew after a lost connection, which is safe because the statement says what is to
    happen to a row that is there already. Inside a transaction what came before it would be gone,
    so there the error is raised.
    """
    # Asking first whether the connection still lives would take as long as the statement itself.
    database.health_check_done = True  # type: ignore[attr-defined]  # unknown to the stubs
    try:
        return _insert(statement, values)
    except (OperationalError, InterfaceError):
        if not _is_lost():
            raise
        database.close()
        return _insert(statement, values)


def _insert(statement: str, values: Sequence[Any]) -> bool:
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount == 1)


def _is_lost() -> bool:
    """Tell whether the database hung up on us, while nothing but this statement was under way."""
    is_open = database.connection is not None
    return is_open and not database.in_atomic_block and not database.is_usable()
