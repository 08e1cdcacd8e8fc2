"""Orders in every state that the portal shows, for page tests and browser journeys."""

from datetime import UTC, datetime, timedelta

from orders.statuses import (
    AddressKind,
    FulfilmentStatus,
    Hold,
    OrderEvent,
    PaymentStatus,
    Status,
)
from postpurchase.lib.links import sign
from tests.factories import (
    AddressFactory,
    BrandFactory,
    EventFactory,
    FulfilmentFactory,
    MerchantFactory,
    OrderFactory,
    OrderLineFactory,
    OrderPolicyFactory,
    PaymentFactory,
    RefundFactory,
    ReturnPolicyFactory,
    ShippingPromiseFactory,
)

# A Monday afternoon in Berlin.
PLACED = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
NOW = PLACED + timedelta(minutes=20)


def make_shop(**changes):
    """Make a shop with a brand, a promise, a return policy and an hour to change one's mind."""
    shop = MerchantFactory(**({"name": "Alma & Fern", "slug": "alma-fern"} | changes))
    BrandFactory(merchant=shop, colour="#2f5d50")
    early = PLACED - timedelta(days=400)
    OrderPolicyFactory(merchant=shop, in_force_from=early)
    ReturnPolicyFactory(merchant=shop, in_force_from=early)
    ShippingPromiseFactory(merchant=shop, in_force_from=early, country="")
    return shop


STATES = {
    Status.PLACED: {"payment_status": PaymentStatus.UNKNOWN},
    Status.PACKING: {},
    Status.PAYMENT_PENDING: {"payment_status": PaymentStatus.PENDING},
    Status.ON_HOLD: {"hold": Hold.ON_HOLD},
    Status.PART_SHIPPED: {"fulfilment_status": FulfilmentStatus.PARTIAL},
    Status.SHIPPED: {"fulfilment_status": FulfilmentStatus.FULFILLED},
    Status.DELIVERED: {
        "fulfilment_status": FulfilmentStatus.FULFILLED,
        "delivery_status": "delivered",
    },
    Status.CANCELLED: {
        "payment_status": PaymentStatus.REFUNDED,
        "refunded_minor": 13_690,
        "cancelled_at": PLACED + timedelta(minutes=10),
    },
    Status.REFUNDED: {
        "payment_status": PaymentStatus.REFUNDED,
        "fulfilment_status": FulfilmentStatus.FULFILLED,
        "refunded_minor": 13_690,
    },
}


def make_order(shop, status=Status.PACKING, **changes):
    """Make an order of three lines and four units in some state, with all that belongs to it."""
    facts = {
        "number": "#1042",
        "number_key": "1042",
        "email": "ines.weber@example.com",
        "phone": "+49 170 5550123",
        "placed_at": PLACED,
        "status": status,
        "subtotal_minor": 13_200,
        "discount_minor": 1_000,
        "discount_codes": ["AUTUMN"],
        "shipping_minor": 490,
        "tax_minor": 2_186,
        "total_minor": 13_690,
    }
    order = OrderFactory(merchant=shop, **(facts | STATES[status] | changes))
    _lines(order, status)
    AddressFactory(order=order)
    PaymentFactory(order=order, state="paid")
    _facts(order, status)
    return order


def _lines(order, status):
    lines = [
        ("Rain jacket “Nordsee”", "Moss green / M", 1, 8_900),
        ("Merino socks, pack of three", "39–42", 2, 2_400),
        ("Thermos flask 0.5 l", "Steel", 1, 2_900),
    ]
    sent = {Status.PART_SHIPPED: 2}.get(status, 3 if order.fulfilment_status == "fulfilled" else 0)
    for place, (title, variant, quantity, total) in enumerate(lines, start=1):
        OrderLineFactory(
            order=order,
            external_id=f"line-{place}",
            position=place,
            title=title,
            variant=variant,
            ordered=quantity,
            total_minor=total,
            fulfilled=quantity if place <= sent else 0,
            cancelled=quantity if status == Status.CANCELLED else 0,
        )


def _facts(order, status):
    events = [OrderEvent.PLACED]
    if order.payment_status in {PaymentStatus.PAID, PaymentStatus.REFUNDED}:
        events.append(OrderEvent.PAID)
    if status == Status.PART_SHIPPED:
        events.append(OrderEvent.PARTLY_SHIPPED)
        _package(order, [("line-1", 1), ("line-2", 2)])
    if status in {Status.SHIPPED, Status.DELIVERED, Status.REFUNDED}:
        events.append(OrderEvent.SHIPPED)
        _package(order, [("line-1", 1), ("line-2", 2), ("line-3", 1)])
    if status == Status.CANCELLED:
        events.append(OrderEvent.CANCELLED)
    if order.refunded_minor:
        events.append(OrderEvent.REFUNDED)
        at = order.placed_at + timedelta(minutes=11)
        RefundFactory(order=order, amount_minor=order.refunded_minor, at=at)
    for place, kind in enumerate(events):
        EventFactory(order=order, kind=kind, at=order.placed_at + timedelta(minutes=3 * place))
    EventFactory(order=order, kind=OrderEvent.CONFLICT, at=order.placed_at)


def _package(order, parts):
    FulfilmentFactory(
        order=order,
        shipped_at=order.placed_at + timedelta(minutes=6),
        lines=[{"line_id": key, "quantity": quantity} for key, quantity in parts],
    )


def bill_elsewhere(order):
    """Give an order another address for the bill."""
    AddressFactory(order=order, kind=AddressKind.BILLING, street="Am Markt 3")


def link_to(order, *, purpose="order", epoch=None, expires_at=None):
    """Give the path of an order's page, good for 90 days unless told otherwise."""
    token = sign(
        purpose=purpose,
        subject=order.public_id,
        epoch=order.link_epoch if epoch is None else epoch,
        expires_at=expires_at or NOW + timedelta(days=90),
    )
    return f"/o/{order.merchant.slug}/order/{token}/"
