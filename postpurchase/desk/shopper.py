"""The shopper's own page, opened by an agent: logged, for ten minutes, and proving nothing."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders.models import Order
from orders.statuses import OrderEvent
from orders.timeline import record
from postpurchase.desk.doing import actor_of
from postpurchase.desk.subject import order_or_404
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.as_shopper import path_as_shopper


@require_POST
@desk_page(Permission.SERVE)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Write down the look, then lead to exactly the page that the shopper sees."""
    now = timezone.now()
    order = order_or_404(public_id)
    with transaction.atomic():
        note_look(place.viewer, LookKind.AS_SHOPPER, of=Order, rows=[order.pk], now=now)
        record(order, OrderEvent.OPENED_AS_SHOPPER, at=now, actor=actor_of(place))
    return redirect(path_as_shopper(order, now=now))
