"""What messages make of the orders' story."""

from datetime import datetime

from notifications.actions import plan_confirmation, plan_parcel, take_up_confirmation
from notifications.parcel_policy import HEARD
from orders import timeline
from orders.models import Event
from orders.statuses import OrderEvent


def handle(event: Event, *, now: datetime) -> None:
    """Plan what an event calls for, once, however often it is told."""
    if event.order is None:
        return
    if event.kind in HEARD:
        plan_parcel(event, now=now)
    elif event.kind == OrderEvent.REINSTATED or event.data.get("was_here"):
        take_up_confirmation(event.order, now=now)
    else:
        plan_confirmation(event.order, now=now)


READER = timeline.Reader(
    name="notifications",
    kinds=frozenset({OrderEvent.PLACED, OrderEvent.REINSTATED, *HEARD}),
    handle=handle,
)
