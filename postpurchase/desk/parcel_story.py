"""What happened to parcels, in the words that agents read in an order's story."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postpurchase.desk.parcel_words import answer_rows, cause_text
from postpurchase.lib.locales import day_text
from postpurchase.staff.carriers import carrier_text
from tracking.statuses import CaseAnswer, Milestone, ParcelEvent, Trouble

Look = tuple[str, str, str | Promise]

EVENTS: dict[str, Look] = {
    ParcelEvent.CREATED: ("package", "", gettext_lazy("The shop told of a package")),
    ParcelEvent.LABEL_CREATED: ("tag", "", gettext_lazy("Label made, not handed over yet")),
    ParcelEvent.PICKED_UP: ("package-check", "info", gettext_lazy("The carrier has the package")),
    ParcelEvent.IN_TRANSIT: ("truck", "info", gettext_lazy("The package is on its way")),
    ParcelEvent.OUT_FOR_DELIVERY: ("truck", "info", gettext_lazy("The driver has the package")),
    ParcelEvent.READY_FOR_PICKUP: ("store", "info", gettext_lazy("Ready to be collected")),
    ParcelEvent.ATTEMPT_FAILED: ("door-closed", "warn", gettext_lazy("A delivery failed")),
    ParcelEvent.DELIVERED: ("circle-check", "ok", gettext_lazy("Package delivered")),
    ParcelEvent.EXCEPTION: (
        "triangle-alert",
        "warn",
        gettext_lazy("Something is in the package’s way"),
    ),
    ParcelEvent.RETURNING: ("undo-2", "warn", gettext_lazy("The carrier sends the package back")),
    ParcelEvent.RETURNED: ("undo-2", "warn", gettext_lazy("The package came back to the shop")),
    ParcelEvent.LOST: ("package-x", "bad", gettext_lazy("The package is lost")),
    ParcelEvent.DELAYED: ("calendar-clock", "warn", gettext_lazy("The package comes later")),
    ParcelEvent.CANCELLED: ("ban", "", gettext_lazy("The label was cancelled")),
    ParcelEvent.EXPIRED: ("clock", "warn", gettext_lazy("The carrier has no news any more")),
    ParcelEvent.RETURN_MOVED: ("undo-2", "info", gettext_lazy("A return package moved")),
    ParcelEvent.TROUBLE: ("triangle-alert", "warn", gettext_lazy("A package needs somebody")),
    ParcelEvent.ANSWERED: (
        "message-square",
        "info",
        gettext_lazy("The shopper said what to do with the package"),
    ),
    ParcelEvent.SETTLED: ("circle-check", "ok", gettext_lazy("Trouble with a package settled")),
    ParcelEvent.CORRECTED: ("pencil", "", gettext_lazy("Corrected what is known of a package")),
}
"""Icon, tone and words of each kind."""


def detail(data: dict[str, Any]) -> str:
    """Say what an event's data add: which trouble, why, from which day to which."""
    parts = [
        *_trouble(data),
        *_state(data),
        str(cause_text(str(data.get("cause") or ""))),
        *_attempt(data),
        *_days(data),
        *_answer(data),
        *_carrier(data),
        str(data.get("what") or data.get("outcome") or ""),
    ]
    return " · ".join(part for part in parts if part)


def _trouble(data: dict[str, Any]) -> list[str]:
    kind = data.get("trouble") or data.get("kind") or ""
    return [str(Trouble(kind).label)] if kind in Trouble.values else []


def _state(data: dict[str, Any]) -> list[str]:
    """Name where it is by somebody's word; scans say it in their own words."""
    milestone = data.get("milestone", "") if "what" in data else ""
    return [str(Milestone(milestone).label)] if milestone in Milestone.values else []


def _attempt(data: dict[str, Any]) -> list[str]:
    attempt = data.get("attempt")
    if not isinstance(attempt, int) or attempt < 2:
        return []
    return [_("attempt %(number)d") % {"number": attempt}]


def _days(data: dict[str, Any]) -> list[str]:
    until, was = _day(data.get("until")), _day(data.get("was_until"))
    if until and was:
        return [_("%(day)s instead of %(was)s") % {"day": until, "was": was}]
    return [until] if until else []


def _day(text: Any) -> str:
    try:
        return day_text(date.fromisoformat(str(text))) if text else ""
    except ValueError:
        return ""


def _answer(data: dict[str, Any]) -> list[str]:
    answer = data.get("answer") or ""
    told = [str(CaseAnswer(answer).label)] if answer in CaseAnswer.values else []
    return told + [f"{label}: {value}" for label, value in answer_rows(data.get("answer_data"))]


def _carrier(data: dict[str, Any]) -> list[str]:
    carrier = data.get("carrier") or ""
    return [_("Carrier: %(name)s") % {"name": carrier_text(str(carrier))}] if carrier else []
