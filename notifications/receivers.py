"""What messages make of the orders' story."""

from datetime import datetime

from notifications.actions import plan_confirmation, take_up_confirmation
from orders import timeline
from orders.models import Event
from orders.statuses import OrderEvent


def handle(event: Event, *, now: datetime) -> None:
    """Plan what an event calls for. A confirmation is planned once, however often it is told."""
    if event.order is None:
        return
    if event.kind == OrderEvent.REINSTATED or event.data.get("was_here"):
        take_up_confirmation(event.order, now=now)
    else:
        plan_confirmation(event.order, now=now)


READER = timeline.Reader(
    name="notifications",
    kinds=frozenset({OrderEvent.PLACED, OrderEvent.REINSTATED}),
    handle=handle,
)
