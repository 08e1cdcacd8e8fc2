"""Deliveries are read again, by people: one, or all that failed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from merchants.actions import Viewer
from merchants.models import StoreConnection
from orders.actions.inbox import replay
from orders.models import InboxEntry, Replay
from orders.statuses import InboxState
from postpurchase.lib.errors import Refused

MOST = 1000
"""So many deliveries are read again at once; the newest go first."""


class NothingToReplay(Refused):
    """No delivery is in a state to be read again."""

    code = "nothing_to_replay"


def failed_deliveries(merchant_id: int, connection: StoreConnection | None) -> QuerySet[InboxEntry]:
    """Give the failed deliveries of a merchant, or of one connection, newest first."""
    failed = InboxEntry.every.of(merchant_id).filter(state=InboxState.FAILED)
    if connection is not None:
        failed = failed.filter(connection=connection)
    return failed.defer("body").order_by("-received_at", "-pk")


@transaction.atomic
def replay_one(entry: InboxEntry, *, by: Viewer, now: datetime) -> Replay:
    """Have one delivery read again. Raises NothingToReplay where that is under way already."""
    locked = InboxEntry.every.select_for_update().defer("body").get(pk=entry.pk)
    if locked.state == InboxState.PLANNED:
        raise NothingToReplay(_("This delivery is waiting to be read already."))
    return _replay([locked], None, by=by, now=now)


@transaction.atomic
def replay_failed(connection: StoreConnection | None, *, by: Viewer, now: datetime) -> Replay:
    """Have failed deliveries read again, at most MOST of them. Raises NothingToReplay.

    Asked twice at once, each delivery is taken by one of the two only.
    """
    failed = failed_deliveries(by.merchant_id, connection)
    entries = list(failed.select_for_update(skip_locked=True)[:MOST])
    if not entries:
        raise NothingToReplay(_("No delivery has failed. There is nothing to read again."))
    return _replay(entries, connection, by=by, now=now)


def _replay(
    entries: list[InboxEntry], connection: StoreConnection | None, *, by: Viewer, now: datetime
) -> Replay:
    replay(entries, now=now)
    return Replay.every.create(
        merchant_id=by.merchant_id,
        connection=connection,
        at=now,
        by=by.user,
        by_name=str(by.user)[:200],
        entries=[entry.pk for entry in entries],
    )
