"""FedEx: Track API. https://developer.fedex.com/api/en-us/catalog/track/v1/docs.html"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from tracking.carriers.asking import Request, post_json
from tracking.carriers.base import (
    ParcelDoc,
    Sighting,
    Unreadable,
    Word,
    object_of,
    place_of,
    rows_of,
    text_of,
    unknown_words,
)
from tracking.carriers.documents import json_document
from tracking.carriers.lexicon import refined, told
from tracking.carriers.moments import day, moment
from tracking.carriers.polling.form import Field, Poller, base_url
from tracking.carriers.polling.reading import on_top, refusal
from tracking.carriers.tokens import Credentials, oauth
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause
ZONE = ZoneInfo("America/Chicago")

TRANSIT = Word(M.IN_TRANSIT)
# "Tracking status codes" of the documentation.
WORDS = {
    "OC": Word(M.LABEL_CREATED),
    "IN": Word(M.LABEL_CREATED),
    "EP": Word(M.LABEL_CREATED),
    "OX": Word(M.LABEL_CREATED),
    "MD": Word(M.LABEL_CREATED),
    "PU": Word(M.PICKED_UP),
    "PX": Word(M.PICKED_UP),
    "IP": Word(M.PICKED_UP),
    "AO": Word(None),
    "RR": Word(None),
    "AA": TRANSIT,
    "AC": TRANSIT,
    "AF": TRANSIT,
    "AR": TRANSIT,
    "AX": TRANSIT,
    "CC": TRANSIT,
    "DP": TRANSIT,
    "EA": TRANSIT,
    "FD": TRANSIT,
    "IT": TRANSIT,
    "IX": TRANSIT,
    "LO": TRANSIT,
    "OF": TRANSIT,
    "PF": TRANSIT,
    "PL": TRANSIT,
    "PM": TRANSIT,
    "SF": TRANSIT,
    "TR": TRANSIT,
    "DY": Word(M.IN_TRANSIT, is_delay=True),
    "DD": Word(M.IN_TRANSIT, is_delay=True),
    "RL": Word(M.IN_TRANSIT, is_delay=True),
    "CD": Word(M.EXCEPTION, C.CUSTOMS_DOCUMENTS),
    "SE": Word(M.EXCEPTION, C.OTHER),
    "DE": Word(M.EXCEPTION, C.OTHER),
    "CA": Word(M.CANCELLED),
    "OD": Word(M.OUT_FOR_DELIVERY),
    "ED": Word(M.OUT_FOR_DELIVERY),
    "AD": Word(M.OUT_FOR_DELIVERY),
    "HL": Word(M.READY_FOR_PICKUP),
    "HP": Word(M.READY_FOR_PICKUP),
    "DL": Word(M.DELIVERED),
    "RS": Word(M.RETURNING),
    "RT": Word(M.RETURNING),
    "RD": Word(M.RETURNED),
}
# What the sentence of an exception may make of its code.
WITHIN = {
    "DE": (M.ATTEMPT_FAILED, M.EXCEPTION, M.IN_TRANSIT, M.READY_FOR_PICKUP, M.RETURNING),
    "SE": (M.EXCEPTION, M.RETURNING, M.LOST),
}
ERRORS = {
    "TRACKING.TRACKINGNUMBER.NOTFOUND": "not_found",
    "TRACKING.TRACKINGNUMBER.INVALID": "not_found",
    "NOT.AUTHORIZED.ERROR": "auth",
    "FORBIDDEN.ERROR": "auth",
    "INTERNAL.SERVER.ERROR": "temporary",
    "SERVICE.UNAVAILABLE.ERROR": "temporary",
}


def read(document: Any, number: str = "") -> list[ParcelDoc]:
    """Read an answer; of one number it may hold several parcels, for numbers are used again."""
    answer = object_of(document)
    found = [
        _parcel(text_of(whole.get("trackingNumber"), at_most=100), row)
        for whole in _wholes(answer)
        for row in rows_of(whole.get("trackResults"))
        if row.get("scanEvents") or row.get("latestStatusDetail")
    ]
    if found:
        return found
    first = next(iter(rows_of(answer.get("errors"))), None)
    errors = list(misses(document).values())
    if first is None and errors:
        raise errors[0]
    raise refusal(ERRORS, *((first or {}).get(key) for key in ("code", "message")))


def misses(document: Any) -> Mapping[str, Unreadable]:
    """Say why numbers of the answer have no parcel."""
    return {
        text_of(whole.get("trackingNumber"), at_most=100): refusal(
            ERRORS, error.get("code"), error.get("message")
        )
        for whole in _wholes(object_of(document))
        for row in rows_of(whole.get("trackResults"))
        if (error := object_of(row.get("error")))
    }


def _wholes(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return rows_of(object_of(answer.get("output")).get("completeTrackResults"))


def _parcel(asked: str, row: dict[str, Any]) -> ParcelDoc:
    events = [each for scan in rows_of(row.get("scanEvents")) if (each := _sighting(scan))]
    sightings = on_top(events, _top(object_of(row.get("latestStatusDetail")), events))
    own = text_of(object_of(row.get("trackingNumberInfo")).get("trackingNumber"), at_most=100)
    window = object_of(object_of(row.get("estimatedDeliveryTimeWindow")).get("window"))
    usual = object_of(object_of(row.get("standardTransitTimeWindow")).get("window"))
    return ParcelDoc(
        number=asked or own,
        also_known_as=(own,) if own else (),
        carrier="fedex",
        sightings=sightings,
        expected_from=day(window.get("begins")),
        expected_until=day(window.get("ends")) or day(usual.get("ends")),
        signed_by=text_of(object_of(row.get("deliveryDetails")).get("signedByName"), at_most=200),
        unknown_words=unknown_words(sightings),
    )


def _sighting(scan: dict[str, Any]) -> Sighting | None:
    when = moment(scan.get("date"), zone=ZONE)
    if when is None:
        return None
    code, derived = (text_of(scan.get(key)) for key in ("eventType", "derivedStatusCode"))
    said = [text_of(scan.get(key)) for key in ("eventDescription", "exceptionDescription")]
    word = told(WORDS, code, derived, text=" ".join(said))
    word = refined(word, said[1], among=WITHIN.get(code, ()))
    place = object_of(scan.get("scanLocation"))
    return Sighting(
        occurred_at=when.at,
        word=_delayed(word, scan),
        code=code,
        text=" – ".join(filter(None, said)),
        place=place_of(place.get("city"), place.get("stateOrProvinceCode")),
        country=text_of(place.get("countryCode"), at_most=2),
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def _delayed(word: Word, row: dict[str, Any]) -> Word:
    delay = object_of(row.get("delayDetail"))
    if delay.get("status") != "DELAYED" or word.milestone is None:
        return word
    cause = C.WEATHER if delay.get("type") == "WEATHER" else word.cause
    return replace(word, is_delay=True, cause=cause)


def _top(latest: dict[str, Any], events: list[Sighting]) -> Sighting | None:
    """Make a sighting of the status on top; it is as old as the newest scan."""
    if not latest or not events:
        return None
    code, derived = (text_of(latest.get(key)) for key in ("code", "derivedCode"))
    text = text_of(latest.get("statusByLocale"))
    word = _delayed(told(WORDS, derived, code, text=text), latest)
    newest = max(each.occurred_at for each in events)
    return Sighting(
        occurred_at=newest, word=word, code=derived or code, text=text, is_synthetic=True
    )


def request(credentials: Credentials, numbers: Sequence[str]) -> Request:
    """Ask about several numbers with all their scans."""
    asked = [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers]
    return post_json(
        f"{credentials['base_url']}/track/v1/trackingnumbers",
        {"includeDetailedScans": True, "trackingInfo": asked},
        headers={
            "Accept": "application/json",
            "Authorization": f"Bearer {credentials['token']}",
            "X-locale": "en_US",
        },
    )


POLLER = Poller(
    name="fedex",
    label="FedEx",
    serves=("fedex",),
    fields=(
        Field("client_id", _("API key")),
        Field("client_secret", _("Secret key"), is_secret=True),
        base_url("https://apis.fedex.com"),
    ),
    words=WORDS,
    login=oauth("/oauth/token", in_header=False),
    request=request,
    decode=json_document,
    read=read,
    misses=misses,
    most_at_once=30,
    rate=4,
    burst=8,
    zone=ZONE,
)
