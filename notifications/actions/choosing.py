"""Which messages about parcels a merchant lets go out, and what one of them is like."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from merchants.actions import Edit, save_settings
from merchants.models import Merchant, User
from notifications import policy
from notifications.models import Message, MessageChoice
from notifications.parcels import wanted_kinds
from notifications.statuses import MessageKind
from postpurchase.lib.nudge import nudge

SAMPLE_ONCE_IN = timedelta(seconds=30)
"""A second wish within this time is the same click."""


@transaction.atomic
def choose_kind(
    merchant: Merchant, kind: MessageKind, *, is_on: bool, edit: Edit, now: datetime
) -> bool:
    """Let messages of a kind go out from now on, or no longer; False: so it was already.

    Those planned before are looked at again when they are due.
    """
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    if (kind in wanted_kinds(merchant.pk)) == is_on:
        return False
    row = MessageChoice.every.of(merchant.pk).filter(kind=kind).first()
    row = row or MessageChoice(merchant=merchant, kind=kind)
    row.is_on = is_on
    save_settings(row, edit=edit, now=now)
    return True


@transaction.atomic
def send_sample(merchant: Merchant, kind: MessageKind, *, to: User, now: datetime) -> None:
    """Send a mail of a kind, about a parcel that nobody sent, to whoever asks for it."""
    window = int(now.timestamp() // SAMPLE_ONCE_IN.total_seconds())
    Message.every.get_or_create(
        merchant_id=merchant.pk,
        dedupe_key=f"sample:{kind}:{to.pk}:{window}",
        defaults={
            "kind": kind,
            "recipient": to.email,
            "language": merchant.language,
            "send_at": now,
            "expires_at": policy.expiry(kind, placed_at=None, now=now),
        },
    )
    transaction.on_commit(lambda: nudge("messages"))
