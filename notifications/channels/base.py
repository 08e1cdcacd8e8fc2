"""What all ways out have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from notifications.statuses import AttemptOutcome


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go. `key` is the row's public id: the provider sees it with each try."""

    key: str
    sender_name: str
    sender_address: str
    """Empty: the installation's own address."""
    reply_to: str
    recipient: str
    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known after a try, and the other side's own words."""

    outcome: AttemptOutcome
    text: str = ""
    provider_id: str = ""
    is_bounce: bool = False
    """The address itself is bad: nothing should go there again."""
    is_outage: bool = False
    """The way there is bad, whoever the recipient."""


class WayOut(Protocol):
    """A channel as one thread uses it. It keeps its connection between letters."""

    def send(self, letter: Letter) -> Answer:
        """Hand one letter over. Never raises: what went wrong is in the answer."""

    def close(self) -> None:
        """End the connection. Never raises."""
