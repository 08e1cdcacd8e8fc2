"""When each message about parcels goes out, and what a shopper misses without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.statuses import MessageKind

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """What the page of a kind says of it."""

    icon: str
    goes: Text
    without: Text = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds that belong together."""

    title: Text
    lead: Text
    kinds: tuple[MessageKind, ...]


GROUPS: Final = (
    Group(
        _("On its way"),
        _("What most shoppers wait for."),
        (
            MessageKind.SHIPPED,
            MessageKind.IN_TRANSIT,
            MessageKind.OUT_FOR_DELIVERY,
            MessageKind.DELIVERED,
        ),
    ),
    Group(
        _("When something is in the way"),
        _("Who hears it from you first has no reason to ask."),
        (
            MessageKind.DELAYED,
            MessageKind.ATTEMPT_FAILED,
            MessageKind.READY_FOR_PICKUP,
            MessageKind.ACTION_NEEDED,
            MessageKind.RETURNING,
            MessageKind.LOST,
        ),
    ),
)
_GOES_BACK = _("Without it packages go back that somebody would have taken.")
WORDS: Final[dict[str, Words]] = {
    MessageKind.SHIPPED: Words(
        "package-open",
        _("When the carrier has the package. If no carrier tells us anything, six hours after "
          "you say that it left."),
    ),
    MessageKind.IN_TRANSIT: Words(
        "truck",
        _("When the package moves on after that. Most shops leave it off: it says little that "
          "is new."),
    ),
    MessageKind.OUT_FOR_DELIVERY: Words(
        "map-pin", _("When the driver has it, on that day only.")
    ),
    MessageKind.DELIVERED: Words(
        "circle-check",
        _("When it was delivered. With the last package it says that all of the order is there."),
    ),
    MessageKind.DELAYED: Words(
        "clock",
        _("When the date moves past the one that the shopper knows, with both dates and the "
          "cause."),
        _("Without it shoppers find out by waiting."),
    ),
    MessageKind.ATTEMPT_FAILED: Words(
        "circle-alert",
        _("After each failed attempt. The shopper can say what suits them."),
        _GOES_BACK,
    ),
    MessageKind.READY_FOR_PICKUP: Words(
        "store", _("When it waits to be collected."), _GOES_BACK
    ),
    MessageKind.ACTION_NEEDED: Words(
        "hand",
        _("When the carrier needs the shopper: an address, duty, a payment, a proof of age."),
        _GOES_BACK,
    ),
    MessageKind.RETURNING: Words("undo-2", _("When the package turns round to you.")),
    MessageKind.LOST: Words(
        "search", _("When the carrier, or somebody of your team, says that it is lost.")
    ),
}  # fmt: skip
ALWAYS: Final = (MessageKind.CONFIRMATION, MessageKind.CODE, MessageKind.LINKS)
"""Kinds that have no switch: the shopper asks for them, or has a right to them."""
