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

OPEN_MILESTONES = frozenset(Milestone) - TERMINAL
"""Where something is still expected of the carrier."""

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


class Direction(TextChoices):
    """Which way a parcel goes."""

    OUT = "out", _("To the shopper")
    RETURN = "return", _("Back to the shop")


class CarrierChosenBy(TextChoices):
    """On whose word a parcel's carrier rests; later ones outrank earlier ones."""

    NUMBER = "number", _("The number")
    SHOP = "shop", _("The shop")
    SOURCE = "source", _("The carrier itself")
    STAFF = "staff", _("Staff")


class DateSource(TextChoices):
    """Who names the date on which a parcel comes."""

    CARRIER = "carrier", _("The carrier")
    ESTIMATE = "estimate", _("Our estimate")
    PROMISE = "promise", _("The shop’s promise")


class InboxState(TextChoices):
    """What became of a delivery from a source."""

    PLANNED = "planned", _("To be read")
    WAITING = "waiting", _("Waiting for its parcel")
    DONE = "done", _("Read")
    FAILED = "failed", _("Not usable")


class ParcelEvent(TextChoices):
    """What can happen to a parcel. The label is the sentence shoppers read."""

    CREATED = "parcel.created", _("The shop told of a package")
    LABEL_CREATED = (
        "parcel.label_created",
        _("The label was made; the carrier does not have it yet"),
    )
    PICKED_UP = "parcel.picked_up", _("The carrier has your package")
    IN_TRANSIT = "parcel.in_transit", _("Your package is on its way")
    OUT_FOR_DELIVERY = "parcel.out_for_delivery", _("Your package is with the driver")
    READY_FOR_PICKUP = "parcel.ready_for_pickup", _("Your package is ready to collect")
    ATTEMPT_FAILED = "parcel.attempt_failed", _("The carrier tried to deliver your package")
    DELIVERED = "parcel.delivered", _("Your package was delivered")
    EXCEPTION = "parcel.exception", _("Something is in the way of your package")
    RETURNING = "parcel.returning", _("Your package is on its way back to us")
    RETURNED = "parcel.returned", _("Your package is back with us")
    LOST = "parcel.lost", _("We think your package is lost")
    DELAYED = "parcel.delayed", _("Your package comes later than planned")
    CANCELLED = "parcel.cancelled", _("The carrier cancelled the parcel")
    EXPIRED = "parcel.expired", _("The carrier has no news any more")
    RETURN_MOVED = "parcel.return_moved", _("A package on its way back to the shop moved")
    TROUBLE = "parcel.trouble", _("A package needs somebody’s attention")
    ANSWERED = "parcel.answered", _("You told us what to do with your package")
    SETTLED = "parcel.settled", _("Trouble with a package was settled")
    CORRECTED = "parcel.corrected", _("Staff corrected what is known of a package")


PUBLIC_PARCEL_EVENTS = frozenset(
    {
        ParcelEvent.PICKED_UP,
        ParcelEvent.OUT_FOR_DELIVERY,
        ParcelEvent.READY_FOR_PICKUP,
        ParcelEvent.ATTEMPT_FAILED,
        ParcelEvent.DELIVERED,
        ParcelEvent.RETURNING,
        ParcelEvent.RETURNED,
        ParcelEvent.LOST,
        ParcelEvent.DELAYED,
        ParcelEvent.ANSWERED,
    }
)
"""What the shopper reads in the story of the order; scans stand with the parcel."""


class Trouble(TextChoices):
    """What can be the matter with a parcel so that somebody looks after it."""

    NO_SCAN = "no_scan", _("Never scanned")
    STALE = "stale", _("Nothing moves")
    AT_RISK = "at_risk", _("Will probably be late")
    LATE = "late", _("Late")
    ATTEMPT = "attempt", _("Delivery failed")
    PICKUP = "pickup", _("Waiting to be collected")
    CUSTOMS = "customs", _("Held by customs")
    EXCEPTION = "exception", _("Held up")
    DAMAGED = "damaged", _("Damaged")
    RETURNING = "returning", _("On its way back")
    LOST = "lost", _("Lost")


class CaseState(TextChoices):
    """How far a case is."""

    OPEN = "open", _("Open")
    ANSWERED = "answered", _("The shopper answered")
    CLOSED = "closed", _("Closed")


class CaseAnswer(TextChoices):
    """What a shopper may want after a failed attempt."""

    SLOT = "slot", _("Deliver it on another day")
    ADDRESS = "address", _("Deliver it to another address")
    PICKUP = "pickup", _("I collect it myself")
    MESSAGE = "message", _("Something else")


class Fate(TextChoices):
    """What becomes of a parcel of the simulated carrier."""

    FINE = "fine", _("Arrives as planned")
    DELAYED = "delayed", _("Comes later")
    MISSED = "missed", _("Nobody is in, delivered the next day")
    PICKUP = "pickup", _("Goes to a parcel shop")
    CUSTOMS = "customs", _("Waits at customs")
    REFUSED = "refused", _("Is refused and goes back")
    DAMAGED = "damaged", _("Is damaged")
    LOST = "lost", _("Gets lost")
