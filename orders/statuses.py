"""The words of orders: statuses, events and what may be done."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PaymentStatus(TextChoices):
    """What the shop says of the money."""

    PENDING = "pending", _("Payment pending")
    AUTHORIZED = "authorized", _("Payment authorised")
    PARTIALLY_PAID = "partially_paid", _("Partly paid")
    PAID = "paid", _("Paid")
    PARTIALLY_REFUNDED = "partially_refunded", _("Partly refunded")
    REFUNDED = "refunded", _("Refunded")
    VOIDED = "voided", _("Payment released")
    FAILED = "failed", _("Payment failed")
    UNKNOWN = "unknown", _("Payment unknown")


class FulfilmentStatus(TextChoices):
    """How much of the order has left the shop."""

    UNFULFILLED = "unfulfilled", _("Not shipped")
    PARTIAL = "partial", _("Partly shipped")
    FULFILLED = "fulfilled", _("Shipped")


class DeliveryStatus(TextChoices):
    """How much of the order has arrived."""

    NONE = "none", _("Not delivered")
    PARTIAL = "partial", _("Partly delivered")
    DELIVERED = "delivered", _("Delivered")


class ReturnStatus(TextChoices):
    """Whether anything is on its way back."""

    NONE = "none", _("No return")
    OPEN = "open", _("Return open")
    RETURNED = "returned", _("Returned")


class Hold(TextChoices):
    """Why the shop is not working on the order."""

    NONE = "", _("None")
    ON_HOLD = "on_hold", _("On hold")
    DRAFT = "draft", _("Not placed yet")


class Status(TextChoices):
    """The one word for the whole order that the shopper's page speaks from."""

    DRAFT = "draft", _("Not placed yet")
    PAYMENT_PENDING = "payment_pending", _("Waiting for payment")
    ON_HOLD = "on_hold", _("On hold")
    PLACED = "placed", _("Placed")
    PACKING = "packing", _("Being packed")
    PART_SHIPPED = "part_shipped", _("Partly shipped")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    REFUNDED = "refunded", _("Refunded")
    CANCELLED = "cancelled", _("Cancelled")


TO_SHIP = frozenset({Status.PLACED, Status.PACKING, Status.PART_SHIPPED})
"""Paid, or good for it, and not all of it has left."""


class AddressKind(TextChoices):
    """What an address is for."""

    SHIPPING = "shipping", _("Delivery address")
    BILLING = "billing", _("Billing address")


class InboxState(TextChoices):
    """What became of a delivery from a shop."""

    PLANNED = "planned", _("To be read")
    WAITING = "waiting", _("Waiting for its order")
    DONE = "done", _("Read")
    FAILED = "failed", _("Not usable")


class UploadPhase(TextChoices):
    """Which of its two steps an uploaded file is in."""

    CHECK = "check", _("Check")
    IMPORT = "import", _("Import")


class UploadState(TextChoices):
    """How far the present step of an uploaded file is."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("At work")
    CHECKED = "checked", _("Checked")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Imported")
    UNUSABLE = "unusable", _("Not usable")


class PictureState(TextChoices):
    """Whether a product's picture is here."""

    PLANNED = "planned", _("To be fetched")
    READY = "ready", _("Here")
    MISSING = "missing", _("Not to be had")


class ActorKind(TextChoices):
    """Who did it."""

    SHOP = "shop", _("Shop system")
    SHOPPER = "shopper", _("Shopper")
    STAFF = "staff", _("Staff")
    PROGRAM = "program", _("Program")
    SYSTEM = "system", _("Postpurchase")


class OrderEvent(TextChoices):
    """What can happen to an order. The label is the sentence shoppers read."""

    PLACED = "order.placed", _("We received your order")
    PAID = "order.paid", _("Your payment was confirmed")
    CHANGED = "order.changed", _("Your order was changed")
    PARTLY_SHIPPED = "order.partly_shipped", _("Part of your order was handed over for delivery")
    SHIPPED = "order.shipped", _("Your order was handed over for delivery")
    DELIVERED = "order.delivered", _("Everything you ordered was delivered")
    CANCELLED = "order.cancelled", _("Your order was cancelled")
    REINSTATED = "order.reinstated", _("Your order was taken up again")
    REFUNDED = "order.refunded", _("Money was sent back to you")
    CONFLICT = "order.sync_conflict", _("The shop's figures do not fit together")
    CODE_SENT = "order.code_sent", _("A one-time code was sent")
    CODE_ACCEPTED = "order.code_accepted", _("The one-time code was entered")
    LINKS_REVOKED = "order.links_revoked", _("Earlier links were switched off")
    NOTED = "order.noted", _("A note was written")
    TAGGED = "order.tagged", _("A tag was put on")
    UNTAGGED = "order.untagged", _("A tag was taken off")
    CONFLICT_SEEN = "order.conflict_seen", _("Somebody looked after what does not fit")
    ERASED = "order.erased", _("The person’s data were erased")
    OPENED_AS_SHOPPER = "order.opened_as_shopper", _("Staff opened the shopper’s page")
    READ_AGAIN = "order.read_again", _("What the shop sent is read again")


class MessageEvent(TextChoices):
    """What the order's story says of messages."""

    ASKED = "message.asked", _("Staff asked for a message to be sent")
    SENT = "message.sent", _("A message was sent")
    FAILED = "message.failed", _("A message could not be delivered")
    UNCERTAIN = "message.uncertain", _("It is not known whether a message arrived")


PUBLIC_EVENTS = frozenset(
    {
        OrderEvent.PLACED,
        OrderEvent.PAID,
        OrderEvent.PARTLY_SHIPPED,
        OrderEvent.SHIPPED,
        OrderEvent.DELIVERED,
        OrderEvent.CANCELLED,
        OrderEvent.REINSTATED,
        OrderEvent.REFUNDED,
    }
)
"""What the shopper sees; the rest is for those who look after the order."""


class Action(TextChoices):
    """What may be done with an order."""

    TRACK = "track", _("Track")
    CANCEL = "cancel", _("Cancel")
    EDIT = "edit", _("Change details")
    RETURN = "return", _("Return")
    EXCHANGE = "exchange", _("Exchange")
    REPORT = "report", _("Something’s wrong")
