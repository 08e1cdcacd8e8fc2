"""Who else has an order open, as far as is known: a courtesy, never a lock.

Names live in the cache for less than a minute. While the cache is away nobody is shown.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from merchants.models import User
from merchants.policy import Permission
from orders.models import Order
from postpurchase.desk import stamp
from postpurchase.desk.stamp import Stamp
from postpurchase.desk.subject import order_or_404
from postpurchase.staff.access import Place, desk_page

log = logging.getLogger(__name__)

SEEN_FOR = 45
"""Seconds after which somebody who was not heard of has gone; pages report every 15."""

Known = dict[int, tuple[str, float, bool]]


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else who has the order open now."""

    name: str
    is_writing: bool


@require_safe
@desk_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Tell who else is here, and whether the order changed since the page was made."""
    order = order_or_404(public_id)
    seen = Stamp.read(request.GET.get("seen", ""))
    context = {
        "others": arrive(
            order,
            user=place.user,
            is_writing=request.GET.get("writing") == "1",
            now=timezone.now(),
        ),
        "has_changed": stamp.current(order) != seen,
    }
    return render(request, "desk/_presence.html", context)


def arrive(order: Order, *, user: User, is_writing: bool, now: datetime) -> list[Present]:
    """Note that somebody has an order open, and give the others who have."""
    moment = now.timestamp()
    try:
        known: Known = cache.get(_key(order)) or {}
        here = {pk: row for pk, row in known.items() if row[1] > moment - SEEN_FOR}
        here[user.pk] = (str(user)[:200], moment, is_writing)
        # Of two who write at once one is missing until they report again.
        cache.set(_key(order), here, timeout=SEEN_FOR)
    except Exception as error:
        # Each cache raises its own errors; the page goes on without.
        log.warning("presence: the cache is away (%s)", type(error).__name__)
        return []
    return list(_others(here, user=user))


def _others(here: Known, *, user: User) -> Iterable[Present]:
    for pk, (name, _at, is_writing) in sorted(here.items(), key=lambda row: row[1][0]):
        if pk != user.pk:
            yield Present(name, is_writing)


def _key(order: Order) -> str:
    return f"desk:presence:{order.pk}"
