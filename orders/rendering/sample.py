"""An order that nobody placed: to show what pages and mails look like. It is never saved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from merchants.models import Merchant
from orders.models import Address, Order, OrderLine, Payment, Picture, Product
from orders.statuses import AddressKind, FulfilmentStatus, PaymentStatus, PictureState, Status
from postpurchase.lib.money import to_minor

NOBODY = 0
"""No row has this key, so nothing in the database belongs to the sample."""
PLACED_AGO = timedelta(minutes=20)
SOLD = ((89, 1), (24, 2), (29, 1))
DELIVERY = "4.90"


def sample_order(merchant: Merchant, *, now: datetime) -> Order:
    """Make up a paid order of three lines, with this shop's own products where it has some."""
    paid = [price * quantity for price, quantity in SOLD]
    order = Order(
        pk=NOBODY,
        public_id=UUID(int=0),
        merchant=merchant,
        number="#1042",
        email="ana@example.com",
        name="Ana Lindner",
        placed_at=now - PLACED_AGO,
        currency=merchant.currency,
        subtotal_minor=to_minor(sum(paid), merchant.currency),
        shipping_minor=to_minor(DELIVERY, merchant.currency),
        shipping_method=_("Standard delivery"),
        total_minor=to_minor(sum(paid), merchant.currency) + to_minor(DELIVERY, merchant.currency),
        payment_status=PaymentStatus.PAID,
        fulfilment_status=FulfilmentStatus.UNFULFILLED,
        status=Status.PACKING,
    )
    _load(order, lines=_lines(order), addresses=[_address(order)], payments=[_payment(order)])
    return order


def _load(order: Order, **rows: list[Any]) -> None:
    """Put rows where Django looks for those that were read along."""
    nothing: dict[str, list[Any]] = {"refunds": [], "fulfilments": []}
    order._prefetched_objects_cache = nothing | rows  # type: ignore[attr-defined]  # Django's own


def _lines(order: Order) -> list[OrderLine]:
    goods = _goods(order.merchant_id)
    return [
        OrderLine(
            merchant=order.merchant,
            order=order,
            external_id=f"sample-{place}",
            position=place,
            title=title,
            variant="" if picture else _("Size M"),
            picture=picture,
            product=None,
            ordered=quantity,
            currency=order.currency,
            unit_minor=to_minor(price, order.currency),
            total_minor=to_minor(price * quantity, order.currency),
        )
        for place, ((price, quantity), (title, picture)) in enumerate(
            zip(SOLD, goods, strict=True), start=1
        )
    ]


def _goods(merchant_id: int) -> list[tuple[str, Picture | None]]:
    """Give three things the shop sells, the newest with a picture; else things made up."""
    rows = Product.every.of(merchant_id).filter(picture__state=PictureState.READY)
    found = [(row.title, row.picture) for row in rows.select_related("picture").order_by("-pk")[:3]]
    made_up: list[tuple[str, Picture | None]] = [
        (_("Rain jacket"), None),
        (_("Wool socks, pack of three"), None),
        (_("Thermos flask"), None),
    ]
    return [*found, *made_up[len(found) :]]


def _address(order: Order) -> Address:
    return Address(
        merchant=order.merchant,
        order=order,
        kind=AddressKind.SHIPPING,
        name="Ana Lindner",
        street=_("12 Chestnut Avenue"),
        postcode="12345",
        city=_("Sampletown"),
        country=order.merchant.country,
    )


def _payment(order: Order) -> Payment:
    return Payment(
        merchant=order.merchant,
        order=order,
        external_id="sample",
        method="Visa",
        card_brand="Visa",
        last4="4242",
        state="captured",
        amount_minor=order.total_minor,
        currency=order.currency,
        at=order.placed_at,
    )
