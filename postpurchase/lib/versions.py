"""Rules that change by versions, each in force from some moment on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class Versioned(Protocol):
    """A row that holds from a moment on."""

    in_force_from: datetime


Version = TypeVar("Version", bound=Versioned)


def in_force(versions: Iterable[Version], moment: datetime) -> Version | None:
    """Give the version in force at a moment; before the first version, the first.

    Takes all versions of a rule – a merchant has few – and so costs one plain query.
    """
    rows = sorted(versions, key=lambda row: row.in_force_from)
    begun = [row for row in rows if row.in_force_from <= moment]
    return begun[-1] if begun else next(iter(rows), None)
