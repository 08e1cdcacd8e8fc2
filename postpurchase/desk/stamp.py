"""What a page saw of an order: an act that is asked for later than that is asked about first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import OuterRef

from orders.models import Event, Order
from postpurchase.desk.subject import QUIET, newest_event

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """An order as a page saw it: when its row was written, and the newest event of weight."""

    written: int
    event: int

    def __str__(self) -> str:
        return f"{self.written}-{self.event}"

    @classmethod
    def of(cls, order: Order) -> Stamp:
        """Give the stamp of an order that was read with `newest_event`."""
        newest: int | None = order.newest_event  # type: ignore[attr-defined]  # annotated
        return cls(int(order.updated_at.timestamp() * 1_000_000), newest or 0)

    @classmethod
    def read(cls, text: str) -> Stamp:
        """Read what a page carried; nonsense is older than anything."""
        found = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", text)
        return cls(int(found[1]), int(found[2])) if found else cls(0, 0)


def current(order: Order) -> Stamp:
    """Read an order's stamp as it is now."""
    rows = Order.objects.filter(pk=order.pk).annotate(newest_event=newest_event(OuterRef("pk")))
    return Stamp.of(rows.only("updated_at").get())


def current_locked(order: Order) -> Stamp:
    """Read an order's stamp and keep it from changing until the transaction ends."""
    Order.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=order.pk)
    return current(order)


def events_since(order: Order, seen: Stamp) -> list[Event]:
    """List what happened to an order since a page saw it, newest first; nothing for nonsense."""
    if not seen.written:
        return []
    rows = Event.objects.filter(order=order, pk__gt=seen.event).exclude(kind__in=QUIET)
    return list(rows.order_by("-at", "-pk")[:SHOWN])
