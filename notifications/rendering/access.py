"""The mails that let a shopper in: the one-time code, and the links to their orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from merchants.hosts import base_url
from notifications.rendering.text import one_line
from orders.models import Order
from orders.statuses import Status
from postpurchase.lib import links
from postpurchase.lib.locales import day_text, money_text

LINK_LASTS = timedelta(days=180)
ORDERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order in a list: enough to know it again, and the way in."""

    number: str
    placed: str
    state: str
    total: str
    url: str


def order_url(order: Order, *, now: datetime) -> str:
    """Give the address that opens an order for 180 days, on the merchant's own domain if ready."""
    token = links.sign(
        purpose="order",
        subject=order.public_id,
        epoch=order.link_epoch,
        expires_at=now + LINK_LASTS,
    )
    path = reverse("portal:order", args=[order.merchant.slug, token])
    return f"{base_url(order.merchant_id)}{path}"


def order_links(*, merchant_id: int, email: str, now: datetime) -> tuple[OrderLink, ...]:
    """List the newest orders of an address, each with its link; drafts are nobody's orders yet."""
    orders = (
        Order.every.of(merchant_id)
        .filter(email=email.strip().lower())
        .exclude(status=Status.DRAFT)
        .select_related("merchant")
        .order_by("-placed_at", "-pk")[:ORDERS_SHOWN]
    )
    return tuple(_link(order, now=now) for order in orders)


def _link(order: Order, *, now: datetime) -> OrderLink:
    return OrderLink(
        number=one_line(order.number, at_most=60),
        placed=day_text(order.placed_at, today=timezone.localdate(now)),
        state=order.get_status_display(),
        total=money_text(order.total),
        url=order_url(order, now=now),
    )
