"""A self-hosted Karrio server: tracker webhooks and API answers. https://docs.karrio.io

Its server speaks for some fifty carriers. The SDK itself is not used: it changes TLS settings for
the whole process.
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
    place_of,
    rows_of,
    text_of,
    unknown_words,
    words,
)
from tracking.carriers.moments import day, moment
from tracking.carriers.signatures import fixed_secret
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause

STATUSES = {
    "pending": Word(M.LABEL_CREATED),
    "picked_up": Word(M.PICKED_UP),
    "in_transit": Word(M.IN_TRANSIT),
    "out_for_delivery": Word(M.OUT_FOR_DELIVERY),
    "ready_for_pickup": Word(M.READY_FOR_PICKUP),
    "delivery_failed": Word(M.ATTEMPT_FAILED),
    "delivery_delayed": Word(M.IN_TRANSIT, is_delay=True),
    "on_hold": Word(M.EXCEPTION, C.OTHER),
    "delivered": Word(M.DELIVERED),
    "return_to_sender": Word(M.RETURNING),
    "cancelled": Word(M.CANCELLED),
    "unknown": Word(M.UNKNOWN),
}
REASONS = {
    "consignee_not_home": C.RECIPIENT_ABSENT,
    "consignee_not_available": C.RECIPIENT_ABSENT,
    "consignee_refused": C.REFUSED,
    "consignee_business_closed": C.BUSINESS_CLOSED,
    "consignee_incorrect_address": C.ADDRESS,
    "customs_documentation": C.CUSTOMS_DOCUMENTS,
    "customs_duties_unpaid": C.CUSTOMS_DUTY,
    "carrier_damaged_parcel": C.DAMAGED,
    "carrier_sorting_error": C.MISSORT,
    "weather_delay": C.WEATHER,
}


def read(document: Any) -> list[ParcelDoc]:
    """Read a webhook's tracker, or a tracker as the API gives it."""
    outer = object_of(document)
    tracker = object_of(outer.get("data")) or outer
    if not tracker.get("tracking_number"):
        raise Unreadable("The document holds no tracker.", code="no_tracking")
    told = [each for row in rows_of(tracker.get("events")) if (each := _sighting(row))]
    return [
        ParcelDoc(
            number=number_of(tracker, "tracking_number"),
            carrier=text_of(tracker.get("carrier_name")),
            sightings=(*told, *_on_top(tracker, told)),
            expected_until=day(tracker.get("estimated_delivery")),
            unknown_words=unknown_words(told),
        )
    ]


def _sighting(row: dict[str, Any]) -> Sighting | None:
    when = moment(row.get("timestamp")) or moment(row.get("date"))
    if when is None:
        return None
    word = words(STATUSES, text_of(row.get("status")))
    cause = REASONS.get(text_of(row.get("reason")))
    if cause is not None and word.milestone is not None:
        word = Word(word.milestone, cause, word.is_delay)
    return Sighting(
        occurred_at=when.at,
        word=word,
        code=text_of(row.get("status") or row.get("code"), at_most=100),
        text=text_of(row.get("description")),
        place=place_of(row.get("location")),
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def _on_top(tracker: dict[str, Any], told: list[Sighting]) -> list[Sighting]:
    """Make a sighting of the tracker's status where its newest event does not say it."""
    word = words(STATUSES, text_of(tracker.get("status")))
    newest = max(told, key=lambda each: each.occurred_at, default=None)
    if newest is None or word.milestone in (None, Milestone.UNKNOWN, newest.word.milestone):
        return []
    code = text_of(tracker.get("status"), at_most=100)
    return [Sighting(occurred_at=newest.occurred_at, word=word, code=code, is_synthetic=True)]


SOURCE = Source(
    name="karrio",
    label="Karrio",
    verify=fixed_secret("x-event-id"),
    read=read,
    is_signed=False,
)
