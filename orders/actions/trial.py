"""A test order: real in every step, marked as a test, and left out of figures."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.connections import own_connection
from merchants.models import Merchant, StoreConnection, User
from merchants.statuses import ConnectionKind
from orders.actions.intake import Intake, lock_orders, take_in
from orders.actions.tags import put_tag
from orders.models import Order
from orders.sources.document import AddressDoc, LineDoc, OrderDoc
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.lib.errors import Refused

PREFIX = "test:"
"""How the ids of test orders begin; figures leave them out by it."""
TAG = "test"
MOST = 100
ONCE_IN = timedelta(seconds=10)
"""A second wish within this time is the same click."""


class EnoughTests(Refused):
    """There are a hundred test orders already."""

    code = "enough_tests"


def ids() -> list[str]:
    """Give the ids that test orders may have."""
    return [f"{PREFIX}{number}" for number in range(1, MOST + 1)]


@transaction.atomic
def place_test_order(merchant: Merchant, *, by: User, now: datetime) -> Order:
    """Place a test order that goes to the address of whoever wants it. Raises EnoughTests."""
    connection = own_connection(merchant.pk, ConnectionKind.API)
    lock_orders([(connection.pk, PREFIX)])
    earlier = {
        order.external_id: order
        for order in Order.every.filter(connection=connection, external_id__in=ids())
    }
    latest = max(earlier.values(), key=lambda order: order.created_at, default=None)
    if latest and latest.email == by.email and now - latest.created_at < ONCE_IN:
        return latest
    free = next((name for name in ids() if name not in earlier), None)
    if free is None:
        raise EnoughTests(gettext_lazy("There are a hundred test orders. Use one of them."))
    return _place(merchant, connection, free, by=by, now=now)


def _place(
    merchant: Merchant, connection: StoreConnection, external_id: str, *, by: User, now: datetime
) -> Order:
    actor = Actor(ActorKind.STAFF, str(by))
    document = _document(merchant, external_id, by=by, now=now)
    order = take_in(Intake(connection, now=now, actor=actor), [document])[0].order
    put_tag(order, name=TAG, actor=actor, now=now)
    return order


def _document(merchant: Merchant, external_id: str, *, by: User, now: datetime) -> OrderDoc:
    number = external_id.removeprefix(PREFIX)
    name = by.name or _("Test shopper")
    address = AddressDoc(
        name=name,
        street=_("1 Example Street"),
        postcode="10115",
        city=_("Example Town"),
        country=merchant.country,
    )
    return OrderDoc(
        external_id=external_id,
        number=f"TEST-{number}",
        currency=merchant.currency,
        placed_at=now,
        updated_at=now,
        email=by.email,
        locale=merchant.language,
        ship_to=address,
        bill_to=address,
        lines=(
            _line(f"{external_id}-1", _("Test item"), quantity=2, price=15),
            _line(f"{external_id}-2", _("Another test item"), quantity=1, price=25),
        ),
        subtotal="55",
        shipping="5",
        shipping_method=_("Standard delivery"),
        total="60",
        payment="paid",
        note=_("This is a test. Nothing is packed or charged."),
    )


def _line(key: str, title: str, *, quantity: int, price: int) -> LineDoc:
    return LineDoc(
        external_id=key,
        title=title,
        quantity=quantity,
        unit_price=str(price),
        total=str(quantity * price),
    )
