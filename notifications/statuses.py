"""The words of messages."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageState(TextChoices):
    """What became of a message."""

    PLANNED = "planned", _("Planned")
    CLAIMED = "claimed", _("Taken by a sender")
    DISPATCHING = "dispatching", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNCERTAIN = "uncertain", _("Uncertain")
    WITHHELD = "withheld", _("Not sent")


OPEN = frozenset({MessageState.PLANNED, MessageState.CLAIMED, MessageState.DISPATCHING})
SETTLED = (
    MessageState.SENT,
    MessageState.FAILED,
    MessageState.UNCERTAIN,
    MessageState.WITHHELD,
)

NEXT: dict[MessageState, frozenset[MessageState]] = {
    MessageState.PLANNED: frozenset({MessageState.CLAIMED, MessageState.WITHHELD}),
    MessageState.CLAIMED: frozenset(
        {MessageState.PLANNED, MessageState.DISPATCHING, MessageState.WITHHELD, MessageState.FAILED}
    ),
    MessageState.DISPATCHING: frozenset(
        {MessageState.SENT, MessageState.FAILED, MessageState.PLANNED, MessageState.UNCERTAIN}
    ),
    MessageState.UNCERTAIN: frozenset({MessageState.PLANNED, MessageState.SENT}),
    MessageState.SENT: frozenset(),
    MessageState.FAILED: frozenset({MessageState.PLANNED}),
    MessageState.WITHHELD: frozenset({MessageState.PLANNED}),
}


class Channel(TextChoices):
    """How a message travels."""

    EMAIL = "email", _("E-mail")


class MessageKind(TextChoices):
    """What a message says."""

    CONFIRMATION = "confirmation", _("Order confirmation")
    CODE = "code", _("One-time code")
    LINKS = "links", _("Order links")


ESSENTIAL = frozenset({MessageKind.CONFIRMATION, MessageKind.CODE, MessageKind.LINKS})
"""Re-sent once with the same Message-ID where it is not known whether it arrived."""


class Withheld(TextChoices):
    """Why a message was not sent."""

    EXPIRED = "expired", _("It came too late to be of use.")
    SUPPRESSED = "suppressed", _("This address does not take mail.")
    NO_ADDRESS = "no_address", _("There is no usable e-mail address.")
    CANCELLED = "cancelled", _("The order was cancelled before.")
    NOT_PLACED = "not_placed", _("The order is not placed yet.")
    HISTORY = "history", _("The order was placed long before it came in.")
    SUPERSEDED = "superseded", _("A newer message took its place.")
    NOTHING = "nothing", _("There is no order with this address.")
    ERASED = "erased", _("The person’s data were erased.")


PASSING = frozenset({Withheld.CANCELLED, Withheld.NOT_PLACED})
"""Reasons that an order may outgrow: it is placed after all, or taken up again."""


class AttemptOutcome(TextChoices):
    """How one try to send ended."""

    SENT = "sent", _("Accepted")
    RETRY = "retry", _("To be tried again")
    REFUSED = "refused", _("Refused for good")
    UNCERTAIN = "uncertain", _("Not known")
