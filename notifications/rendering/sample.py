"""Mails of an order that nobody placed: to show a look before anybody gets it."""

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
