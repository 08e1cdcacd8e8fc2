"""Shippo tracks: webhooks and API answers. https://docs.goshippo.com/docs/tracking/tracking"""

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
from tracking.carriers.signatures import moment_of, timestamped_hex
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause

STATUSES = {
    "UNKNOWN": Word(M.UNKNOWN),
    "PRE_TRANSIT": Word(M.LABEL_CREATED),
    "TRANSIT": Word(M.IN_TRANSIT),
    "DELIVERED": Word(M.DELIVERED),
    "RETURNED": Word(M.RETURNING),
    "FAILURE": Word(M.EXCEPTION, C.OTHER),
}
# Substatuses say more than the status only where the parcel is on its way or in trouble.
SUBSTATUSES = {
    "package_accepted": Word(M.PICKED_UP),
    "pickup_available": Word(M.READY_FOR_PICKUP),
    "out_for_delivery": Word(M.OUT_FOR_DELIVERY),
    "delivery_attempted": Word(M.ATTEMPT_FAILED),
    "notice_left": Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    "location_inaccessible": Word(M.ATTEMPT_FAILED, C.BUSINESS_CLOSED),
    "reschedule_delivery": Word(M.ATTEMPT_FAILED),
    "delayed": Word(M.IN_TRANSIT, is_delay=True),
    "address_issue": Word(M.EXCEPTION, C.ADDRESS),
    "contact_carrier": Word(M.EXCEPTION, C.OTHER),
    "package_held": Word(M.EXCEPTION, C.OTHER),
    "return_to_sender": Word(M.RETURNING),
    "package_unclaimed": Word(M.RETURNING, C.UNCLAIMED),
    "package_lost": Word(M.LOST),
    "package_disposed": Word(M.LOST),
    "package_damaged": Word(M.EXCEPTION, C.DAMAGED),
}
OPEN = frozenset({"TRANSIT", "FAILURE"})


def read(document: Any) -> list[ParcelDoc]:
    """Read a webhook (`track_updated`), or a track as the API gives it."""
    outer = object_of(document)
    track = object_of(outer.get("data")) or outer
    if not track.get("tracking_number") or "tracking_status" not in track:
        raise Unreadable("The document holds no track.", code="no_tracking")
    latest = object_of(track.get("tracking_status"))
    rows = rows_of(track.get("tracking_history"))
    # The latest one is among the history, except where that is empty.
    told = [each for row in (rows or [latest]) if (each := _sighting(row))]
    return [
        ParcelDoc(
            number=number_of(track, "tracking_number"),
            carrier=text_of(track.get("carrier")),
            sightings=tuple(told) + _unless_said(latest, told),
            expected_until=day(track.get("eta") or track.get("original_eta")),
            unknown_words=unknown_words(told),
        )
    ]


def _word(row: dict[str, Any]) -> Word:
    status = text_of(row.get("status"))
    sub = object_of(row.get("substatus"))
    detail = text_of(sub.get("code") or row.get("substatus"))
    if status in OPEN and detail in SUBSTATUSES:
        return SUBSTATUSES[detail]
    return words(STATUSES, status)


def _sighting(row: dict[str, Any]) -> Sighting | None:
    when = moment(row.get("status_date"))
    if when is None:
        return None
    place = object_of(row.get("location"))
    return Sighting(
        occurred_at=when.at,
        word=_word(row),
        code=_code(row),
        text=text_of(row.get("status_details")),
        place=place_of(place.get("city"), place.get("state")),
        country=text_of(place.get("country"), at_most=3),
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def _unless_said(latest: dict[str, Any], told: list[Sighting]) -> tuple[Sighting, ...]:
    found = _sighting(latest)
    if found is None or found.word.milestone == Milestone.UNKNOWN:
        return ()
    same = any((each.occurred_at, each.word) == (found.occurred_at, found.word) for each in told)
    return () if same else (found,)


def _code(row: dict[str, Any]) -> str:
    sub = object_of(row.get("substatus"))
    return "/".join(filter(None, (text_of(row.get("status")), text_of(sub.get("code")))))[:100]


SOURCE = Source(
    name="shippo",
    label="Shippo",
    verify=timestamped_hex("shippo-auth-signature"),
    read=read,
    signed_at=moment_of("shippo-auth-signature"),
)
