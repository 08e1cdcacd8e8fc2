"""What Shopify's words for parcels mean. They come with the shop's own webhooks.

https://shopify.dev/docs/api/admin-graphql/latest/enums/FulfillmentEventStatus
"""

from __future__ import annotations

from tracking.carriers.base import Word
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause

WORDS = {
    "label_purchased": Word(M.LABEL_CREATED),
    "label_printed": Word(M.LABEL_CREATED),
    "ready_for_pickup": Word(M.READY_FOR_PICKUP),
    "confirmed": Word(M.LABEL_CREATED),
    "carrier_picked_up": Word(M.PICKED_UP),
    "in_transit": Word(M.IN_TRANSIT),
    "delayed": Word(M.IN_TRANSIT, is_delay=True),
    "out_for_delivery": Word(M.OUT_FOR_DELIVERY),
    "attempted_delivery": Word(M.ATTEMPT_FAILED),
    "delivered": Word(M.DELIVERED),
    "picked_up": Word(M.DELIVERED),
    "failure": Word(M.EXCEPTION, C.OTHER),
}
