"""Mails of an order that nobody placed: to show what they are like before anybody gets one."""

from __future__ import annotations

from datetime import datetime

from merchants.models import Brand, Merchant
from notifications.models import Message
from notifications.rendering import Mail, render
from notifications.statuses import MessageKind
from orders.rendering.sample import sample_order


def sample_confirmation(merchant: Merchant, *, brand: Brand, now: datetime) -> Mail:
    """Write the confirmation as the shop's first language has it."""
    order = sample_order(merchant, now=now)
    message = Message(
        merchant=merchant,
        order=order,
        kind=MessageKind.CONFIRMATION,
        recipient=order.email,
        language=merchant.language,
    )
    return render(message, now=now, brand=brand)


def sample_of(kind: MessageKind, merchant: Merchant, *, language: str, now: datetime) -> Mail:
    """Write a mail about a made-up parcel, in the shop's look."""
    message = Message(merchant=merchant, kind=kind, recipient="", language=language)
    return render(message, now=now)
