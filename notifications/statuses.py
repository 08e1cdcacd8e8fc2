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
    SHIPPED = "shipped", _("Package handed over")
    IN_TRANSIT = "in_transit", _("Package under way")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Arriving today")
    DELIVERED = "delivered", _("Package delivered")
    DELAYED = "delayed", _("New delivery date")
    ATTEMPT_FAILED = "attempt_failed", _("Delivery was tried")
    READY_FOR_PICKUP = "ready_for_pickup", _("Ready to collect")
    ACTION_NEEDED = "action_needed", _("Package needs the shopper")
    RETURNING = "returning", _("Package on its way back")
    LOST = "lost", _("Package lost")


ESSENTIAL = frozenset({MessageKind.CONFIRMATION, MessageKind.CODE, MessageKind.LINKS})
"""Re-sent once with the same Message-ID where it is not known whether it arrived."""

ABOUT_PARCELS = (
    MessageKind.SHIPPED,
    MessageKind.IN_TRANSIT,
    MessageKind.OUT_FOR_DELIVERY,
    MessageKind.DELIVERED,
    MessageKind.DELAYED,
    MessageKind.ATTEMPT_FAILED,
    MessageKind.READY_FOR_PICKUP,
    MessageKind.ACTION_NEEDED,
    MessageKind.RETURNING,
    MessageKind.LOST,
)
"""What is said of parcels, along their way; merchants switch each on and off."""

OFF_UNASKED = frozenset({MessageKind.IN_TRANSIT})
"""Not sent to anybody until the merchant wants it."""


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
    NOT_MOVING = "not_moving", _("The carrier did not have the package yet.")
    SWITCHED_OFF = "switched_off", _("Messages of this kind are switched off.")


PASSING = frozenset({Withheld.CANCELLED, Withheld.NOT_PLACED})
"""Reasons that an order may outgrow: it is placed after all, or taken up again."""


class AttemptOutcome(TextChoices):
    """How one try to send ended."""

    SENT = "sent", _("Accepted")
    RETRY = "retry", _("To be tried again")
    REFUSED = "refused", _("Refused for good")
    UNCERTAIN = "uncertain", _("Not known")
