"""DHL, all its companies: Shipment Tracking – Unified. https://developer.dhl.com/api-reference/shipment-tracking

The codes are five words; what lies in between only the sentences say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from tracking.carriers.asking import Request, get
from tracking.carriers.base import (
    ParcelDoc,
    Sighting,
    Word,
    number_of,
    object_of,
    place_of,
    rows_of,
    text_of,
    unknown_words,
)
from tracking.carriers.documents import json_document
from tracking.carriers.lexicon import guess, refined, told
from tracking.carriers.moments import day, moment
from tracking.carriers.polling.form import Field, Poller, base_url
from tracking.carriers.polling.reading import on_top, refusal
from tracking.carriers.tokens import Credentials
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause
ZONE = ZoneInfo("Europe/Berlin")

WORDS = {
    "pre-transit": Word(M.LABEL_CREATED),
    "transit": Word(M.IN_TRANSIT),
    "delivered": Word(M.DELIVERED),
    "failure": Word(M.EXCEPTION, C.OTHER),
    "unknown": Word(M.UNKNOWN),
}
TROUBLE = (M.ATTEMPT_FAILED, M.EXCEPTION, M.RETURNING, M.READY_FOR_PICKUP)
# What a sentence may make of a code.
WITHIN = {
    "transit": (M.PICKED_UP, M.IN_TRANSIT, M.OUT_FOR_DELIVERY, *TROUBLE),
    "failure": (M.LOST, M.CANCELLED, *TROUBLE),
    "unknown": tuple(M),
}


def read(document: Any, number: str = "") -> list[ParcelDoc]:
    """Read an answer; the times of parcels within Germany come without an offset."""
    answer = object_of(document)
    shipments = rows_of(answer.get("shipments"))
    if not shipments:
        raise refusal({}, answer.get("status"), answer.get("detail") or answer.get("title"))
    return [_parcel(shipment) for shipment in shipments]


def _parcel(shipment: dict[str, Any]) -> ParcelDoc:
    events = [each for row in rows_of(shipment.get("events")) if (each := _sighting(row))]
    top = _sighting(object_of(shipment.get("status")), is_synthetic=True)
    sightings = on_top(events, top)
    frame = object_of(shipment.get("estimatedDeliveryTimeFrame"))
    until = day(frame.get("estimatedThrough")) or day(shipment.get("estimatedTimeOfDelivery"))
    details = object_of(shipment.get("details"))
    pieces = details.get("pieceIds")
    signed = object_of(object_of(details.get("proofOfDelivery")).get("signed"))
    return ParcelDoc(
        number=number_of(shipment, "id"),
        also_known_as=tuple(map(text_of, pieces)) if isinstance(pieces, list) else (),
        carrier=text_of(shipment.get("service"), at_most=100),
        sightings=sightings,
        expected_from=day(frame.get("estimatedFrom")),
        expected_until=until,
        signed_by=text_of(signed.get("name"), at_most=200),
        unknown_words=unknown_words(sightings),
    )


def _sighting(row: dict[str, Any], *, is_synthetic: bool = False) -> Sighting | None:
    when = moment(row.get("timestamp"), zone=ZONE)
    if when is None:
        return None
    code = text_of(row.get("statusCode"), at_most=100)
    said = [text_of(row.get(key)) for key in ("description", "status", "remark")]
    address = object_of(object_of(row.get("location")).get("address"))
    return Sighting(
        occurred_at=when.at,
        word=_word(code, " ".join(said)),
        code=code,
        text=next(filter(None, said), ""),
        place=place_of(address.get("addressLocality")),
        country=text_of(address.get("countryCode"), at_most=2),
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
        is_synthetic=is_synthetic,
    )


def _word(code: str, sentence: str) -> Word:
    word = told(WORDS, code, text=sentence)
    if code == "delivered" and guess(sentence).milestone == M.RETURNING:
        return Word(M.RETURNED)
    return refined(word, sentence, among=WITHIN.get(code, ()))


def request(credentials: Credentials, numbers: Sequence[str]) -> Request:
    """Ask about one number in English."""
    return get(
        credentials["base_url"] + "/track/shipments",
        headers={"Accept": "application/json", "DHL-API-Key": credentials["api_key"]},
        query={"trackingNumber": numbers[0], "language": "en"},
    )


POLLER = Poller(
    name="dhl",
    label="DHL",
    serves=("dhl", "dhl_paket", "dhl_ecommerce"),
    fields=(
        Field("api_key", _("API key"), is_secret=True),
        base_url("https://api-eu.dhl.com"),
    ),
    words=WORDS,
    request=request,
    decode=json_document,
    read=read,
    # A new key may ask once in five seconds and 250 times a day; DHL raises that on request.
    rate=0.2,
    zone=ZONE,
)
