"""Rules that change by versions, each in force from some moment on."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.tenancy import Tenant

KEPT_FOR = 5.0
"""Seconds for which a process trusts the versions it read; its own changes it sees at once."""
KEPT_AT_MOST = 10_000

_kept: dict[tuple[type[Rule], int], tuple[float, tuple[Any, ...]]] = {}


class Versioned(Protocol):
    """A row that holds from a moment on."""

    in_force_from: datetime


Version = TypeVar("Version", bound=Versioned)


def in_force(versions: Iterable[Version], moment: datetime) -> Version | None:
    """Give the version in force at a moment; before the first version, the first."""
    rows = sorted(versions, key=lambda row: row.in_force_from)
    begun = [row for row in rows if row.in_force_from <= moment]
    return begun[-1] if begun else next(iter(rows), None)


class Rule(Tenant):
    """A merchant's rule. A version is never changed: what was promised holds."""

    in_force_from = models.DateTimeField(_("in force from"))

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add a version, and have it seen at once."""
        super().save(*args, **kwargs)
        _kept.pop((type(self), self.merchant_id), None)

    @classmethod
    def versions(cls, merchant_id: int) -> tuple[Self, ...]:
        """Give all versions of a merchant's rule – there are few –, read every few seconds."""
        key = (cls, merchant_id)
        read_at, rows = _kept.get(key, (float("-inf"), ()))
        if time.monotonic() - read_at > KEPT_FOR:
            if len(_kept) >= KEPT_AT_MOST:
                _kept.clear()
            rows = tuple(cls.every.of(merchant_id))
            _kept[key] = (time.monotonic(), rows)
        return rows
