"""Lists of parcels that need somebody: one for each kind of trouble, answers on top."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracking.models import ParcelCase
from tracking.statuses import CaseState, Trouble

OPEN = (CaseState.OPEN, CaseState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Troubled:
    """A list: which open cases are in it, and what that means."""

    name: str
    label: Promise
    tells: Promise
    kinds: Collection[Trouble]
    states: Collection[CaseState] = OPEN
    tone: str = "warn"

    def keys(self) -> QuerySet[Any, Any]:
        """Give the orders with such a case, the longest open first."""
        # All kinds are named, so that the index of open cases by kind is walked.
        cases = ParcelCase.objects.filter(kind__in=[kind.value for kind in self.kinds])
        cases = cases.exclude(state=CaseState.CLOSED).filter(state__in=self.states)
        return cases.order_by("opened_at", "pk").values_list("shipment__order_id")


TROUBLED: tuple[Troubled, ...] = (
    Troubled(
        "answered",
        _("Shopper answered"),
        _("Somebody said what should happen to a package. Pass it on, then close it."),
        tuple(Trouble),
        states=(CaseState.ANSWERED,),
        tone="bad",
    ),
    Troubled(
        "attempt",
        _("Delivery failed"),
        _("The carrier tried and could not hand a package over."),
        (Trouble.ATTEMPT,),
    ),
    Troubled(
        "parcel-late",
        _("Late"),
        _("A package should have arrived by now."),
        (Trouble.LATE,),
        tone="bad",
    ),
    Troubled(
        "at-risk",
        _("At risk"),
        _("A package will probably come later than was first promised."),
        (Trouble.AT_RISK,),
    ),
    Troubled(
        "stale",
        _("Nothing moves"),
        _("No scan for longer than usual, or never one since the label was made."),
        (Trouble.STALE, Trouble.NO_SCAN),
    ),
    Troubled(
        "pickup",
        _("Not collected"),
        _("A package waits to be collected; carriers send it back after some days."),
        (Trouble.PICKUP,),
    ),
    Troubled(
        "customs",
        _("Customs"),
        _("A package is held by customs."),
        (Trouble.CUSTOMS,),
    ),
    Troubled(
        "exception",
        _("Held up"),
        _("Something is in a package’s way, or it was damaged."),
        (Trouble.EXCEPTION, Trouble.DAMAGED),
    ),
    Troubled(
        "returning",
        _("Coming back"),
        _("The carrier sends a package back to you."),
        (Trouble.RETURNING,),
    ),
    Troubled(
        "lost",
        _("Lost"),
        _("A package is lost, or was silent for so long that it probably is."),
        (Trouble.LOST,),
        tone="bad",
    ),
)
