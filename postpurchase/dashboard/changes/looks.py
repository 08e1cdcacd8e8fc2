"""Who looked at personal data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from merchants.models import PersonalDataLook
from merchants.policy import Permission
from merchants.queries import Wanted, looks_page, staff_of
from merchants.statuses import LookKind
from notifications.models import Message
from notifications.queries import message_pks
from orders.keys import number_key
from orders.models import Customer, Order
from postpurchase.dashboard.changes.forms import LooksForm
from postpurchase.lib import keyset
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

NAMED = 3
"""So many orders of one look are named; a list shows fifty."""
ORDERS_AT_MOST = 20
ICONS: dict[str, str] = {
    LookKind.LIST: "list",
    LookKind.PAGE: "file-text",
    LookKind.MAIL: "mail",
    LookKind.PAYLOAD: "code",
    LookKind.AS_SHOPPER: "eye",
    LookKind.EXPORT: "download",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A look in the list, with the orders it showed as far as they are still there."""

    look: PersonalDataLook
    icon: str
    table: str
    count: int
    orders: list[Order]


@require_safe
@merchant_page(Permission.PRIVACY)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """List looks at personal data, newest first."""
    form = LooksForm(request.GET, staff=staff_of(place.merchant.pk))
    wanted = form.wanted(place.merchant.zone)
    number = form.cleaned_data.get("order", "")
    targets = _targets(place, number) if number else None
    cursor = request.GET.get("cursor")
    try:
        page = looks_page(place.merchant.pk, wanted, targets=targets, cursor=cursor)
    except keyset.BadCursor:
        raise Http404("no such page") from None
    context = frame(
        request,
        place,
        form=form,
        rows=_rows(page.rows),
        is_filtered=wanted != Wanted() or bool(number),
        is_later=bool(cursor),
        first_url=form.address(),
        older_url=form.address(cursor=page.next_cursor) if page.next_cursor else "",
        sees_looks=True,
    )
    return render(request, "dashboard/changes/looks.html", context)


def _targets(place: Place, number: str) -> dict[str, list[int]]:
    """Give the rows in which an order is shown: itself, its customer, its mails."""
    key = number_key(number)
    rows = Order.objects.filter(number_key=key) if key else Order.objects.none()
    orders = list(rows.order_by("-pk")[:ORDERS_AT_MOST])
    mails = message_pks(place.merchant.pk, email="", order_pks=[order.pk for order in orders])
    return {
        Order._meta.label_lower: [order.pk for order in orders],
        Customer._meta.label_lower: [row.customer_id for row in orders if row.customer_id],
        Message._meta.label_lower: mails[-ORDERS_AT_MOST:],
    }


def _rows(looks: Iterable[PersonalDataLook]) -> list[Row]:
    looks = list(looks)
    orders = _orders_of(looks)
    return [
        Row(
            look,
            icon=ICONS.get(look.kind, "eye"),
            table=_table(look.table),
            count=len(look.rows),
            orders=[orders[look.table][pk] for pk in look.rows[:NAMED] if pk in orders[look.table]],
        )
        for look in looks
    ]


def _orders_of(looks: Iterable[PersonalDataLook]) -> dict[str, dict[int, Order]]:
    """Find the orders that looks at orders and at mails showed, in two questions."""
    named: dict[str, set[int]] = defaultdict(set)
    for look in looks:
        named[look.table].update(look.rows[:NAMED])
    orders = Order.objects.filter(pk__in=named[Order._meta.label_lower])
    mails = Message.objects.filter(pk__in=named[Message._meta.label_lower])
    found: dict[str, dict[int, Order]] = defaultdict(dict)
    found[Order._meta.label_lower] = {order.pk: order for order in orders}
    found[Message._meta.label_lower] = {
        mail.pk: mail.order for mail in mails.select_related("order") if mail.order
    }
    return found


def _table(label: str) -> str:
    try:
        return str(capfirst(apps.get_model(label)._meta.verbose_name_plural))
    except (LookupError, ValueError):
        return label
