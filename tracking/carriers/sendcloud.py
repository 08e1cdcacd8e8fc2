"""Sendcloud: parcel_status_changed. https://api.sendcloud.dev/docs/sendcloud-public-api/webhooks

The docs say that deliveries may come in any order, and that the time of the change is what counts;
it is seen in seconds and in milliseconds.
"""

from __future__ import annotations

from typing import Any

from tracking.carriers.base import (
    ParcelDoc,
    Sighting,
    Source,
    Unreadable,
    Word,
    number_of,
    object_of,
    text_of,
    unknown_words,
    words,
)
from tracking.carriers.moments import moment
from tracking.carriers.signatures import hmac_hex
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause

# By message, in lower case: the numbers differ by carrier and account.
STATUSES = {
    "ready to send": Word(M.LABEL_CREATED),
    "announced": Word(M.LABEL_CREATED),
    "being announced": Word(M.LABEL_CREATED),
    "announced: not collected": Word(M.LABEL_CREATED),
    "shipment picked up by driver": Word(M.PICKED_UP),
    "shipment collected by customer": Word(M.DELIVERED),
    "driver en route": Word(M.OUT_FOR_DELIVERY),
    "en route to sorting center": Word(M.IN_TRANSIT),
    "at sorting centre": Word(M.IN_TRANSIT),
    "being sorted": Word(M.IN_TRANSIT),
    "sorted": Word(M.IN_TRANSIT),
    "not sorted": Word(M.IN_TRANSIT),
    "at customs": Word(M.IN_TRANSIT, C.CUSTOMS_DOCUMENTS),
    "parcel en route": Word(M.IN_TRANSIT),
    "delivery delayed": Word(M.IN_TRANSIT, is_delay=True),
    "delivery date changed": Word(None),
    "delivery address changed": Word(None),
    "delivery method changed": Word(None),
    "awaiting customer pickup": Word(M.READY_FOR_PICKUP),
    "delivery attempt failed": Word(M.ATTEMPT_FAILED),
    "unable to deliver": Word(M.EXCEPTION, C.OTHER),
    "refused by recipient": Word(M.ATTEMPT_FAILED, C.REFUSED),
    "address invalid": Word(M.EXCEPTION, C.ADDRESS),
    "exception": Word(M.EXCEPTION, C.OTHER),
    "delivered": Word(M.DELIVERED),
    "returned to sender": Word(M.RETURNED),
    "cancelled": Word(M.CANCELLED),
    "cancelled upstream": Word(M.CANCELLED),
    "cancellation requested": Word(None),
    "unknown status - check carrier track & trace page for more insights": Word(M.UNKNOWN),
}


def read(document: Any) -> list[ParcelDoc]:
    """Read a webhook; it tells the newest status alone."""
    outer = object_of(document)
    parcel = object_of(outer.get("parcel"))
    if not parcel:
        raise Unreadable("The document holds no parcel.", code="no_tracking")
    status = object_of(parcel.get("status"))
    message = text_of(status.get("message"))
    when = moment(outer.get("carrier_status_change_timestamp")) or moment(outer.get("timestamp"))
    told = []
    if when is not None and message:
        told.append(
            Sighting(
                occurred_at=when.at,
                word=words(STATUSES, message.lower()),
                code=message[:100],
                text=message,
                external_id=":".join(
                    text_of(part)
                    for part in (parcel.get("id"), status.get("id"), outer.get("timestamp"))
                ),
            )
        )
    return [
        ParcelDoc(
            number=number_of(parcel, "tracking_number"),
            carrier=text_of(object_of(parcel.get("carrier")).get("code")),
            sightings=tuple(told),
            order_number=text_of(parcel.get("order_number")),
            is_return=parcel.get("is_return") is True,
            unknown_words=unknown_words(told),
        )
    ]


SOURCE = Source(
    name="sendcloud", label="Sendcloud", verify=hmac_hex("sendcloud-signature"), read=read
)
