"""Few rows that are read all the time and change seldom: kept by each process for some seconds."""

from __future__ import annotations

import time
from typing import Any, Self

from postpurchase.lib.tenancy import Tenant

KEPT_FOR = 5.0
"""Seconds for which a process trusts the rows it read; its own changes it sees at once."""
KEPT_AT_MOST = 10_000

_kept: dict[tuple[type[Kept], int], tuple[float, tuple[Any, ...]]] = {}


class Kept(Tenant):
    """A merchant's row of settings. Not for anything that must be seen everywhere at once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it, and have it seen at once."""
        super().save(*args, **kwargs)
        _kept.pop((type(self), self.merchant_id), None)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove it, and have that seen at once."""
        key = (type(self), self.merchant_id)
        gone = super().delete(*args, **kwargs)
        _kept.pop(key, None)
        return gone

    @classmethod
    def kept(cls, merchant_id: int) -> tuple[Self, ...]:
        """Give all rows of a merchant – there are few –, read every few seconds."""
        key = (cls, merchant_id)
        read_at, rows = _kept.get(key, (float("-inf"), ()))
        if time.monotonic() - read_at > KEPT_FOR:
            if len(_kept) >= KEPT_AT_MOST:
                _kept.clear()
            rows = tuple(cls.every.of(merchant_id))
            _kept[key] = (time.monotonic(), rows)
        return rows
