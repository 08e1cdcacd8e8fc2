"""The connections that need no setting up: one for the API and one for files per merchant."""

from __future__ import annotations

from datetime import datetime, timedelta

from merchants.models import StoreConnection
from merchants.statuses import ConnectionKind

SEEN_EVERY = timedelta(minutes=1)


def own_connection(merchant_id: int, kind: ConnectionKind) -> StoreConnection:
    """Give a merchant's connection of kind API or FILE, made now if it is not there."""
    return StoreConnection.every.get_or_create(
        merchant_id=merchant_id, kind=kind, defaults={"name": str(kind.label)}
    )[0]


def note_seen(connection: StoreConnection, *, now: datetime) -> None:
    """Note that something came in; at most once a minute."""
    if connection.last_seen_at and now - connection.last_seen_at < SEEN_EVERY:
        return
    StoreConnection.every.filter(pk=connection.pk).update(last_seen_at=now)
