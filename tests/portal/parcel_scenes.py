"""Orders with parcels in every state that people read, for page tests and browser journeys.

The clock stands at `scenes.NOW`, a Monday afternoon; the orders were placed on the Friday before.
"""

from datetime import UTC, date, datetime, timedelta

from orders.models import OrderLine
from orders.statuses import Status
from tests.factories import ParcelCaseFactory, ShipmentFactory, ShipmentLineFactory
from tests.portal.scenes import NOW, make_order
from tracking.models import ParcelCase
from tracking.statuses import CaseAnswer, CaseState, Cause, Direction, Milestone, Party, Trouble

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NUMBER = "JJD000390007554142100"
THIS_WEEK = {"expected_from": date(2026, 11, 24), "expected_until": date(2026, 11, 25)}
PROMISED = {"promised_from": date(2026, 11, 24), "promised_until": date(2026, 11, 25)}
GROUND = {
    "kind": "usual", "low": 3, "high": 5, "parcels": 143, "carrier": "dhl_paket", "country": "DE",
}  # fmt: skip


def scan(milestone, hours_ago, *, place="", country="DE", text="", source="dhl", **more):
    """Make a scan as `Shipment.recent` holds it."""
    at = NOW - timedelta(hours=hours_ago)
    return {
        "at": at.isoformat(), "milestone": milestone, "cause": "", "is_delay": False,
        "text": text, "code": "", "place": place, "country": country, "source": source,
        "day_only": False, "override": False, **more,
    }  # fmt: skip


LABEL = scan(Milestone.LABEL_CREATED, 72, text="The instruction data was received electronically")
TAKEN = scan(Milestone.PICKED_UP, 66, place="BERLIN", text="Picked up from the sender")
ON_ROAD = [
    scan(Milestone.IN_TRANSIT, 11, place="RUEDERSDORF", text="Arrived at the destination centre"),
    scan(Milestone.IN_TRANSIT, 40, place="Leipzig, DE", text="Left the parcel centre"),
    scan(Milestone.IN_TRANSIT, 58, place="Leipzig, DE", text="Arrived at the parcel centre"),
    TAKEN,
    LABEL,
]
CAME = scan(Milestone.DELIVERED, 3, place="Berlin", text="Delivered to the recipient")
TRIED = scan(Milestone.ATTEMPT_FAILED, 3, cause="recipient_absent", place="Berlin")
OUT = scan(Milestone.OUT_FOR_DELIVERY, 8, place="Berlin", text="Loaded onto the vehicle")
AT_SHOP = scan(
    Milestone.READY_FOR_PICKUP, 2, place="Packstation 143, Berlin", text="Placed in the locker"
)


def _moving(**more):
    facts = {"milestone": Milestone.IN_TRANSIT, "recent": ON_ROAD, "is_delayed": False}
    named = {**THIS_WEEK, **PROMISED, "expected_ground": GROUND}
    return facts | named | more


PARCELS = {
    "sent": {
        "milestone": Milestone.UNKNOWN, "step": 0, "since": None, "heard_at": None,
        "recent": [], **THIS_WEEK, **PROMISED, "expected_ground": {"kind": "promise"},
    },
    "unscanned": {
        "milestone": Milestone.LABEL_CREATED, "step": 1, "recent": [LABEL],
        "next_look_at": NOW + timedelta(days=3), **THIS_WEEK, **PROMISED,
    },
    "moving": _moving(),
    "stale": _moving(last_scan_at=NOW - timedelta(hours=90), recent=ON_ROAD[1:]),
    "delayed": _moving(
        expected_from=date(2026, 11, 26), expected_until=date(2026, 11, 27),
        is_delayed=True, cause=Cause.WEATHER, expected_ground={"kind": "carrier"},
        recent=[scan(Milestone.EXCEPTION, 5, cause="weather", is_delay=True), *ON_ROAD],
    ),
    "overdue": _moving(
        expected_from=None, expected_until=None,
        promised_from=date(2026, 11, 20), promised_until=date(2026, 11, 21),
    ),
    "out": {
        "milestone": Milestone.OUT_FOR_DELIVERY, "since": NOW - timedelta(hours=8), "step": 4,
        "recent": [OUT, *ON_ROAD], "expected_from": date(2026, 11, 23),
        "expected_until": date(2026, 11, 23), **PROMISED,
    },
    "attempt": {
        "milestone": Milestone.ATTEMPT_FAILED, "since": NOW - timedelta(hours=3), "step": 4,
        "attempts": 1, "cause": Cause.RECIPIENT_ABSENT, "must_act": Party.RECIPIENT,
        "recent": [TRIED, OUT, *ON_ROAD], **PROMISED,
    },
    "pickup": {
        "milestone": Milestone.READY_FOR_PICKUP, "since": NOW - timedelta(hours=2), "step": 4,
        "recent": [AT_SHOP, TRIED, OUT, *ON_ROAD], **PROMISED,
    },
    "held": {
        "milestone": Milestone.EXCEPTION, "since": NOW - timedelta(hours=5), "step": 3,
        "cause": Cause.CUSTOMS_DUTY, "must_act": Party.RECIPIENT,
        "recent": [scan(Milestone.EXCEPTION, 5, cause="customs_duty", country="CH"), *ON_ROAD],
        **PROMISED,
    },
    "delivered": {
        "milestone": Milestone.DELIVERED, "delivered_at": NOW - timedelta(hours=3), "step": 5,
        "since": NOW - timedelta(hours=3), "recent": [CAME, OUT, *ON_ROAD], **PROMISED,
    },
    "returning": {
        "milestone": Milestone.RETURNING, "since": NOW - timedelta(hours=6), "step": 4,
        "returning_since": NOW - timedelta(hours=6), "cause": Cause.REFUSED,
        "recent": [scan(Milestone.RETURNING, 6, cause="refused", place="Berlin"), OUT, *ON_ROAD],
    },
    "returned": {
        "milestone": Milestone.RETURNED, "since": NOW - timedelta(hours=2), "step": 4,
        "returning_since": NOW - timedelta(hours=30), "cause": Cause.UNCLAIMED,
        "recent": [scan(Milestone.RETURNED, 2, place="Berlin"), *ON_ROAD],
    },
    "lost": {
        "milestone": Milestone.LOST, "since": NOW - timedelta(hours=2), "step": 3,
        "last_scan_at": NOW - timedelta(hours=40), "recent": ON_ROAD,
    },
    "cancelled": {"milestone": Milestone.CANCELLED, "step": 1, "recent": [LABEL]},
    "expired": {"milestone": Milestone.EXPIRED, "step": 3, "recent": ON_ROAD},
}  # fmt: skip
CASES = {"stale": Trouble.STALE, "attempt": Trouble.ATTEMPT}


def parcel(order, name, units, *, number=NUMBER, **changes):
    """Add a parcel of a kind to an order; `units` are quantities by position of the line."""
    facts = {
        "number": number,
        "number_key": number,
        "shipped_at": FRIDAY + timedelta(hours=6),
        "heard_at": NOW - timedelta(minutes=12),
    }
    made = ShipmentFactory(order=order, **(facts | PARCELS[name] | changes))
    for position, quantity in units.items():
        line = OrderLine.every.get(order=order, position=position)
        ShipmentLineFactory(shipment=made, order_line=line, quantity=quantity)
    if name in CASES:
        ParcelCaseFactory(shipment=made, kind=CASES[name], opened_at=NOW - timedelta(hours=1))
    return made


def order_with(shop, name, **changes):
    """Make an order whose four units are all in one parcel of a kind."""
    status = Status.DELIVERED if name == "delivered" else Status.SHIPPED
    order = make_order(shop, status, placed_at=FRIDAY)
    parcel(order, name, {1: 1, 2: 2, 3: 1}, **changes)
    return order


def case_of(order):
    """Give the only case of an order's parcels."""
    return ParcelCase.every.get(shipment__order=order)


def answered(order, *, answer=CaseAnswer.SLOT, data=None):
    """Let the shopper have answered what should happen after a failed delivery."""
    case = case_of(order)
    case.state, case.answer, case.answered_at = CaseState.ANSWERED, answer, NOW
    case.answer_data = data or {"day": "2026-11-26"}
    case.save()
    return case


def three_packages(shop, names=("delivered", "moving", "delayed")):
    """Make an order in three packages, each with one line."""
    order = make_order(shop, Status.SHIPPED, placed_at=FRIDAY)
    for place, (name, units) in enumerate(zip(names, (1, 2, 1), strict=True), start=1):
        parcel(order, name, {place: units}, number=f"{NUMBER[:-1]}{place}")
    return order


def part_shipped(shop, name="moving"):
    """Make an order of which one line is still to be packed."""
    order = make_order(shop, Status.PART_SHIPPED, placed_at=FRIDAY)
    parcel(order, name, {1: 1, 2: 2})
    return order


def return_parcel(order, **changes):
    """Add a parcel that goes back to the shop."""
    return parcel(
        order, "moving", {}, direction=Direction.RETURN, number="RT123456789DE", **changes
    )
