"""How the desk speaks of parcels: in short words, and with all that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postpurchase.lib.locales import country_text, day_text, days_text, moment_text
from tracking.carriers import POLLERS, SOURCES
from tracking.expectation import explain
from tracking.models import Shipment
from tracking.statuses import Cause, DateSource, Milestone, Party
from tracking.troubles import Ending

Text = str | Promise

LOOKS: dict[Milestone, tuple[str, str]] = {
    Milestone.UNKNOWN: ("circle-question-mark", ""),
    Milestone.LABEL_CREATED: ("tag", ""),
    Milestone.PICKED_UP: ("package-check", "info"),
    Milestone.IN_TRANSIT: ("truck", "info"),
    Milestone.OUT_FOR_DELIVERY: ("truck", "info"),
    Milestone.READY_FOR_PICKUP: ("store", "info"),
    Milestone.ATTEMPT_FAILED: ("door-closed", "warn"),
    Milestone.DELIVERED: ("circle-check", "ok"),
    Milestone.EXCEPTION: ("triangle-alert", "warn"),
    Milestone.RETURNING: ("undo-2", "warn"),
    Milestone.RETURNED: ("undo-2", "warn"),
    Milestone.LOST: ("package-x", "bad"),
    Milestone.CANCELLED: ("ban", ""),
    Milestone.EXPIRED: ("clock", "warn"),
}
"""Icon and tone of where a parcel is."""
OTHER_SOURCES: dict[str, Promise] = {
    "manual": gettext_lazy("Staff"),
    "shop": gettext_lazy("The shop"),
    "shopify": gettext_lazy("The shop"),
    "api": gettext_lazy("A program"),
    "demo": gettext_lazy("The demo carrier"),
}
WISHES: dict[str, Promise] = {
    "day": gettext_lazy("Day"),
    "name": gettext_lazy("Name"),
    "company": gettext_lazy("Company"),
    "street": gettext_lazy("Street"),
    "street2": gettext_lazy("Second line"),
    "postcode": gettext_lazy("Postcode"),
    "city": gettext_lazy("City"),
    "province": gettext_lazy("State or province"),
    "country": gettext_lazy("Country"),
    "phone": gettext_lazy("Phone"),
    "place": gettext_lazy("Place"),
    "message": gettext_lazy("Message"),
    "note": gettext_lazy("Note"),
}


@dataclass(frozen=True, slots=True)
class Dated:
    """The date that the shopper reads: what it says, who named it, and on what ground."""

    label: Text = ""
    days: str = ""
    by: Text = ""
    ground: str = ""


def dated_of(row: Shipment) -> Dated:
    """Say when a parcel comes or came; nothing where nobody names a day."""
    if row.delivered_at:
        signed = _("Signed by %(name)s") % {"name": row.signed_by} if row.signed_by else ""
        return Dated(_("Delivered"), moment_text(row.delivered_at), signed)
    if row.expected_from is None or row.expected_until is None:
        return Dated()
    by: Text = DateSource(row.expected_by).label if row.expected_by in DateSource.values else ""
    if row.expected_by == DateSource.CARRIER and row.carrier_day_by:
        by = _("%(who)s, by way of %(source)s") % {
            "who": by,
            "source": source_text(row.carrier_day_by),
        }
    return Dated(_("Expected"), days_text(row.expected_from, row.expected_until), by, _ground(row))


def cause_text(cause: str) -> Text:
    """Name a cause; nothing for none."""
    return Cause(cause).label if cause and cause in Cause.values else ""


def party_text(party: str) -> Text:
    """Name who must act; nothing for nobody."""
    return Party(party).label if party and party in Party.values else ""


def outcome_text(outcome: str, *, by: str) -> Text:
    """Say how trouble ended: in somebody's words, or why it ended by itself."""
    return Ending(outcome).label if not by and outcome in Ending.values else outcome


def answer_rows(data: Any) -> list[tuple[Text, str]]:
    """Write out what a shopper wants, field by field."""
    if not isinstance(data, Mapping):
        return []
    # The database keeps no order of names; an address is read from the street on.
    names = sorted(data, key=lambda name: list(WISHES).index(name) if name in WISHES else 99)
    return [
        (WISHES.get(name, name.replace("_", " ")), _value(name, data[name]))
        for name in names
        if data[name] not in (None, "", [], {})
    ]


def _value(name: str, value: Any) -> str:
    if name == "country":
        return country_text(str(value))
    if name == "day":
        try:
            return day_text(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values() if part)
    return str(value)


def _ground(row: Shipment) -> str:
    return str(explain(row.expected_ground)) if row.expected_ground else ""


def source_text(source: str) -> Text:
    """Name who told us; what we do not know names itself."""
    known = SOURCES.get(source) or POLLERS.get(source)
    if known is not None:
        return known.label
    return OTHER_SOURCES.get(source, source)
