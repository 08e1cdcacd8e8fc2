"""A parcel as people see it: one view for the shopper's pages and the mails.

Nothing here writes or reads rows. Texts come in the active language; moments in the active time
zone, so a page or mail activates the shop's zone first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone

from orders.models import Order
from orders.rendering import LineView, OrderView
from postpurchase.lib.locales import ago_text
from tracking.models import Shipment
from tracking.rendering import words
from tracking.rendering.carriers import carrier_name, carrier_page
from tracking.rendering.dates import date_view
from tracking.rendering.scans import alpha2, scan_views, without_door
from tracking.rendering.standing import headline, standing_of, text
from tracking.rendering.views import DateView, ParcelView, ScanView, Standing, Step
from tracking.rendering.words import cause_text, scan_text
from tracking.statuses import Direction, Milestone, Party, Trouble

__all__ = [
    "Contents",
    "DateView",
    "ParcelView",
    "ScanView",
    "Standing",
    "Step",
    "carrier_name",
    "carrier_page",
    "cause_text",
    "contents_of",
    "parcel_view",
    "scan_text",
]

Contents = tuple[tuple[LineView, int], ...]
"""Lines of an order and how much of each."""

LOOKED_AFTER = frozenset({Trouble.NO_SCAN, Trouble.STALE, Trouble.LATE, Trouble.LOST})
NEEDS_YOU = frozenset({Standing.PICKUP, Standing.ATTEMPT, Standing.LOST, Standing.RETURNED})


def parcel_view(
    shipment: Shipment,
    *,
    now: datetime,
    troubles: Collection[str] = (),
    is_public: bool = False,
) -> ParcelView:
    """Put a parcel into words; `troubles` are the kinds of its cases that are not closed.

    `is_public`: for whoever has the number alone. The carrier's own words may name a neighbour,
    its places a street, and the shop's link a postcode: they are left out.
    """
    today = timezone.localdate(now)
    standing = standing_of(shipment, troubles=troubles)
    look = words.LOOKS[standing]
    is_return = shipment.direction == Direction.RETURN
    looked_after = not LOOKED_AFTER.isdisjoint(troubles)
    return ParcelView(
        public_id=str(shipment.public_id),
        standing=standing,
        milestone=Milestone(shipment.milestone),
        headline=headline(shipment, standing, today=today),
        text=text(shipment, standing, now=now, looked_after=looked_after),
        chip=str(look.chip),
        icon=look.icon,
        tone=look.tone,
        steps=steps_of(standing, is_return=is_return),
        date=None if is_return else date_view(shipment, standing, today=today),
        carrier=carrier_name(shipment),
        number=shipment.number,
        url=carrier_page(shipment, is_public=is_public),
        scans=scan_views(
            [without_door(scan) for scan in shipment.recent] if is_public else shipment.recent,
            home=alpha2(shipment.to_country),
        ),
        sent_at=shipment.picked_up_at or shipment.shipped_at,
        heard_at=shipment.heard_at,
        heard=ago_text(shipment.heard_at, now=now) if shipment.heard_at else "",
        is_return=is_return,
        needs_you=standing in NEEDS_YOU
        or (standing == Standing.HELD and shipment.must_act == Party.RECIPIENT),
    )


def steps_of(standing: Standing, *, is_return: bool) -> tuple[Step, ...]:
    """Give the four steps of a parcel's way; a way that ended otherwise says so in the last."""
    done = words.LOOKS[standing].steps_done
    if done is None:
        return ()
    labels = list(words.STEPS_HOME if is_return else words.STEPS)
    if not is_return:
        labels[-1] = words.LAST_STEP.get(standing, labels[-1])
    states = ["done"] * done + ["current"] + ["next"] * len(labels)
    return tuple(Step(str(label), state) for label, state in zip(labels, states, strict=False))


def contents_of(units: Mapping[int, int], order: Order, view: OrderView) -> Contents:
    """Give what is in some parcels, in the order's own sequence of lines.

    `units` are how many of each order line (by primary key) are in them; the order is loaded by
    `orders.queries.with_page`.
    """
    shown = {line.key: line for line in view.lines}
    rows = [(line.external_id, units[line.pk]) for line in order.lines.all() if line.pk in units]
    return tuple((shown[key], quantity) for key, quantity in rows if key in shown)
