"""Forget what messages said, and later the messages. In batches, so that nothing is locked long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from merchants.models import PersonalDataLook
from notifications.models import Attempt, Message
from notifications.statuses import SETTLED, MessageState, Withheld

BATCH = 2000
CONTENT_KEPT = timedelta(days=90)
"""Long enough for a complaint about a mail that did not come; then to whom it went is forgotten."""
ROWS_KEPT = timedelta(days=400)
"""A year and a month: that a mail went out is still known a year later, for figures and proof."""


def remove_outdated(*, now: datetime) -> dict[str, int]:
    """Forget old messages' content, old messages and old looks; give how many of each."""
    return {
        "messages_emptied": _empty_old(before=now - CONTENT_KEPT),
        "messages": _remove_old(before=now - ROWS_KEPT),
        "looks": _remove_looks(before=now - ROWS_KEPT),
    }


def empty(pks: list[int]) -> int:
    """Take the personal content out of settled messages; why one was not sent stays, if ours."""
    with transaction.atomic():
        rows = Message.every.filter(pk__in=pks)
        Attempt.every.filter(message_id__in=pks).delete()
        # The mail server's words go; our own reasons say nothing of the person.
        rows.exclude(reason__in=Withheld.values).update(reason="")
        return rows.update(recipient="", subject="", provider_id="", sealed="")


def _empty_old(*, before: datetime) -> int:
    emptied = 0
    # The conditions are those of the partial index, which the rows leave as they are emptied.
    old = Message.every.filter(state__in=SETTLED, created_at__lt=before).exclude(recipient="")
    while pks := list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH]):
        emptied += empty(pks)
    return emptied


def _remove_old(*, before: datetime) -> int:
    """Walk the table from its oldest row, and stop where rows are young enough."""
    removed = 0
    while pks := _oldest(before):
        with transaction.atomic():
            Attempt.every.filter(message_id__in=pks).delete()
            removed += Message.every.filter(pk__in=pks).delete()[0]
    return removed


def _oldest(before: datetime) -> list[int]:
    rows = Message.every.order_by("pk").values_list("pk", "created_at", "state")[:BATCH]
    return [pk for pk, at, state in rows if at < before and MessageState(state) in SETTLED]


def _remove_looks(*, before: datetime) -> int:
    removed = 0
    old = PersonalDataLook.every.filter(at__lt=before).order_by("at")
    while pks := list(old.values_list("pk", flat=True)[:BATCH]):
        removed += PersonalDataLook.every.filter(pk__in=pks).delete()[0]
    return removed
