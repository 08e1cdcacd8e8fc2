"""Rules that change by versions, each in force from some moment on."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Protocol, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.kept import Kept


class Versioned(Protocol):
    """A row that holds from a moment on."""

    in_force_from: datetime


Version = TypeVar("Version", bound=Versioned)


def in_force(versions: Iterable[Version], moment: datetime) -> Version | None:
    """Give the version in force at a moment; before the first version, the first."""
    rows = sorted(versions, key=lambda row: row.in_force_from)
    begun = [row for row in rows if row.in_force_from <= moment]
    return begun[-1] if begun else next(iter(rows), None)


class Rule(Kept):
    """A merchant's rule. A version is never changed: what was promised holds."""

    PER: ClassVar[tuple[str, ...]] = ()
    """Columns that have versions each of their own, such as the country."""
    HOLDS_UNSAID: ClassVar[bool] = False
    """Whether the columns' defaults hold for merchants who never said anything."""

    in_force_from = models.DateTimeField(_("in force from"))

    class Meta:
        abstract = True
