"""What agents look after: open cases, by kind, the longest waiting first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from postpurchase.lib import keyset
from postpurchase.lib.keyset import Ordering, Page
from tracking.models import ParcelCase
from tracking.statuses import CaseState, Trouble

OLDEST = Ordering("opened_at")
ANSWERED = "answered"
"""The list of cases that shoppers answered, of all kinds; it comes first."""


def open_cases(merchant_id: int, kind: Trouble) -> QuerySet[ParcelCase]:
    """Give the open cases of a kind."""
    rows = ParcelCase.every.of(merchant_id).filter(kind=kind)
    return rows.exclude(state=CaseState.CLOSED)


def answered_cases(merchant_id: int) -> QuerySet[ParcelCase]:
    """Give the cases that shoppers answered and nobody has settled."""
    # Named with their kinds: the index on open cases begins with the kind.
    kinds = [Trouble.ATTEMPT, Trouble.CUSTOMS, Trouble.EXCEPTION, Trouble.PICKUP]
    rows = ParcelCase.every.of(merchant_id).filter(kind__in=kinds, state=CaseState.ANSWERED)
    return rows.exclude(state=CaseState.CLOSED)


def lists(
    merchant_id: int, kinds: Collection[Trouble] = tuple(Trouble)
) -> Mapping[str, QuerySet[ParcelCase]]:
    """Give all lists by name, to be counted in one statement by `postpurchase.lib.capped`."""
    found: dict[str, QuerySet[Any]] = {ANSWERED: answered_cases(merchant_id)}
    return found | {kind.value: open_cases(merchant_id, kind) for kind in kinds}


def page(
    rows: QuerySet[ParcelCase], *, cursor: str | None = None, limit: int = 50
) -> Page[ParcelCase]:
    """Give a page of cases with their parcels and orders, oldest first. Raises BadCursor."""
    rows = rows.select_related("shipment__order")
    return keyset.page(rows, ordering=OLDEST, cursor=cursor, limit=limit)
