"""Orders as programs get them: in the words in which they are sent, with what follows from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from msgspec import Meta

from orders.models import Address as AddressRow
from orders.models import Event, Fulfilment, Order, OrderLine, Payment, RefundFact
from orders.sources.document import AddressDoc, QuantityOf
from postpurchase.lib import links
from postpurchase.lib.money import to_text

LINK_LASTS = timedelta(days=180)

Amount = Annotated[str, Meta(description="Decimal string of the major unit", examples=["12.34"])]


class LineResource(msgspec.Struct, kw_only=True):
    """A line of an order, with how many of its units are where."""

    external_id: str
    title: str
    variant: str
    sku: str
    product_id: str
    image_url: str
    quantity: int
    cancelled: int
    fulfilled: int
    delivered: int
    unit_price: Amount
    discount: Amount
    tax: Amount
    total: Amount
    requires_shipping: bool


class PaymentResource(msgspec.Struct, kw_only=True):
    """A means of payment, as the shop states it."""

    external_id: str
    method: str
    card_brand: str
    last4: str
    amount: Amount
    state: str
    at: datetime | None


class RefundResource(msgspec.Struct, kw_only=True):
    """Money that the shop gave back."""

    external_id: str
    amount: Amount
    reason: str
    at: datetime | None
    lines: list[QuantityOf]


class FulfilmentResource(msgspec.Struct, kw_only=True):
    """Lines that left the shop together."""

    external_id: str
    state: str
    carrier: str
    tracking_numbers: list[str]
    tracking_urls: list[str]
    shipped_at: datetime | None
    updated_at: datetime | None
    lines: list[QuantityOf]


class OrderResource(msgspec.Struct, kw_only=True):
    """An order: what its shop states, and where it stands."""

    public_id: UUID
    connection: Annotated[
        str, Meta(description="Where it comes from: shopify, woocommerce, api or file")
    ]
    external_id: str
    number: str
    status: Annotated[str, Meta(description="The one word for the whole order")]
    payment_status: str
    fulfilment_status: str
    delivery_status: str
    return_status: str
    currency: str
    placed_at: datetime
    updated_at: Annotated[
        datetime | None, Meta(description="Version of the shop's document, as stated")
    ]
    changed_at: Annotated[datetime, Meta(description="When the order last changed here")]
    email: str
    phone: str
    name: str
    locale: str
    ship_to: AddressDoc | None
    bill_to: Annotated[AddressDoc | None, Meta(description="null: the same as ship_to")]
    lines: list[LineResource]
    subtotal: Amount
    discount: Amount
    discount_codes: list[str]
    shipping: Amount
    shipping_method: str
    fees: Amount
    tax: Amount
    tax_included: bool
    total: Amount
    refunded: Amount
    payment: Annotated[str, Meta(description="The shop's word for the payment")]
    hold: str
    fulfilled: Annotated[bool, Meta(description="Whether the shop calls all of it fulfilled")]
    cancelled_at: datetime | None
    cancel_reason: str
    note: str
    conflict: Annotated[str, Meta(description="What in the shop's figures does not fit")]
    history: Annotated[bool, Meta(description="Taken in silently, as history")]
    payments: list[PaymentResource]
    refunds: list[RefundResource]
    fulfilments: list[FulfilmentResource]
    portal_url: Annotated[str, Meta(description="The shopper's page, signed; it opens the order")]


class WrittenOrderResource(OrderResource, kw_only=True):
    """An order, and what a write did to it."""

    result: Annotated[str, Meta(description="created, updated, unchanged or outdated")]


class EventResource(msgspec.Struct, kw_only=True):
    """One thing that happened to an order."""

    public_id: UUID
    kind: Annotated[str, Meta(examples=["order.placed"])]
    at: datetime
    recorded_at: datetime
    by: Annotated[str, Meta(description="shop, shopper, staff, program or system")]
    who: str
    public: Annotated[bool, Meta(description="Whether the shopper sees it")]
    data: dict[str, Any]


def with_parts(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Load all that a document shows, in seven queries."""
    lines = OrderLine.every.select_related("product", "picture").order_by("position", "pk")
    parts: list[Prefetch[Any]] = [
        Prefetch("lines", lines),
        Prefetch("addresses", AddressRow.every.all()),
        Prefetch("payments", Payment.every.order_by("pk")),
        Prefetch("refunds", RefundFact.every.order_by("pk")),
        Prefetch("fulfilments", Fulfilment.every.order_by("pk")),
    ]
    return orders.select_related("connection", "merchant").prefetch_related(*parts)


def order_fields(order: Order, *, now: datetime) -> dict[str, Any]:
    """Give the fields of an order's document; `order` comes from `with_parts`."""
    addresses = {row.kind: _address(row) for row in order.addresses.all()}
    amounts = {
        name: to_text(getattr(order, f"{name}_minor"), order.currency)
        for name in ("subtotal", "discount", "shipping", "fees", "tax", "total", "refunded")
    }
    same = (
        "public_id", "external_id", "number", "status", "payment_status", "fulfilment_status",
        "delivery_status", "return_status", "currency", "placed_at", "email", "phone", "name",
        "discount_codes", "shipping_method", "tax_included", "hold", "cancelled_at",
        "cancel_reason", "note",
    )  # fmt: skip
    return {
        **{name: getattr(order, name) for name in same},
        **amounts,
        "connection": order.connection.kind,
        "updated_at": order.version_at,
        "changed_at": order.updated_at,
        "locale": order.language,
        "ship_to": addresses.get("shipping"),
        "bill_to": addresses.get("billing"),
        "payment": order.stated_payment,
        "fulfilled": order.stated_fulfilled,
        "conflict": order.sync_conflict,
        "history": order.is_history,
        "lines": [_line(line) for line in order.lines.all()],
        "payments": [_payment(row) for row in order.payments.all()],
        "refunds": [_refund(row) for row in order.refunds.all()],
        "fulfilments": [_fulfilment(row) for row in order.fulfilments.all()],
        "portal_url": portal_url(order, now=now),
    }


def order_resource(order: Order, *, now: datetime) -> OrderResource:
    """Put an order into its document."""
    return OrderResource(**order_fields(order, now=now))


def portal_url(order: Order, *, now: datetime) -> str:
    """Give the shopper's link; the same all day, so that documents can be compared."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    token = links.sign(
        purpose="order",
        subject=order.public_id,
        epoch=order.link_epoch,
        expires_at=day + LINK_LASTS,
    )
    return f"{settings.PUBLIC_URL}{reverse('portal:order', args=[order.merchant.slug, token])}"


def _address(row: AddressRow) -> AddressDoc:
    return AddressDoc(**{name: getattr(row, name) for name in AddressDoc.__struct_fields__})


def _line(line: OrderLine) -> LineResource:
    return LineResource(
        external_id=line.external_id,
        title=line.title,
        variant=line.variant,
        sku=line.sku,
        product_id=line.product.external_id if line.product else "",
        image_url=line.picture.source_url if line.picture else "",
        quantity=line.ordered,
        cancelled=line.cancelled,
        fulfilled=line.fulfilled,
        delivered=line.delivered,
        unit_price=to_text(line.unit_minor, line.currency),
        discount=to_text(line.discount_minor, line.currency),
        tax=to_text(line.tax_minor, line.currency),
        total=to_text(line.total_minor, line.currency),
        requires_shipping=line.requires_shipping,
    )


def _payment(row: Payment) -> PaymentResource:
    return PaymentResource(
        external_id=row.external_id,
        method=row.method,
        card_brand=row.card_brand,
        last4=row.last4,
        amount=to_text(row.amount_minor, row.currency),
        state=row.state,
        at=row.at,
    )


def _refund(row: RefundFact) -> RefundResource:
    return RefundResource(
        external_id=row.external_id,
        amount=to_text(row.amount_minor, row.currency),
        reason=row.reason,
        at=row.at,
        lines=row.lines,
    )


def _fulfilment(row: Fulfilment) -> FulfilmentResource:
    return FulfilmentResource(
        external_id=row.external_id,
        state=row.state,
        carrier=row.carrier,
        tracking_numbers=row.tracking_numbers,
        tracking_urls=row.tracking_urls,
        shipped_at=row.shipped_at,
        updated_at=row.version_at,
        lines=row.lines,
    )


def event_resource(event: Event) -> EventResource:
    """Put an event into its document; amounts become decimal strings there too."""
    data = dict(event.data)
    if "amount_minor" in data and "currency" in data:
        data["amount"] = to_text(data.pop("amount_minor"), data["currency"])
    return EventResource(
        public_id=event.public_id,
        kind=event.kind,
        at=event.at,
        recorded_at=event.created_at,
        by=event.actor_kind,
        who=event.actor,
        public=event.is_public,
        data=data,
    )
