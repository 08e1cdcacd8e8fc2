"""17TRACK v2.x: webhooks and API answers. https://api.17track.net/en/doc?version=v2.4"""

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
from tracking.carriers.moments import Moment, day, moment
from tracking.carriers.signatures import sha256_with_key
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause

STATUSES = {
    "NotFound": Word(M.UNKNOWN),
    "InfoReceived": Word(M.LABEL_CREATED),
    "InTransit": Word(M.IN_TRANSIT),
    "Expired": Word(M.EXPIRED),
    "AvailableForPickup": Word(M.READY_FOR_PICKUP),
    "OutForDelivery": Word(M.OUT_FOR_DELIVERY),
    "DeliveryFailure": Word(M.ATTEMPT_FAILED),
    "Delivered": Word(M.DELIVERED),
    "Exception": Word(M.EXCEPTION, C.OTHER),
    # Stages, as events name them.
    "PickedUp": Word(M.PICKED_UP),
    "Departure": Word(M.IN_TRANSIT),
    "Arrival": Word(M.IN_TRANSIT),
    "Returning": Word(M.RETURNING),
    "Returned": Word(M.RETURNED),
    # Sub-statuses, which say more.
    "InTransit_PickedUp": Word(M.PICKED_UP),
    "InTransit_CustomsRequiringInformation": Word(M.EXCEPTION, C.CUSTOMS_DOCUMENTS),
    "DeliveryFailure_NoBody": Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    "DeliveryFailure_Rejected": Word(M.ATTEMPT_FAILED, C.REFUSED),
    "DeliveryFailure_InvalidAddress": Word(M.ATTEMPT_FAILED, C.ADDRESS),
    "DeliveryFailure_Security": Word(M.ATTEMPT_FAILED, C.SECURITY),
    "Exception_Returning": Word(M.RETURNING),
    "Exception_Returned": Word(M.RETURNED),
    "Exception_NoBody": Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    "Exception_Rejected": Word(M.ATTEMPT_FAILED, C.REFUSED),
    "Exception_Security": Word(M.EXCEPTION, C.SECURITY),
    "Exception_Damage": Word(M.EXCEPTION, C.DAMAGED),
    "Exception_Delayed": Word(M.IN_TRANSIT, is_delay=True),
    "Exception_Lost": Word(M.LOST),
    "Exception_Destroyed": Word(M.LOST),
    "Exception_Cancel": Word(M.CANCELLED),
}


def read(document: Any) -> list[ParcelDoc]:
    """Read a webhook (one parcel), or an answer of the API (several)."""
    outer = object_of(document)
    data = object_of(outer.get("data"))
    rows = rows_of(data.get("accepted")) or ([data] if data.get("number") else [])
    parcels = [_parcel(row) for row in rows if object_of(row.get("track_info"))]
    if not parcels:
        raise Unreadable("The document holds no parcel's history.", code="no_tracking")
    return parcels


def _parcel(row: dict[str, Any]) -> ParcelDoc:
    info = object_of(row.get("track_info"))
    providers = rows_of(object_of(info.get("tracking")).get("providers"))
    events = [event for provider in providers for event in rows_of(provider.get("events"))]
    latest = object_of(info.get("latest_event"))
    told = [each for event in (events or [latest]) if (each := _sighting(event))]
    times = object_of(object_of(info.get("time_metrics")).get("estimated_delivery_date"))
    return ParcelDoc(
        number=number_of(row, "number"),
        carrier=_carrier(row, providers),
        sightings=(*told, *_on_top(info, told)),
        expected_from=day(times.get("from")),
        expected_until=day(times.get("to")),
        unknown_words=unknown_words(told),
    )


def _carrier(row: dict[str, Any], providers: list[dict[str, Any]]) -> str:
    named = [object_of(each.get("provider")).get("name") for each in providers]
    return text_of(next(filter(None, named), row.get("carrier")))


def _when(event: dict[str, Any]) -> Moment | None:
    """Read an event's moment; delivered ones may have it in `time_raw` alone."""
    raw = object_of(event.get("time_raw"))
    written = "T".join(filter(None, (text_of(raw.get("date")), text_of(raw.get("time")))))
    return (
        moment(event.get("time_iso"))
        or moment(event.get("time_utc"))
        or moment(written + text_of(raw.get("timezone")))
        or moment(text_of(raw.get("date")))
    )


def _word(event: dict[str, Any]) -> Word:
    return words(
        STATUSES,
        text_of(event.get("sub_status")),
        text_of(event.get("stage")),
        text_of(event.get("sub_status")).partition("_")[0],
        text_of(event.get("status")),
    )


def _sighting(event: dict[str, Any]) -> Sighting | None:
    when = _when(event)
    if when is None:
        return None
    address = object_of(event.get("address"))
    return Sighting(
        occurred_at=when.at,
        word=_word(event),
        code=text_of(event.get("sub_status") or event.get("stage"), at_most=100),
        text=text_of(event.get("description")),
        place=place_of(event.get("location") or address.get("city")),
        country=text_of(address.get("country"), at_most=3),
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def _on_top(info: dict[str, Any], told: list[Sighting]) -> list[Sighting]:
    """Make a sighting of the status on top where no event says it."""
    status = object_of(info.get("latest_status"))
    word, when = _word(status), _when(object_of(info.get("latest_event")))
    said = max(told, key=lambda each: each.occurred_at, default=None)
    if when is None or word.milestone in (None, Milestone.UNKNOWN):
        return []
    if said is not None and said.word.milestone == word.milestone:
        return []
    code = text_of(status.get("sub_status") or status.get("status"), at_most=100)
    return [Sighting(occurred_at=when.at, word=word, code=code, is_synthetic=True)]


SOURCE = Source(
    name="17track", label="17TRACK", verify=sha256_with_key("sign", between=b"/"), read=read
)
