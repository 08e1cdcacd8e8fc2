"""How a parcel stands: which of the few states people read, and what they read about it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from postpurchase.lib.locales import day_text, days_text, time_text
from tracking.models import Shipment
from tracking.rendering import words
from tracking.rendering.scans import alpha2, place_text
from tracking.rendering.views import Standing
from tracking.statuses import Cause, Direction, Milestone, Party, Trouble

_PLAIN: Final[dict[Milestone, Standing]] = {
    Milestone.LABEL_CREATED: Standing.UNSCANNED,
    Milestone.OUT_FOR_DELIVERY: Standing.OUT,
    Milestone.READY_FOR_PICKUP: Standing.PICKUP,
    Milestone.ATTEMPT_FAILED: Standing.ATTEMPT,
    Milestone.EXCEPTION: Standing.HELD,
    Milestone.DELIVERED: Standing.DELIVERED,
    Milestone.RETURNING: Standing.RETURNING,
    Milestone.RETURNED: Standing.RETURNED,
    Milestone.LOST: Standing.LOST,
    Milestone.CANCELLED: Standing.CANCELLED,
    Milestone.EXPIRED: Standing.EXPIRED,
}
_ENDED: Final = frozenset({Standing.DELIVERED, Standing.RETURNED, Standing.RETURNING})


def standing_of(shipment: Shipment, *, troubles: Collection[str] = ()) -> Standing:
    """Tell how a parcel stands; `troubles` are the kinds of its cases that are not closed."""
    milestone = Milestone(shipment.milestone)
    plain = _PLAIN.get(milestone)
    if Trouble.LOST in troubles and plain not in _ENDED:
        return Standing.LOST
    if plain is not None:
        return plain
    if milestone == Milestone.UNKNOWN:
        waits = shipment.heard_at or shipment.next_poll_at or Trouble.NO_SCAN in troubles
        return Standing.UNSCANNED if waits else Standing.SENT
    if Trouble.STALE in troubles:
        return Standing.STALE
    return Standing.DELAYED if is_later(shipment) or shipment.is_delayed else Standing.MOVING


def is_later(shipment: Shipment) -> bool:
    """Tell whether the date shown now is later than the first one."""
    now, first = shipment.expected_until, shipment.promised_until
    return now is not None and first is not None and now > first


def headline(shipment: Shipment, standing: Standing, *, today: date) -> str:
    """Say the state in one short sentence, with the date where there is one."""
    if shipment.direction == Direction.RETURN:
        plain = words.HEADLINES_HOME.get(standing)
        return str(plain or _("On its way back to us"))
    dated = _dated(shipment, standing, today=today)
    return dated or str(words.HEADLINES[standing])


def _dated(shipment: Shipment, standing: Standing, *, today: date) -> str:
    """Give the headline that names a day or a place; nothing where none is known."""
    first, last = shipment.expected_from, shipment.expected_until
    days = days_text(first, last) if first and last and last >= today else ""
    said = ""
    match standing:
        case Standing.MOVING | Standing.SENT if days:
            said = _("Arriving %(days)s") % {"days": days}
        case Standing.DELAYED if days:
            said = _new_date(shipment, days)
        case Standing.OUT if shipment.since and _day(shipment.since) == today:
            said = _("Arriving today")
        case Standing.ATTEMPT if shipment.since:
            day = day_text(_day(shipment.since))
            said = _("The carrier tried to deliver on %(day)s") % {"day": day}
        case Standing.PICKUP if place := last_place(shipment):
            said = _("Ready to collect in %(place)s") % {"place": place}
        case Standing.DELIVERED if shipment.delivered_at:
            said = _("Delivered %(day)s") % {"day": day_text(_day(shipment.delivered_at))}
        case Standing.HELD if shipment.must_act == Party.RECIPIENT:
            said = _("The carrier needs something from you")
    return said


def _new_date(shipment: Shipment, days: str) -> str:
    if not is_later(shipment) or shipment.promised_until is None:
        return _("New date: %(days)s") % {"days": days}
    was = day_text(shipment.promised_until)
    return _("New date: %(days)s (was %(was)s)") % {"days": days, "was": was}


def text(shipment: Shipment, standing: Standing, *, now: datetime, looked_after: bool) -> str:
    """Say what follows: why, what comes next, who must act. `looked_after`: a case is open."""
    if shipment.direction == Direction.RETURN:
        return _("We have it.") if standing == Standing.DELIVERED else ""
    said = [*_facts(shipment, standing), *_next(shipment, standing, now, looked_after)]
    return " ".join(part for part in said if part)


def _facts(shipment: Shipment, standing: Standing) -> list[str]:
    why = words.cause_text(Cause(shipment.cause))
    said = [why]
    match standing:
        case Standing.SENT:
            said = [_("We handed it over; the carrier has not told us anything yet.")]
        case Standing.UNSCANNED:
            said = [_("The label is made; the carrier has not scanned the package yet.")]
        case Standing.STALE if shipment.last_scan_at:
            day = day_text(_day(shipment.last_scan_at))
            said = [_("The carrier has told us nothing since %(day)s.") % {"day": day}]
        case Standing.DELAYED:
            said = [_("This is later than we said. We’re sorry."), why]
        case Standing.OUT if shipment.since:
            left = {"time": time_text(shipment.since)}
            said = [_("It left with the driver at %(time)s.") % left]
        case Standing.DELIVERED if shipment.has_scan_after_delivery:
            said = [_("The carrier scanned it once more since. Not there? Write to us.")]
        case Standing.LOST if shipment.last_scan_at:
            day = day_text(_day(shipment.last_scan_at))
            said = [_("Nothing has moved since %(day)s. We’re sorry.") % {"day": day}]
        case Standing.RETURNING | Standing.RETURNED:
            said = [why or _("It could not be delivered.")]
    return said


def _next(shipment: Shipment, standing: Standing, now: datetime, looked_after: bool) -> list[str]:
    told: list[str] = []
    match standing:
        case Standing.UNSCANNED | Standing.STALE if looked_after:
            told = [_("We are looking into it. You don’t need to do a thing.")]
        case Standing.UNSCANNED if shipment.next_look_at and shipment.next_look_at > now:
            day = day_text(_day(shipment.next_look_at))
            told = [_("If nothing moves by %(day)s, we look into it.") % {"day": day}]
        case Standing.MOVING | Standing.DELAYED:
            told = [str(words.WHO_ACTS[Party.NOBODY])]
        case Standing.HELD:
            told = [str(words.WHO_ACTS[Party(shipment.must_act)])]
        case _:
            told = [str(sentence) for sentence in words.NEXT.get(standing, ())]
    return told


def last_place(shipment: Shipment) -> str:
    """Name the place of the newest scan, if it has one."""
    newest = shipment.recent[0] if shipment.recent else {}
    place = str(newest.get("place") or "")
    country = alpha2(str(newest.get("country") or ""))
    return place_text(place, country=country, home=country) if place else ""


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)
