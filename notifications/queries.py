"""What people ask about messages."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from notifications.models import Attempt, Message, Outage
from notifications.statuses import MessageState


def messages_of(order_pk: int, *, merchant_id: int) -> QuerySet[Message]:
    """Give the messages of an order, newest first, with their tries."""
    mine: QuerySet[Message] = Message.every.of(merchant_id).filter(order_id=order_pk)
    tries = Prefetch("tries", queryset=Attempt.every.of(merchant_id).order_by("id"))
    return mine.prefetch_related(tries).order_by("-id")


def in_trouble(*, merchant_id: int) -> QuerySet[Message]:
    """Give what a person should look at: failed, or not known to have arrived; newest first."""
    states = [MessageState.FAILED, MessageState.UNCERTAIN]
    mine: QuerySet[Message] = Message.every.of(merchant_id).filter(state__in=states)
    return mine.order_by("-id")


def outages(*, merchant_id: int) -> QuerySet[Outage]:
    """Give the ways out that fail just now."""
    mine: QuerySet[Outage] = Outage.every.of(merchant_id)
    return mine.order_by("since")
