"""EasyPost trackers: webhooks and API answers. https://docs.easypost.com/docs/trackers"""

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
from tracking.carriers.signatures import hmac_hex
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause

STATUSES = {
    "unknown": Word(M.UNKNOWN),
    "error": Word(M.UNKNOWN),
    "pre_transit": Word(M.LABEL_CREATED),
    "in_transit": Word(M.IN_TRANSIT),
    "out_for_delivery": Word(M.OUT_FOR_DELIVERY),
    "available_for_pickup": Word(M.READY_FOR_PICKUP),
    "delivered": Word(M.DELIVERED),
    "return_to_sender": Word(M.RETURNING),
    "failure": Word(M.EXCEPTION, C.OTHER),
    "cancelled": Word(M.CANCELLED),
}
# Details say more than the status only where the parcel is on its way or in trouble.
DETAILS = {
    "received_at_origin_facility": Word(M.PICKED_UP),
    "out_for_delivery": Word(M.OUT_FOR_DELIVERY),
    "available_for_pickup": Word(M.READY_FOR_PICKUP),
    "delivery_exception": Word(M.ATTEMPT_FAILED),
    "refused": Word(M.ATTEMPT_FAILED, C.REFUSED),
    "address_correction": Word(M.EXCEPTION, C.ADDRESS),
    "held": Word(M.EXCEPTION, C.OTHER),
    "transit_exception": Word(M.EXCEPTION, C.OTHER),
    "delayed": Word(M.IN_TRANSIT, is_delay=True),
    "weather_delay": Word(M.IN_TRANSIT, C.WEATHER, is_delay=True),
    "missorted": Word(M.IN_TRANSIT, C.MISSORT, is_delay=True),
    "damaged": Word(M.EXCEPTION, C.DAMAGED),
    "lost": Word(M.LOST),
    "expired": Word(M.EXPIRED),
    "return": Word(M.RETURNING),
    "cancelled": Word(M.CANCELLED),
}
OPEN = frozenset({"in_transit", "failure"})


def read(document: Any) -> list[ParcelDoc]:
    """Read a webhook's event, or a tracker as the API gives it."""
    event = object_of(document)
    tracker = object_of(event.get("result")) or event
    if not tracker.get("tracking_code"):
        raise Unreadable("The document holds no tracker.", code="no_tracking")
    told = [each for row in rows_of(tracker.get("tracking_details")) if (each := _sighting(row))]
    return [
        ParcelDoc(
            number=number_of(tracker, "tracking_code"),
            carrier=text_of(tracker.get("carrier")),
            sightings=(*told, *_on_top(tracker, told)),
            expected_until=day(tracker.get("est_delivery_date")),
            event_id=text_of(event.get("id")) if tracker is not event else "",
            is_return=tracker.get("is_return") is True,
            signed_by=text_of(tracker.get("signed_by")),
            unknown_words=unknown_words(told),
        )
    ]


def _word(row: dict[str, Any]) -> Word:
    status, detail = text_of(row.get("status")), text_of(row.get("status_detail"))
    return (
        words({**STATUSES, **DETAILS}, detail, status)
        if status in OPEN
        else words(STATUSES, status)
    )


def _sighting(row: dict[str, Any]) -> Sighting | None:
    when = moment(row.get("datetime"))
    if when is None:
        return None
    place = object_of(row.get("tracking_location"))
    return Sighting(
        occurred_at=when.at,
        word=_word(row),
        code=_code(row),
        text=text_of(row.get("message")),
        place=place_of(place.get("city"), place.get("state")),
        country=text_of(place.get("country"), at_most=3),
        zone_assumed=when.zone_assumed,
        is_day_only=when.is_day_only,
    )


def _on_top(tracker: dict[str, Any], told: list[Sighting]) -> list[Sighting]:
    """Make a sighting of the tracker's status where none of its details says it."""
    word, when = _word(tracker), moment(tracker.get("updated_at"))
    said = max(told, key=lambda each: each.occurred_at, default=None)
    if when is None or word.milestone in (None, Milestone.UNKNOWN):
        return []
    if said is not None and said.word.milestone == word.milestone:
        return []
    return [Sighting(occurred_at=when.at, word=word, code=_code(tracker), is_synthetic=True)]


def _code(row: dict[str, Any]) -> str:
    return "/".join(filter(None, (text_of(row.get("status")), text_of(row.get("status_detail")))))[
        :100
    ]


SOURCE = Source(
    name="easypost",
    label="EasyPost",
    verify=hmac_hex("x-hmac-signature", prefix="hmac-sha256-hex=", decomposed=True),
    read=read,
    event_field="id",
    makes_secret=False,
)
