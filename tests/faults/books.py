"""Compares what a mail server got with what the database says about it."""

from collections import Counter
from dataclasses import dataclass

from notifications.models import Attempt, Message
from notifications.statuses import AttemptOutcome, MessageState

OPEN = [MessageState.PLANNED, MessageState.CLAIMED, MessageState.DISPATCHING]
LISTED = {MessageState.FAILED, MessageState.UNCERTAIN}


@dataclass(frozen=True)
class Balance:
    """Keys of messages by what became of them."""

    lost: list[str]
    """Neither delivered nor listed for a person to see."""
    doubled: list[str]
    """Delivered more than once without having been listed as in doubt, or under another id."""
    folded: list[str]
    """Delivered twice under one Message-ID after a listed doubt: mailboxes show one."""
    doubted: int

    def __str__(self):
        return (
            f"lost {len(self.lost)}, doubled {len(self.doubled)}, in doubt {self.doubted}, "
            f"of which delivered twice under one Message-ID {len(self.folded)}"
        )


def balance(sink):
    """Close the books; all messages must be settled."""
    delivered = sink.keys()
    ids = Counter(key for key, _ in {(mail.key, mail.message_id) for mail in sink.mails})
    doubts = Counter(
        str(key)
        for key in Attempt.every.filter(outcome=AttemptOutcome.UNCERTAIN).values_list(
            "message__public_id", flat=True
        )
    )
    lost, doubled, folded = [], [], []
    for public_id, state in Message.every.values_list("public_id", "state"):
        key = str(public_id)
        if not delivered[key] and state not in LISTED:
            lost.append(key)
        if delivered[key] > 1:
            excused = delivered[key] <= 1 + doubts[key] and ids[key] == 1 and delivered[key] == 2
            (folded if excused else doubled).append(key)
    return Balance(lost=lost, doubled=doubled, folded=folded, doubted=sum(doubts.values()))


def open_messages():
    return Message.every.filter(state__in=OPEN)
