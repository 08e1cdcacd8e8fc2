"""The date that matters now: when a parcel comes, what was said before, and on what ground."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from postpurchase.lib.locales import day_text, days_text, moment_text
from tracking.expectation import explain
from tracking.models import Shipment
from tracking.rendering.views import DateView, Standing

EXPECTED = frozenset(
    {
        Standing.SENT,
        Standing.UNSCANNED,
        Standing.MOVING,
        Standing.STALE,
        Standing.DELAYED,
        Standing.OUT,
        Standing.HELD,
        Standing.ATTEMPT,
    }
)
"""Where a day on which it comes may be named."""
PROMISED = EXPECTED - {Standing.ATTEMPT}
"""Where nothing has happened that would answer the first promise."""


def date_view(shipment: Shipment, standing: Standing, *, today: date) -> DateView | None:
    """Give the date to show, or None where any date would be a guess."""
    if standing == Standing.DELIVERED and shipment.delivered_at:
        day = timezone.localdate(shipment.delivered_at)
        return DateView(
            _("Delivered"),
            moment_text(shipment.delivered_at),
            ground=_kept(shipment, day),
            last=day,
        )
    if standing == Standing.OUT and shipment.since and timezone.localdate(shipment.since) == today:
        return DateView(_("Arrives"), _("Today"), was=_was(shipment, today), last=today)
    first, last = shipment.expected_from, shipment.expected_until
    if standing not in EXPECTED or first is None or last is None:
        return _promised(shipment, standing, today=today)
    if last < today:
        return _passed(first, last)
    return DateView(
        _("Next try") if standing == Standing.ATTEMPT else _("Arrives"),
        days_text(first, last),
        was=_was(shipment, last),
        ground=_ground(shipment),
        last=last,
    )


def _promised(shipment: Shipment, standing: Standing, *, today: date) -> DateView | None:
    """Where nobody names a date any more, keep the first one that was named in sight."""
    first, last = shipment.promised_from, shipment.promised_until
    if standing not in PROMISED or first is None or last is None or last >= today:
        return None
    return _passed(first, last)


def _passed(first: date, last: date) -> DateView:
    return DateView(
        _("Should have arrived"),
        days_text(first, last),
        ground=_("We don’t know a new date yet. We’re sorry."),
        last=last,
        is_passed=True,
    )


def _was(shipment: Shipment, now: date) -> str:
    """Give the first date ever named where it was another; a day earlier than named is fine."""
    first, last = shipment.promised_from, shipment.promised_until
    if first is None or last is None or first <= now <= last:
        return ""
    return day_text(last) if now > last else days_text(first, last)


def _kept(shipment: Shipment, day: date) -> str:
    """Give the first date ever named beside the day it came on, where it was another."""
    first, last = shipment.promised_from, shipment.promised_until
    if first is None or last is None or first <= day <= last:
        return ""
    return _("We had named %(days)s.") % {"days": days_text(first, last)}


def _ground(shipment: Shipment) -> str:
    return str(explain(shipment.expected_ground)) if shipment.expected_ground else ""
