"""What does not fit in an order's figures, until somebody has looked after it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.statuses import OrderEvent
from orders.timeline import Actor, record
from postpurchase.lib.errors import Refused


class NoConflict(Refused):
    """There is nothing that does not fit."""

    code = "no_conflict"


@transaction.atomic
def see_conflict(order: Order, *, actor: Actor, now: datetime) -> None:
    """Take what does not fit as looked after. It comes back if the shop states it again.

    Raises NoConflict.
    """
    current = Order.every.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    if not current.sync_conflict:
        raise NoConflict(_("The figures of this order fit together."))
    what, current.sync_conflict = current.sync_conflict, ""
    current.save(update_fields=["sync_conflict", "updated_at"])
    record(current, OrderEvent.CONFLICT_SEEN, at=now, actor=actor, what=what)
