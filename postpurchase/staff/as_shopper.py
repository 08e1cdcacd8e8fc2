"""The link by which staff see a shopper's page: short-lived, and good for looking only."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from orders.models import Order
from postpurchase.lib import links

PURPOSE = "order-as-shopper"
"""Not the shopper's own purpose: such a link asks for no code and mails nothing."""
LASTS = timedelta(minutes=10)


def path_as_shopper(order: Order, *, now: datetime) -> str:
    """Give the path that shows an order's page to staff for ten minutes."""
    token = links.sign(
        purpose=PURPOSE,
        subject=order.public_id,
        epoch=order.link_epoch,
        expires_at=now + LASTS,
    )
    return reverse("portal:order", args=[order.merchant.slug, token])
