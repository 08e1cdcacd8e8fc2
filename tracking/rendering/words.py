"""The sentences that people read about parcels: one table for each kind of thing said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tracking.rendering.views import Standing
from tracking.statuses import Cause, Milestone, Party

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Look:
    """The chip of a parcel: its word, icon and tone, and how many of the four steps are done."""

    chip: Text
    icon: str
    tone: str
    steps_done: int | None


LOOKS: Final[dict[Standing, Look]] = {
    Standing.SENT: Look(_("Sent"), "truck", "info", 2),
    Standing.UNSCANNED: Look(_("Not scanned yet"), "clock", "", 1),
    Standing.MOVING: Look(_("On its way"), "truck", "info", 2),
    Standing.STALE: Look(_("No news"), "clock", "warn", 2),
    Standing.DELAYED: Look(_("Delayed"), "clock", "warn", 2),
    Standing.OUT: Look(_("With the driver"), "truck", "info", 2),
    Standing.PICKUP: Look(_("Ready to collect"), "map-pin", "warn", 2),
    Standing.ATTEMPT: Look(_("Delivery was tried"), "circle-alert", "warn", 2),
    Standing.HELD: Look(_("Held up"), "circle-pause", "warn", 2),
    Standing.DELIVERED: Look(_("Delivered"), "circle-check", "ok", 4),
    Standing.RETURNING: Look(_("On its way back"), "undo-2", "warn", 3),
    Standing.RETURNED: Look(_("Back with us"), "undo-2", "", 4),
    Standing.LOST: Look(_("Lost"), "circle-alert", "bad", 2),
    Standing.CANCELLED: Look(_("Cancelled"), "ban", "", None),
    Standing.EXPIRED: Look(_("No news any more"), "clock", "", 2),
}

STEPS: Final[tuple[Text, ...]] = (_("Ordered"), _("Packed"), _("On its way"), _("Delivered"))
LAST_STEP: Final[dict[Standing, Text]] = {
    Standing.RETURNING: _("Going back to us"),
    Standing.RETURNED: _("Back with us"),
}
"""What stands in the place of “Delivered” on a way that ended otherwise."""
STEPS_HOME: Final[tuple[Text, ...]] = (_("Label made"), _("Sent"), _("On its way"), _("With us"))
"""Of a parcel that goes from the shopper to the shop."""

HEADLINES: Final[dict[Standing, Text]] = {
    Standing.SENT: _("Your package is on its way"),
    Standing.UNSCANNED: _("Waiting for the carrier’s first scan"),
    Standing.MOVING: _("Your package is on its way"),
    Standing.STALE: _("Waiting for the carrier’s next scan"),
    Standing.DELAYED: _("Your package comes later than planned"),
    Standing.OUT: _("Your package is with the driver"),
    Standing.PICKUP: _("Your package is ready to collect"),
    Standing.ATTEMPT: _("The carrier tried to deliver your package"),
    Standing.HELD: _("Something holds your package up"),
    Standing.DELIVERED: _("Your package was delivered"),
    Standing.RETURNING: _("Your package is on its way back to us"),
    Standing.RETURNED: _("Your package is back with us"),
    Standing.LOST: _("We think your package is lost"),
    Standing.CANCELLED: _("The carrier cancelled this package"),
    Standing.EXPIRED: _("The carrier has no news any more"),
}
HEADLINES_HOME: Final[dict[Standing, Text]] = {
    Standing.DELIVERED: _("Your return has reached us"),
    Standing.RETURNED: _("Your return has come back to you"),
    Standing.RETURNING: _("Your return is on its way back to you"),
    Standing.LOST: _("We think your return is lost"),
}

SCANS: Final[dict[Milestone, Text]] = {
    Milestone.UNKNOWN: _("A note from the carrier"),
    Milestone.LABEL_CREATED: _("The label was made"),
    Milestone.PICKED_UP: _("The carrier has the package"),
    Milestone.IN_TRANSIT: _("On its way"),
    Milestone.OUT_FOR_DELIVERY: _("With the driver"),
    Milestone.READY_FOR_PICKUP: _("Ready to collect"),
    Milestone.ATTEMPT_FAILED: _("The carrier tried to deliver it"),
    Milestone.DELIVERED: _("Delivered"),
    Milestone.EXCEPTION: _("Held up"),
    Milestone.RETURNING: _("On its way back to the sender"),
    Milestone.RETURNED: _("Back with the sender"),
    Milestone.LOST: _("Thought to be lost"),
    Milestone.CANCELLED: _("Cancelled by the carrier"),
    Milestone.EXPIRED: _("No news from the carrier any more"),
}
DELAYED_SCAN: Final[Text] = _("Later than planned")

CLAUSES: Final[dict[Cause, Text]] = {
    Cause.ADDRESS: _("the address needs checking"),
    Cause.RECIPIENT_ABSENT: _("nobody was in"),
    Cause.REFUSED: _("it was refused"),
    Cause.BUSINESS_CLOSED: _("the business was closed"),
    Cause.CUSTOMS_DOCUMENTS: _("papers for customs are missing"),
    Cause.CUSTOMS_DUTY: _("duty is to be paid"),
    Cause.WEATHER: _("the weather slows it down"),
    Cause.CAPACITY: _("the carrier has very many packages"),
    Cause.MISSORT: _("it went the wrong way and is being sent on"),
    Cause.PAYMENT_DUE: _("something is to be paid"),
    Cause.DAMAGED: _("it was damaged"),
    Cause.AGE_CHECK: _("a proof of age is needed"),
    Cause.SECURITY: _("the carrier checks it for safety"),
    Cause.UNCLAIMED: _("it was not collected"),
}

WHO_ACTS: Final[dict[Party, Text]] = {
    Party.NOBODY: _("You don’t need to do a thing."),
    Party.CARRIER: _("The carrier takes care of it. You don’t need to do a thing."),
    Party.SHOP: _("We take care of it. You don’t need to do a thing."),
    Party.RECIPIENT: _("The carrier waits for you: its page says what to do. We help, too."),
    Party.CUSTOMS: _("It is in customs, which can take some days. You don’t need to do a thing."),
}

_SETTLE: Final[Text] = _(
    "Write to us, and we settle with you whether to send it again or pay it back."
)
NEXT: Final[dict[Standing, tuple[Text, ...]]] = {
    Standing.ATTEMPT: (_("Most carriers try again, or leave it at a place nearby."),),
    Standing.PICKUP: (
        _("Bring the tracking number and something that shows who you are."),
        _("The carrier keeps it for some days, then sends it back to us."),
    ),
    Standing.RETURNING: (_SETTLE,),
    Standing.RETURNED: (_SETTLE,),
    Standing.LOST: (_SETTLE,),
    Standing.CANCELLED: (_("Write to us if you do not know why."),),
    Standing.EXPIRED: (_("Not there? Write to us."),),
}
"""What comes next, where that follows from the state alone."""


def scan_text(milestone: Milestone | None, cause: Cause, *, is_delay: bool = False) -> str:
    """Say what a scan means: “The carrier tried to deliver it: nobody was in”."""
    what = SCANS[milestone or Milestone.UNKNOWN]
    if is_delay and milestone in {None, Milestone.EXCEPTION, Milestone.IN_TRANSIT}:
        what = DELAYED_SCAN
    clause = CLAUSES.get(cause)
    if clause is None:
        return str(what)
    return _t("%(what)s: %(cause)s") % {"what": what, "cause": clause}


def cause_text(cause: Cause) -> str:
    """Say a cause as a sentence of its own; nothing where it is not known."""
    clause = CLAUSES.get(cause)
    return f"{capfirst(str(clause))}." if clause else ""
