"""Who must know at once what left the shop.

Followers are called in the transaction of the change, under the orders' locks, after their facts
are stored: whatever they keep about parcels can never differ from what the shop last said.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from orders.sources.base import ParcelSeen


class Follower(Protocol):
    """Brings what it keeps up to the fulfilments, lines and addresses of these orders."""

    def __call__(self, order_ids: Collection[int], *, now: datetime) -> None: ...


class Witness(Protocol):
    """Takes what a shop saw of a parcel; tells whether the parcel of the fulfilment is here."""

    def __call__(self, order_id: int, seen: ParcelSeen, *, source: str, now: datetime) -> bool: ...


_followers: list[Follower] = []
_witnesses: list[Witness] = []


def register(follower: Follower) -> None:
    """Let a follower take part. Called once, when its app is ready."""
    if follower not in _followers:
        _followers.append(follower)


def follow(order_ids: Collection[int], *, now: datetime) -> None:
    """Tell all followers that the goods of these orders may have moved."""
    if order_ids:
        for follower in _followers:
            follower(order_ids, now=now)


def register_witness(witness: Witness) -> None:
    """Let a witness hear what shops see of parcels. Called once, when its app is ready."""
    if witness not in _witnesses:
        _witnesses.append(witness)


def see(order_id: int, seen: ParcelSeen, *, source: str, now: datetime) -> bool:
    """Tell what a shop of that kind saw of a parcel of a locked order.

    False where somebody would listen, but the parcel is not here yet.
    """
    heard = [witness(order_id, seen, source=source, now=now) for witness in _witnesses]
    return all(heard)
