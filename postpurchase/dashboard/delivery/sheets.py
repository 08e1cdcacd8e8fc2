"""The table of carriers and lanes as a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from analytics.policy import Period
from postpurchase.dashboard.analytics.sheets import Value, as_file
from tracking.performance import Figures, Performance


def lanes(found: Performance, *, period: Period) -> HttpResponse:
    """Give all carriers and all their lanes; a row without countries is a whole carrier."""
    head = (
        _("Carrier"), _("From country"), _("To country"), _("From"), _("To"), _("Delivered"),
        _("Came back"), _("Share that came back"), _("With a day named"), _("First promise kept"),
        _("Share kept"), _("Days late, on average"), _("Days under way, median"),
        _("Days under way, nine in ten"), _("At the first attempt"), _("Hours until first scan"),
    )  # fmt: skip
    when = (f"{period.start}", f"{period.last}")
    rows = [
        (one.lane.carrier or "", one.lane.from_country, one.lane.to_country, *when, *_figures(one))
        for one in (*found.carriers, *found.lanes)
    ]
    return as_file(f"delivery-{period.start}-{period.last}", head, rows)


def _figures(one: Figures) -> tuple[Value, ...]:
    return (
        one.delivered, one.returned, _four(one.returned_share), one.promised, one.kept,
        _four(one.kept_share), _four(one.late_days), _four(one.transit_p50),
        _four(one.transit_p90), _four(one.first_attempt_share), _four(one.first_scan_hours),
    )  # fmt: skip


def _four(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
