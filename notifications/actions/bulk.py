"""Many messages sent again at once: what would happen, and what happened to each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from notifications.actions.asking import ask_again
from notifications.actions.settling import NotSendable, why_not_again
from notifications.models import Message
from orders.timeline import Actor

AT_MOST = 500
"""So many at once: more would outlast the request, and hit the mail server in one go."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One message, and why it cannot be sent again (nothing: it can, or was)."""

    message: Message
    reason: str


def look_over(messages: Iterable[Message], *, now: datetime) -> list[Verdict]:
    """Tell what sending these again would do, without doing it."""
    return [Verdict(message, why_not_again(message, now=now)) for message in messages]


def send_all_again(messages: Iterable[Message], *, actor: Actor, now: datetime) -> list[Verdict]:
    """Send messages again, each in a transaction of its own; what is refused says why."""
    return [_send_one(message, actor=actor, now=now) for message in messages]


def _send_one(message: Message, *, actor: Actor, now: datetime) -> Verdict:
    try:
        ask_again(message, actor=actor, now=now)
    except NotSendable as refusal:
        return Verdict(message, str(refusal.reason))
    return Verdict(message, "")
