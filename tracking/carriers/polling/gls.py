"""GLS: Track and Trace, version 1. https://dev-portal.gls-group.net

The list of event codes is not public; the statuses are, and events have English sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from tracking.carriers.asking import Request, get
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
    words,
)
from tracking.carriers.documents import json_document
from tracking.carriers.lexicon import told
from tracking.carriers.moments import moment
from tracking.carriers.polling.form import Field, Poller, base_url
from tracking.carriers.polling.reading import in_path, on_top, refusal
from tracking.carriers.tokens import Credentials, oauth
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause
ZONE = ZoneInfo("Europe/Berlin")

# Statuses of a parcel (the enumeration of the API's description), and codes of events seen.
WORDS = {
    "PLANNEDPICKUP": Word(M.LABEL_CREATED),
    "PREADVICE": Word(M.LABEL_CREATED),
    "INPICKUP": Word(M.PICKED_UP),
    "INTRANSIT": Word(M.IN_TRANSIT),
    "INWAREHOUSE": Word(M.IN_TRANSIT),
    "INDELIVERY": Word(M.OUT_FOR_DELIVERY),
    "DELIVEREDPS": Word(M.READY_FOR_PICKUP),
    "DELIVERED": Word(M.DELIVERED),
    "NOTDELIVERED": Word(M.ATTEMPT_FAILED),
    "NOTPICKEDUP": Word(M.RETURNING, C.UNCLAIMED),
    "CANCELED": Word(M.CANCELLED),
    "FINAL": Word(None),
    "INTIAL.PREADVICE": Word(M.LABEL_CREATED),  # sic
    "INTIAL.NORMAL": Word(M.PICKED_UP),
}


def read(document: Any, number: str = "") -> list[ParcelDoc]:
    """Read an answer about one number or several."""
    answer = object_of(document)
    found = [_parcel(row) for row in rows_of(answer.get("parcels")) if row.get("unitno")]
    if found:
        return found
    errors = list(misses(document).values())
    if errors:
        raise errors[0]
    first = next(iter(rows_of(answer.get("errors"))), answer)
    raise refusal({}, first.get("code") or first.get("errorCode"), first.get("message"))


def misses(document: Any) -> Mapping[str, Unreadable]:
    """Say why numbers of the answer have no parcel."""
    return {
        text_of(row.get("requested"), at_most=100): refusal(
            {}, row.get("errorCode"), row.get("errorMessage")
        )
        for row in rows_of(object_of(document).get("parcels"))
        if row.get("errorCode")
    }


def _parcel(row: dict[str, Any]) -> ParcelDoc:
    asked, own = (text_of(row.get(key), at_most=100) for key in ("requested", "unitno"))
    events = [each for event in rows_of(row.get("events")) if (each := _sighting(event))]
    sightings = on_top(events, _top(row))
    return ParcelDoc(
        number=asked or own,
        also_known_as=(own,),
        carrier="gls",
        sightings=sightings,
        unknown_words=unknown_words(sightings),
    )


def _sighting(row: dict[str, Any]) -> Sighting | None:
    when = moment(row.get("eventDateTime"), zone=ZONE)
    if when is None:
        return None
    code, text = text_of(row.get("code"), at_most=100), text_of(row.get("description"))
    return Sighting(
        occurred_at=when.at,
        word=told(WORDS, code, text=text),
        code=code,
        text=text,
        place=place_of(row.get("city")),
        country=text_of(row.get("country"), at_most=2),
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def _top(row: dict[str, Any]) -> Sighting | None:
    when = moment(row.get("statusDateTime"), zone=ZONE)
    code = text_of(row.get("status"), at_most=100)
    if when is None:
        return None
    return Sighting(occurred_at=when.at, word=words(WORDS, code), code=code, is_synthetic=True)


def request(credentials: Credentials, numbers: Sequence[str]) -> Request:
    """Ask about up to ten numbers."""
    asked = ",".join(map(in_path, numbers))
    return get(
        f"{credentials['base_url']}/track-and-trace-v1/tracking/simple/trackids/{asked}",
        headers={
            "Accept": "application/json",
            "Accept-Language": "en",
            "Authorization": f"Bearer {credentials['token']}",
        },
    )


POLLER = Poller(
    name="gls",
    label="GLS",
    serves=("gls",),
    fields=(
        Field("client_id", _("Client ID")),
        Field("client_secret", _("Client secret"), is_secret=True),
        base_url("https://api.gls-group.net"),
    ),
    words=WORDS,
    login=oauth("/oauth2/v2/token"),
    request=request,
    decode=json_document,
    read=read,
    misses=misses,
    most_at_once=10,
    rate=1,
    burst=5,
    zone=ZONE,
)
