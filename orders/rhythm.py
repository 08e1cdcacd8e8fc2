"""Whether a shop is silent for longer than it usually is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

LOOKED_BACK = 35
"""Days that are looked at."""
LEAST_KNOWN = 14
"""Days a rhythm must span, and …"""
LEAST_ACTIVE = 7
"""… days with orders among them, before it says anything: a new shop has none."""


@dataclass(frozen=True, slots=True)
class Silence:
    """No order for more days than usual."""

    days: int
    longest: int
    """Days from one order to the next that were the most before."""


def silence_of(active_days: Collection[int]) -> Silence | None:
    """Compare the present pause with earlier ones; days are counted back, 0 being the last 24 h.

    It is told when it is at least two days and twice the longest pause before.
    """
    days = sorted(active_days)
    if len(days) < LEAST_ACTIVE or days[-1] - days[0] < LEAST_KNOWN:
        return None
    longest = max(later - earlier for earlier, later in pairwise(days))
    if days[0] < max(2, 2 * longest):
        return None
    return Silence(days=days[0], longest=longest)
