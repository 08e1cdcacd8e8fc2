"""AfterShip Tracking: webhooks and API answers.

https://www.aftership.com/docs/tracking/webhook/webhook-signature and
https://www.aftership.com/docs/tracking/others/delivery-sub-statuses (016 to 021 since 2026-03).
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
from tracking.carriers.signatures import hmac_base64
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause

TAGS = {
    "InfoReceived": Word(M.LABEL_CREATED),
    "InTransit": Word(M.IN_TRANSIT),
    "OutForDelivery": Word(M.OUT_FOR_DELIVERY),
    "AttemptFail": Word(M.ATTEMPT_FAILED),
    "AvailableForPickup": Word(M.READY_FOR_PICKUP),
    "Delivered": Word(M.DELIVERED),
    "Exception": Word(M.EXCEPTION),
    "Expired": Word(M.EXPIRED),
    "Pending": Word(M.UNKNOWN),
    # Subtags, which say more than their tag.
    "InTransit_002": Word(M.PICKED_UP),
    "InTransit_005": Word(M.IN_TRANSIT, C.CUSTOMS_DOCUMENTS),
    "OutForDelivery_003": Word(M.IN_TRANSIT),
    "OutForDelivery_004": Word(M.IN_TRANSIT),
    "AttemptFail_002": Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    "AttemptFail_003": Word(M.ATTEMPT_FAILED, C.BUSINESS_CLOSED),
    "Exception_001": Word(M.EXCEPTION, C.UNCLAIMED),
    "Exception_002": Word(M.ATTEMPT_FAILED, C.REFUSED),
    "Exception_003": Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    "Exception_004": Word(M.IN_TRANSIT, is_delay=True),
    "Exception_005": Word(M.IN_TRANSIT, is_delay=True),
    "Exception_006": Word(M.EXCEPTION, C.CUSTOMS_DOCUMENTS),
    "Exception_007": Word(M.EXCEPTION, C.ADDRESS),
    "Exception_008": Word(M.RETURNING),
    "Exception_009": Word(M.EXCEPTION, C.PAYMENT_DUE),
    "Exception_010": Word(M.RETURNING),
    "Exception_011": Word(M.RETURNED),
    "Exception_012": Word(M.EXCEPTION, C.DAMAGED),
    "Exception_013": Word(M.LOST),
    "Exception_016": Word(M.IN_TRANSIT, C.WEATHER, is_delay=True),
    "Exception_017": Word(M.IN_TRANSIT, C.CAPACITY, is_delay=True),
    "Exception_019": Word(M.IN_TRANSIT, C.MISSORT, is_delay=True),
    "Exception_020": Word(M.CANCELLED),
    "Exception_021": Word(M.LOST),
}


def read(document: Any) -> list[ParcelDoc]:
    """Read a webhook, or an answer of the API with one tracking."""
    tracking = _tracking(object_of(document))
    sightings = [_sighting(row) for row in rows_of(tracking.get("checkpoints"))]
    last = object_of(tracking.get("checkpoint"))
    if last:
        sightings.append(_sighting(last))
    told = [each for each in sightings if each is not None]
    return [
        ParcelDoc(
            number=number_of(tracking, "tracking_number"),
            carrier=text_of(tracking.get("slug")),
            sightings=(*told, *_on_top(tracking, told)),
            expected_until=day(
                object_of(tracking.get("latest_estimated_delivery")).get("datetime")
                or tracking.get("expected_delivery")
            ),
            event_id=text_of(object_of(document).get("event_id")),
            order_number=text_of(tracking.get("order_number") or tracking.get("order_id")),
            is_return=tracking.get("return_to_sender") is True,
            signed_by=text_of(tracking.get("signed_by")),
            unknown_words=unknown_words(told),
        )
    ]


def _tracking(document: dict[str, Any]) -> dict[str, Any]:
    data = object_of(document.get("data"))
    for found in (document.get("msg"), data.get("tracking"), data):
        if object_of(found).get("tracking_number"):
            return object_of(found)
    raise Unreadable("The document holds no tracking.", code="no_tracking")


def _word(row: dict[str, Any]) -> Word:
    return words(TAGS, text_of(row.get("subtag")), text_of(row.get("tag")))


def _sighting(row: dict[str, Any]) -> Sighting | None:
    when = moment(row.get("checkpoint_time")) or moment(row.get("created_at"))
    if when is None:
        return None
    return Sighting(
        occurred_at=when.at,
        word=_word(row),
        code=text_of(row.get("subtag") or row.get("tag"), at_most=100),
        text=text_of(row.get("message")),
        place=place_of(row.get("city") or row.get("location"), row.get("state")),
        country=text_of(row.get("country_iso3"), at_most=3),
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def _on_top(tracking: dict[str, Any], told: list[Sighting]) -> list[Sighting]:
    """Make a sighting of the status on top where no checkpoint says it (marked as completed)."""
    word = _word(tracking)
    when = moment(tracking.get("last_updated_at") or tracking.get("updated_at"))
    said = max(told, key=lambda each: each.occurred_at, default=None)
    if when is None or word.milestone in (None, Milestone.UNKNOWN):
        return []
    if said is not None and said.word.milestone == word.milestone:
        return []
    code = text_of(tracking.get("subtag") or tracking.get("tag"), at_most=100)
    return [Sighting(occurred_at=when.at, word=word, code=code, is_synthetic=True)]


SOURCE = Source(
    name="aftership",
    label="AfterShip",
    verify=hmac_base64("aftership-hmac-sha256"),
    read=read,
    event_field="event_id",
)
