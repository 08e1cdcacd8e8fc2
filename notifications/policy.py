"""The rules of sending: plain values in, answers out. No clock, no database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.statuses import ABOUT_PARCELS, MessageKind, Withheld
from orders.statuses import Status

LIFETIME = {
    MessageKind.CONFIRMATION: timedelta(hours=24),
    MessageKind.CODE: timedelta(minutes=10),
    MessageKind.LINKS: timedelta(hours=1),
    MessageKind.SHIPPED: timedelta(hours=12),
    MessageKind.IN_TRANSIT: timedelta(hours=12),
    MessageKind.OUT_FOR_DELIVERY: timedelta(hours=12),
    MessageKind.DELIVERED: timedelta(hours=12),
    MessageKind.DELAYED: timedelta(hours=24),
    MessageKind.ATTEMPT_FAILED: timedelta(hours=48),
    MessageKind.READY_FOR_PICKUP: timedelta(hours=48),
    MessageKind.ACTION_NEEDED: timedelta(hours=48),
    MessageKind.RETURNING: timedelta(hours=48),
    MessageKind.LOST: timedelta(hours=48),
}
"""After that a message is of no use; counted from the order's moment or from the wish for it."""

MAX_WRITING_ATTEMPTS = 5
"""A message that cannot even be written is put aside for a person after so many tries."""

_FIRST_RETRY = timedelta(seconds=10)
_LAST_RETRY = timedelta(minutes=10)
_FIRST_PAUSE = timedelta(seconds=10)
_LAST_PAUSE = timedelta(minutes=5)
FAILURES_UNTIL_PAUSE = 5

_ADDRESS = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")


def retry_after(attempts: int, *, chance: float) -> timedelta:
    """Give the time to the next try: 10 s, 20 s, 40 s … 10 min, scattered by a quarter.

    `chance` is in 0 … 1; the scatter keeps messages that failed together from coming back together.
    """
    doublings = min(max(attempts - 1, 0), 12)
    return min(_FIRST_RETRY * (1 << doublings), _LAST_RETRY) * (0.75 + chance / 2)


def pause_after(failures: int) -> timedelta | None:
    """Give how long a way out is left alone after so many failures in a row; None: go on."""
    if failures < FAILURES_UNTIL_PAUSE:
        return None
    doublings = min(failures - FAILURES_UNTIL_PAUSE, 12)
    return min(_FIRST_PAUSE * (1 << doublings), _LAST_PAUSE)


def expiry(kind: MessageKind, *, placed_at: datetime | None, now: datetime) -> datetime:
    """Give the moment after which a message of this kind is of no use.

    An order dated in the future counts as placed now.
    """
    return min(placed_at or now, now) + LIFETIME[kind]


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with a message the moment before it goes."""

    kind: str
    expired: bool
    suppressed: bool
    order_status: str | None


def withheld_because(standing: Standing) -> Withheld | None:
    """Tell why a message must not go now; None: it may."""
    if standing.expired:
        return Withheld.EXPIRED
    if standing.suppressed:
        return Withheld.SUPPRESSED
    return stops_of(standing.kind).get(standing.order_status or "")


def stops_of(kind: str) -> Mapping[str, Withheld]:
    """Give the states of an order that stop a message of this kind."""
    return _STOPS if kind in _STOPPABLE else {}


_STOPPABLE = frozenset({MessageKind.CONFIRMATION, *ABOUT_PARCELS})
_STOPS: Mapping[str, Withheld] = {
    Status.CANCELLED: Withheld.CANCELLED,
    Status.DRAFT: Withheld.NOT_PLACED,
}


def without_addresses(text: str) -> str:
    """Cut a server's answer to one line of storable length without the people named in it."""
    return _ADDRESS.sub("…", " ".join(text.replace("\0", "").split()))[:500]
