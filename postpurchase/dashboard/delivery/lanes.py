"""Carriers and where their parcels went, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from postpurchase.dashboard.delivery.measures import days_text, share_text
from postpurchase.lib.locales import country_text, number_text
from postpurchase.staff import carriers
from tracking.performance import Figures, Lane, Performance

MOST_LANES = 12
"""Lanes of a carrier that the page shows; the file has them all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A carrier or one of its lanes, as the table shows it."""

    carrier: str
    lane: str
    query: str
    delivered: str
    kept: str
    median: str
    nine_in_ten: str
    first_attempt: str
    returned: str
    is_carrier: bool


def rows_of(found: Performance) -> list[Row]:
    """Give each carrier, the busiest first, and below it its busiest lanes."""
    rows: list[Row] = []
    for carrier in found.carriers:
        rows.append(_row(carrier, is_carrier=True))
        lanes = [one for one in found.lanes if one.lane.carrier == carrier.lane.carrier]
        rows += [_row(one, is_carrier=False) for one in lanes[:MOST_LANES]]
    return rows


def carrier_text(carrier: str | None) -> str:
    """Name a carrier; parcels of which nobody knows whose they are have a row of their own."""
    return carriers.carrier_text(carrier) if carrier else _("Carrier not known")


def lane_text(lane: Lane) -> str:
    """Write from where to where."""
    ends = [country_text(code) if code else "?" for code in (lane.from_country, lane.to_country)]
    return " → ".join(ends)


def query_of(lane: Lane) -> str:
    """Write a lane into an address; what is None is not asked after."""
    asked = {"carrier": lane.carrier, "from": lane.from_country, "to": lane.to_country}
    return urlencode({name: value for name, value in asked.items() if value is not None})


def _row(found: Figures, *, is_carrier: bool) -> Row:
    return Row(
        carrier=carrier_text(found.lane.carrier),
        lane="" if is_carrier else lane_text(found.lane),
        query=query_of(found.lane),
        delivered=number_text(found.delivered),
        kept=share_text(found.kept_share),
        median=days_text(found.transit_p50),
        nine_in_ten=days_text(found.transit_p90),
        first_attempt=share_text(found.first_attempt_share),
        returned=share_text(found.returned_share),
        is_carrier=is_carrier,
    )
