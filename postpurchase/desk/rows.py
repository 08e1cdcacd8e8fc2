"""Orders as lists and search results show them, written out before the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import quote
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from merchants.models import Merchant
from orders.models import Address, Order, OrderTag
from orders.statuses import TO_SHIP, AddressKind, Status
from postpurchase.desk.page import CHIPS, age_text
from postpurchase.desk.promise import late_text
from postpurchase.lib.locales import moment_text, money_text
from tracking.queries import promise_for

COLUMNS = (
    "pk", "public_id", "merchant_id", "number", "name", "email", "phone", "phone_key",
    "placed_at", "currency", "total_minor", "status", "sync_conflict", "is_history",
)  # fmt: skip


NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Row:
    """One order in a list, as text."""

    pk: int
    key: str
    url: str
    number: str
    name: str
    email: str
    total: str
    placed: str
    placed_at: datetime
    age: str
    chip: SafeString
    late: str
    tags: list[str]
    has_conflict: bool


def rows_of(
    ids: Sequence[int], *, merchant: Merchant, back: str, now: datetime, anchor: str = ""
) -> tuple[list[Row], dict[int, Order]]:
    """Load orders of the current merchant, in the order given, in one query.

    Links lead to the part of an order's page that `anchor` names.
    """
    if not ids:
        return [], {}
    tags = OrderTag.objects.filter(order_id=OuterRef("pk")).order_by("name")
    doors = Address.objects.filter(order_id=OuterRef("pk"), kind=AddressKind.SHIPPING)
    orders: dict[int, Order] = dict(
        Order.objects.only(*COLUMNS)
        .annotate(
            tag_names=ArraySubquery(tags.values("name")), door=Subquery(doors.values("country"))
        )
        .in_bulk(list(ids))
    )
    for order in orders.values():
        order.merchant = merchant
    at = f"#{anchor}" if anchor else ""
    return [_row(orders[pk], back=back, at=at, now=now) for pk in ids if pk in orders], orders


def _late(order: Order, *, now: datetime) -> str:
    """Say how late an order is that waits to be shipped; what has left is the carrier's matter."""
    if order.status not in TO_SHIP:
        return ""
    country: str = order.door or ""  # type: ignore[attr-defined]  # annotated
    promise = promise_for(order, door_country=country)
    return (
        late_text(promise, Status(order.status), today=timezone.localdate(now)) if promise else ""
    )


@cache
def _page() -> str:
    return reverse("admin:desk_order", args=[NOBODY])


@cache
def _chip(status: Status, _language: str | None) -> SafeString:
    """Draw a state in the active language: there are few, and lists show hundreds."""
    icon, tone = CHIPS[status]
    context = {"icon": icon, "tone": tone, "text": status.label}
    return render_to_string("components/chip.html", context)


def _row(order: Order, *, back: str, at: str, now: datetime) -> Row:
    status = Status(order.status)
    key = order.public_id.hex
    url = _page().replace(str(NOBODY), str(order.public_id))
    return Row(
        pk=order.pk,
        key=key,
        url=(f"{url}?back={quote(f'{back}here={key}#o-{key}')}" if back else url) + at,
        number=order.number,
        name=order.name,
        email=order.email,
        total=money_text(order.total),
        placed=moment_text(order.placed_at),
        placed_at=order.placed_at,
        age=age_text(order.placed_at, now=now),
        chip=_chip(status, get_language()),
        late=_late(order, now=now),
        tags=order.tag_names,  # type: ignore[attr-defined]  # annotated
        has_conflict=bool(order.sync_conflict),
    )
