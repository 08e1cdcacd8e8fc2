"""What is worked out from many rows, and may be minutes old: kept by each process for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Value = TypeVar("Value")

AT_MOST = 10_000


class Remembered(Generic[Value]):
    """Values by merchant: `read(merchant_id, now)` makes one, which then holds for a while."""

    def __init__(self, read: Callable[[int, datetime], Value], *, lasts: timedelta) -> None:
        self._read, self._lasts = read, lasts
        self._kept: dict[int, tuple[datetime, Value]] = {}

    def of(self, merchant_id: int, *, now: datetime) -> Value:
        """Give a merchant's value."""
        kept = self._kept.get(merchant_id)
        if kept is not None and kept[0] <= now < kept[0] + self._lasts:
            return kept[1]
        if len(self._kept) >= AT_MOST:
            self._kept.clear()
        value = self._read(merchant_id, now)
        self._kept[merchant_id] = (now, value)
        return value

    def forget(self, merchant_id: int) -> None:
        """Have a value read anew: it changed in this process."""
        self._kept.pop(merchant_id, None)
