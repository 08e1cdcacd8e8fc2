"""What mails about parcels say: subject, heading, sentences, by kind and by how many there are.

A plain saying is of one package or of several; a numbered one is of one among several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from notifications.rendering.text import one_line
from notifications.statuses import MessageKind
from tracking.statuses import Cause

SUBJECT_LENGTH: Final = 50
SHORTEST_NUMBER: Final = 8

Kind = MessageKind


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence for one or several packages, and for one of several."""

    plain: Any
    numbered: str | Promise

    def of(self, facts: Mapping[str, Any]) -> str:
        """Say it; `facts` hold count, place, total and whatever else it names."""
        is_numbered = facts["count"] == 1 and facts["total"] > 1
        return str((self.numbered if is_numbered else self.plain) % facts)


@dataclass(frozen=True, slots=True)
class Need:
    """What the carrier wants of the shopper: subject, heading, and what to do."""

    subject: str | Promise
    title: str | Promise
    text: str | Promise


TITLES: Final[dict[str, Saying]] = {
    Kind.SHIPPED: Saying(
        ngettext_lazy("Your package is on its way", "%(count)d packages are on their way", "count"),
        _("Package %(place)d of %(total)d is on its way"),
    ),
    Kind.IN_TRANSIT: Saying(
        ngettext_lazy("Your package is under way", "%(count)d packages are under way", "count"),
        _("Package %(place)d of %(total)d is under way"),
    ),
    Kind.OUT_FOR_DELIVERY: Saying(
        ngettext_lazy("Arriving today", "%(count)d packages arrive today", "count"),
        _("Package %(place)d of %(total)d arrives today"),
    ),
    Kind.DELIVERED: Saying(
        ngettext_lazy("Delivered %(when)s", "%(count)d packages were delivered", "count"),
        _("Package %(place)d of %(total)d was delivered"),
    ),
    Kind.DELAYED: Saying(
        ngettext_lazy(
            "Your package comes later than planned",
            "%(count)d packages come later than planned",
            "count",
        ),
        _("Package %(place)d of %(total)d comes later than planned"),
    ),
    Kind.ATTEMPT_FAILED: Saying(
        ngettext_lazy(
            "The carrier tried to deliver your package",
            "The carrier tried to deliver %(count)d packages",
            "count",
        ),
        _("The carrier tried to deliver package %(place)d of %(total)d"),
    ),
    Kind.READY_FOR_PICKUP: Saying(
        ngettext_lazy(
            "Your package is ready to collect", "%(count)d packages are ready to collect", "count"
        ),
        _("Package %(place)d of %(total)d is ready to collect"),
    ),
    Kind.RETURNING: Saying(
        ngettext_lazy(
            "Your package is on its way back to us",
            "%(count)d packages are on their way back to us",
            "count",
        ),
        _("Package %(place)d of %(total)d is on its way back to us"),
    ),
    Kind.LOST: Saying(
        ngettext_lazy(
            "We think your package is lost", "We think %(count)d packages are lost", "count"
        ),
        _("We think package %(place)d of %(total)d is lost"),
    ),
}
SUBJECTS: Final[dict[str, Saying]] = {
    Kind.SHIPPED: Saying(
        ngettext_lazy(
            "Order %(number)s is on its way",
            "Order %(number)s: %(count)d packages on their way",
            "count",
        ),
        _("Order %(number)s: package %(place)d of %(total)d on its way"),
    ),
    Kind.IN_TRANSIT: Saying(
        ngettext_lazy(
            "Order %(number)s is under way",
            "Order %(number)s: %(count)d packages under way",
            "count",
        ),
        _("Order %(number)s: package %(place)d of %(total)d under way"),
    ),
    Kind.OUT_FOR_DELIVERY: Saying(
        ngettext_lazy(
            "Order %(number)s arrives today",
            "Order %(number)s: %(count)d packages arrive today",
            "count",
        ),
        _("Order %(number)s: package %(place)d of %(total)d comes today"),
    ),
    Kind.DELIVERED: Saying(
        ngettext_lazy(
            "Order %(number)s was delivered",
            "Order %(number)s: %(count)d packages delivered",
            "count",
        ),
        _("Order %(number)s: package %(place)d of %(total)d delivered"),
    ),
    Kind.DELAYED: Saying(
        ngettext_lazy(
            "Order %(number)s comes later than planned",
            "Order %(number)s: %(count)d packages are late",
            "count",
        ),
        _("Order %(number)s: package %(place)d of %(total)d is late"),
    ),
    Kind.ATTEMPT_FAILED: Saying(
        ngettext_lazy(
            "Order %(number)s: delivery was tried",
            "Order %(number)s: delivery was tried",
            "count",
        ),
        _("Order %(number)s: delivery of %(place)d of %(total)d was tried"),
    ),
    Kind.READY_FOR_PICKUP: Saying(
        ngettext_lazy(
            "Order %(number)s is ready to collect",
            "Order %(number)s: %(count)d packages to collect",
            "count",
        ),
        _("Order %(number)s: collect package %(place)d of %(total)d"),
    ),
    Kind.RETURNING: Saying(
        ngettext_lazy(
            "Order %(number)s is on its way back to us",
            "Order %(number)s: %(count)d packages coming back",
            "count",
        ),
        _("Order %(number)s: package %(place)d of %(total)d coming back"),
    ),
    Kind.LOST: Saying(
        ngettext_lazy(
            "Order %(number)s: we think it is lost",
            "Order %(number)s: %(count)d packages are lost",
            "count",
        ),
        _("Order %(number)s: package %(place)d of %(total)d is lost"),
    ),
}
BACK: Final = Saying(
    ngettext_lazy("Your package is back with us", "%(count)d packages are back with us", "count"),
    _("Package %(place)d of %(total)d is back with us"),
)
NEW_DATE: Final = _("New date: %(days)s")
NEW_DATE_SUBJECT: Final = _("New date for order %(number)s: %(days)s")
ALL_HERE: Final = _("All of your order is here")
ALL_HERE_SUBJECT: Final = _("All of order %(number)s is here")

NEEDS: Final[dict[str, Need]] = {
    Cause.ADDRESS: Need(
        _("Order %(number)s: the address needs checking"),
        _("The address needs checking"),
        _("The carrier cannot find the door. Until the address is clear, the package waits."),
    ),
    Cause.CUSTOMS_DUTY: Need(
        _("Order %(number)s: customs asks for a payment"),
        _("Customs asks for a payment"),
        _("Duty is to be paid before the package may go on. Until then it waits in customs."),
    ),
    Cause.PAYMENT_DUE: Need(
        _("Order %(number)s: the carrier asks for a payment"),
        _("The carrier asks for a payment"),
        _("Something is to be paid before the package can be handed to you."),
    ),
    Cause.AGE_CHECK: Need(
        _("Order %(number)s: a proof of age is needed"),
        _("A proof of age is needed"),
        _("The carrier hands the package over only to somebody who shows an ID."),
    ),
}
ANY_NEED: Final = Need(
    _("Order %(number)s: the carrier needs you"),
    _("The carrier needs something from you"),
    _("Until then the package waits with the carrier."),
)


def subject(text: str | Promise | Saying, facts: Mapping[str, Any]) -> str:
    """Write a subject of at most fifty letters; a long order number is cut to make it fit."""

    def written(number: str) -> str:
        named = {**facts, "number": number}
        return text.of(named) if isinstance(text, Saying) else str(text % named)

    whole = written(facts["number"])
    room = len(facts["number"]) - max(len(whole) - SUBJECT_LENGTH, 0)
    return written(one_line(facts["number"], at_most=max(room, SHORTEST_NUMBER)))
