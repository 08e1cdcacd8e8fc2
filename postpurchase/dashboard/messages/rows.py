"""Messages as the rows of a list: all that a template needs, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from notifications.models import Message
from notifications.rendering.outcome import LOOKS, why
from orders.rendering import mask_email
from postpurchase.lib.locales import moment_text


@dataclass(frozen=True, slots=True)
class Row:
    """One message in a list."""

    public_id: str
    kind: str
    number: str
    recipient: str
    state: str
    icon: str
    tone: str
    why: str
    planned_at: datetime
    planned: str
    settled: str


def rows_of(messages: Iterable[Message], *, shows_address: bool) -> list[Row]:
    """Put messages into words; addresses are cut short for those who only look."""
    return [_row(message, shows_address=shows_address) for message in messages]


def recipient_of(message: Message, *, shows_address: bool) -> str:
    """Give to whom a message goes."""
    return message.recipient if shows_address else mask_email(message.recipient)


def _row(message: Message, *, shows_address: bool) -> Row:
    icon, tone = LOOKS[message.state]
    return Row(
        public_id=str(message.public_id),
        kind=message.get_kind_display(),
        number=message.order.number if message.order else "",
        recipient=recipient_of(message, shows_address=shows_address),
        state=message.get_state_display(),
        icon=icon,
        tone=tone,
        why=why(message),
        planned_at=message.created_at,
        planned=moment_text(message.created_at),
        settled=moment_text(message.settled_at) if message.settled_at else "",
    )
