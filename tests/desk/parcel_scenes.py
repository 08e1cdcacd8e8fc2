"""Orders with parcels in all states, as agents meet them."""

from datetime import datetime, timedelta

from django.utils import timezone

from tests import factories
from tests.desk.scenes import make_order
from tracking.statuses import CaseAnswer, CaseState, Cause, DateSource, Milestone, Party, Trouble

NUMBER = "JJD000390007555400001"


def scan(at, milestone, text, place="Leipzig", **more):
    """Write a scan as `Shipment.recent` holds it."""
    return {
        "at": at.isoformat(), "milestone": milestone, "cause": "", "is_delay": False,
        "override": False, "day_only": False, "source": "aftership", "code": "InTransit_003",
        "text": text, "place": place, "country": "DE", **more,
    }  # fmt: skip


def make_parcels(shop=None):
    """Make an order with a failed attempt that was answered, a late one, and one taken back."""
    now = timezone.now()
    order = make_order(shop)
    lines = list(order.lines.order_by("pk"))
    tried = factories.ShipmentFactory(
        order=order, number=NUMBER, milestone=Milestone.ATTEMPT_FAILED, attempts=2, step=4,
        cause=Cause.RECIPIENT_ABSENT, must_act=Party.RECIPIENT, since=now - timedelta(hours=5),
        heard_at=now - timedelta(minutes=12), last_scan_at=now - timedelta(hours=5),
        expected_from=now.date() + timedelta(days=1), expected_until=now.date() + timedelta(days=2),
        expected_by=DateSource.CARRIER, carrier_day_by="aftership",
        expected_ground={"kind": "carrier"}, promised_from=now.date() - timedelta(days=2),
        promised_until=now.date() - timedelta(days=1),
        recent=[
            scan(now - timedelta(hours=5), "attempt_failed", "Empfänger nicht angetroffen",
                 "Berlin", cause="recipient_absent", code="AttemptFail_001"),
            scan(now - timedelta(hours=9), "out_for_delivery", "In Zustellung", "Berlin"),
            scan(now - timedelta(days=1), "", "Sonstiges Ereignis", "", code="XX_9"),
            scan(now - timedelta(days=2), "in_transit", "Arrived at the hub", day_only=True),
        ],
    )  # fmt: skip
    factories.ShipmentLineFactory(shipment=tried, order_line=lines[0])
    case = factories.ParcelCaseFactory(
        shipment=tried, kind=Trouble.ATTEMPT, occasion="1", cause=Cause.RECIPIENT_ABSENT,
        must_act=Party.RECIPIENT, state=CaseState.ANSWERED, opened_at=now - timedelta(hours=5),
        due_at=now - timedelta(hours=1), answer=CaseAnswer.ADDRESS, answered_at=now,
        answer_data={"street": "Torstraße 5", "postcode": "10119", "city": "Berlin"},
    )  # fmt: skip
    factories.ParcelCaseFactory(
        shipment=tried, kind=Trouble.STALE, state=CaseState.CLOSED, closed_at=now,
        closed_by="Ben Roth", outcome="Rang the carrier: it goes on.",
        opened_at=now - timedelta(days=3),
    )  # fmt: skip
    late = factories.ShipmentFactory(
        order=order, milestone=Milestone.IN_TRANSIT, is_delayed=True, number="1Z999AA10123456784",
        carrier="ups", cause=Cause.WEATHER, must_act=Party.CARRIER, heard_at=now,
    )  # fmt: skip
    factories.ShipmentLineFactory(shipment=late, order_line=lines[1])
    factories.ParcelCaseFactory(shipment=late, kind=Trouble.LATE, opened_at=now)
    factories.ShipmentFactory(
        order=order, number="OLD-1", withdrawn_at=now - timedelta(days=1), carrier=""
    )
    for place, each in enumerate(tried.recent):
        factories.TrackingEventFactory(
            shipment=tried, occurred_at=datetime.fromisoformat(each["at"]), milestone=each["milestone"] or None,
            text=each["text"], code=each["code"], place=each["place"], cause=each["cause"],
            retracted_at=now if place == 3 else None,
        )  # fmt: skip
    return order, tried, case
