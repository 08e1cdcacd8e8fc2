"""When an order was promised, and how late it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.models import Order
from orders.statuses import TO_SHIP, AddressKind, Status
from postpurchase.lib.locales import day_text, days_text
from tracking.policy import Promise
from tracking.queries import promise_for


@dataclass(frozen=True, slots=True)
class Due:
    """The promise of an order in words. `late` is empty while it holds."""

    text: str
    late: str


def due_of(order: Order, *, today: date) -> Due | None:
    """Say what was promised for an order that is not closed; None where nothing was."""
    status = Status(order.status)
    promise = promise_for(order, door_country=door_country(order))
    if promise is None or status not in TO_SHIP | {Status.SHIPPED}:
        return None
    late = late_text(promise, status, today=today)
    arrives = days_text(promise.arrives_from, promise.arrives_until)
    if status == Status.SHIPPED:
        return Due(_("Arrives %(days)s") % {"days": arrives}, late)
    text = _("Leaves by %(day)s, arrives %(days)s") % {
        "day": day_text(promise.ships_by),
        "days": arrives,
    }
    return Due(text, late)


def door_country(order: Order) -> str:
    """Give the country an order goes to; its addresses are loaded."""
    rows = [row for row in order.addresses.all() if row.kind == AddressKind.SHIPPING]
    return rows[0].country if rows else ""


def late_text(promise: Promise, status: Status, *, today: date) -> str:
    """Say how late an order is; nothing while the promise holds."""
    if promise.arrives_until < today:
        days = (today - promise.arrives_until).days
        text = ngettext("%(days)d day late", "%(days)d days late", days)
    elif status in TO_SHIP and promise.ships_by < today:
        days = (today - promise.ships_by).days
        text = ngettext("Ships %(days)d day late", "Ships %(days)d days late", days)
    else:
        return ""
    return text % {"days": days}
