"""The words of tracking: where a parcel can be, what can be wrong, and who must act."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Milestone(TextChoices):
    """Where a parcel is. Carriers' hundreds of codes come down to these."""

    UNKNOWN = "unknown", _("Not known yet")
    LABEL_CREATED = "label_created", _("Label made")
    PICKED_UP = "picked_up", _("With the carrier")
    IN_TRANSIT = "in_transit", _("On its way")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    READY_FOR_PICKUP = "ready_for_pickup", _("Ready to collect")
    ATTEMPT_FAILED = "attempt_failed", _("Delivery was tried")
    DELIVERED = "delivered", _("Delivered")
    EXCEPTION = "exception", _("Something is in the way")
    RETURNING = "returning", _("On its way back")
    RETURNED = "returned", _("Back at the shop")
    LOST = "lost", _("Lost")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("No news any more")


class Cause(TextChoices):
    """Why a parcel does not go on as planned."""

    NONE = "", _("None")
    ADDRESS = "address", _("The address")
    RECIPIENT_ABSENT = "recipient_absent", _("Nobody was in")
    REFUSED = "refused", _("It was refused")
    BUSINESS_CLOSED = "business_closed", _("The business was closed")
    CUSTOMS_DOCUMENTS = "customs_documents", _("Papers for customs")
    CUSTOMS_DUTY = "customs_duty", _("Duty to pay")
    WEATHER = "weather", _("The weather")
    CAPACITY = "capacity", _("Too many parcels at the carrier")
    MISSORT = "missort", _("It went the wrong way")
    PAYMENT_DUE = "payment_due", _("Something is to be paid")
    DAMAGED = "damaged", _("It was damaged")
    AGE_CHECK = "age_check", _("Proof of age")
    SECURITY = "security", _("A security check")
    UNCLAIMED = "unclaimed", _("It was not collected")
    OTHER = "other", _("Something else")


class Party(TextChoices):
    """Who has to do something so that the parcel goes on."""

    NOBODY = "", _("Nobody")
    CARRIER = "carrier", _("The carrier")
    SHOP = "shop", _("The shop")
    RECIPIENT = "recipient", _("The recipient")
    CUSTOMS = "customs", _("Customs")


MUST_ACT: dict[Cause, Party] = {
    Cause.NONE: Party.NOBODY,
    Cause.ADDRESS: Party.RECIPIENT,
    Cause.RECIPIENT_ABSENT: Party.RECIPIENT,
    Cause.REFUSED: Party.SHOP,
    Cause.BUSINESS_CLOSED: Party.RECIPIENT,
    Cause.CUSTOMS_DOCUMENTS: Party.SHOP,
    Cause.CUSTOMS_DUTY: Party.RECIPIENT,
    Cause.WEATHER: Party.CARRIER,
    Cause.CAPACITY: Party.CARRIER,
    Cause.MISSORT: Party.CARRIER,
    Cause.PAYMENT_DUE: Party.RECIPIENT,
    Cause.DAMAGED: Party.SHOP,
    Cause.AGE_CHECK: Party.RECIPIENT,
    Cause.SECURITY: Party.CARRIER,
    Cause.UNCLAIMED: Party.RECIPIENT,
    Cause.OTHER: Party.CARRIER,
}
"""Who acts on which cause."""

TERMINAL = frozenset(
    {
        Milestone.DELIVERED,
        Milestone.RETURNED,
        Milestone.LOST,
        Milestone.CANCELLED,
        Milestone.EXPIRED,
    }
)
"""Where nobody asks the carrier any more."""

STEP: dict[Milestone, int] = {
    Milestone.UNKNOWN: 0,
    Milestone.LABEL_CREATED: 1,
    Milestone.PICKED_UP: 2,
    Milestone.IN_TRANSIT: 3,
    Milestone.EXCEPTION: 0,
    Milestone.OUT_FOR_DELIVERY: 4,
    Milestone.READY_FOR_PICKUP: 4,
    Milestone.ATTEMPT_FAILED: 4,
    Milestone.DELIVERED: 5,
    Milestone.RETURNING: 0,
    Milestone.RETURNED: 0,
    Milestone.LOST: 0,
    Milestone.CANCELLED: 0,
    Milestone.EXPIRED: 0,
}
"""How far along the way a milestone proves the parcel to be; 0 proves nothing."""
