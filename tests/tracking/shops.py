"""Orders whose goods leave in parcels, stated as shops state them."""

from datetime import timedelta

from django.utils import timezone

from orders.actions.facts import apply_fulfilment
from orders.actions.intake import Intake, take_in
from orders.models import Order
from orders.sources.document import AddressDoc, FulfilmentDoc, LineDoc, OrderDoc, QuantityOf
from tests.factories import StoreConnectionFactory
from tracking.actions.scans import News
from tracking.carriers.base import Sighting, Word
from tracking.statuses import Cause, Milestone


def an_order(lines=(("a", 2), ("b", 3)), *, fulfilments=(), connection=None, **changes):
    """Take in a paid order of yesterday; `lines` are (id, quantity)."""
    connection = connection or StoreConnectionFactory(kind="api")
    now = timezone.now()
    doc = OrderDoc(
        **{
            "external_id": "1042",
            "number": "#1042",
            "placed_at": now - timedelta(days=1),
            "updated_at": now - timedelta(hours=20),
            "currency": "EUR",
            "total": "50.00",
            "subtotal": "50.00",
            "payment": "paid",
            "email": "ana@example.com",
            "ship_to": AddressDoc(name="Ana Pop", country="DE", postcode="10969", city="Berlin"),
            "lines": tuple(
                LineDoc(external_id=key, title=f"Mug {key}", quantity=count, total="10.00")
                for key, count in lines
            ),
            "fulfilments": tuple(fulfilments),
        }
        | changes
    )
    take_in(Intake(connection=connection, now=now), [doc])
    return Order.every.get(connection=connection, external_id=doc.external_id)


def sent(key="F1", numbers=("JJD000390007555400001",), *, hours_ago=6, lines=None, **changes):
    """Write a fulfilment; `lines` are {id: quantity}."""
    at = timezone.now() - timedelta(hours=hours_ago)
    return FulfilmentDoc(
        **{
            "external_id": key,
            "carrier": "DHL",
            "tracking_numbers": tuple(numbers),
            "shipped_at": at,
            "updated_at": at,
            "lines": tuple(
                QuantityOf(line_id=line, quantity=count) for line, count in (lines or {}).items()
            ),
        }
        | changes
    )


def state(order, fulfilment, *, minutes=0):
    """Have the order's shop state a fulfilment."""
    now = timezone.now() + timedelta(minutes=minutes)
    apply_fulfilment(Intake(connection=order.connection, now=now), order.external_id, fulfilment)
    order.refresh_from_db()


def scan(milestone, *, hours_ago=1.0, at=None, cause="", text="", code="", **more):
    """Make one sighting."""
    return Sighting(
        occurred_at=at or timezone.now() - timedelta(hours=hours_ago),
        word=Word(Milestone(milestone) if milestone else None, Cause(cause), **more),
        text=text or f"{milestone} {cause}".strip(),
        code=code,
        place="Berlin",
        country="DE",
    )


def news(shipment, *scans, source="aftership", doc=None):
    """Have a source tell of a parcel."""
    return News(shipment.pk, source, scans, doc)
