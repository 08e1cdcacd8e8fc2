"""Royal Mail: Tracking API, version 2. https://developer.royalmail.net/product/32

Its list of event codes is not public; the names of the events are plain English.
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
    object_of,
    place_of,
    rows_of,
    text_of,
    unknown_words,
)
from tracking.carriers.documents import json_document
from tracking.carriers.lexicon import told
from tracking.carriers.moments import day, moment
from tracking.carriers.polling.form import Field, Poller, base_url
from tracking.carriers.polling.reading import in_path, on_top, refusal
from tracking.carriers.tokens import Credentials
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause
ZONE = ZoneInfo("Europe/London")

# Codes seen in public reports, and the categories of the summary.
WORDS = {
    "EVNMI": Word(M.IN_TRANSIT, C.MISSORT, is_delay=True),
    "EVODO": Word(M.IN_TRANSIT),
    "EVORI": Word(M.IN_TRANSIT),
    "EVGPD": Word(M.OUT_FOR_DELIVERY),
    "EVNSR": Word(M.IN_TRANSIT),
    "EVNDA": Word(M.READY_FOR_PICKUP),
    "EVKNA": Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    "EVKSP": Word(M.DELIVERED),
    "EVKSF": Word(M.DELIVERED),
    "IN TRANSIT": Word(M.IN_TRANSIT),
    "OUT FOR DELIVERY": Word(M.OUT_FOR_DELIVERY),
    "DELIVERY ATTEMPTED": Word(M.ATTEMPT_FAILED),
    "READY FOR COLLECTION": Word(M.READY_FOR_PICKUP),
    "DELIVERED": Word(M.DELIVERED),
    "RETURNED TO SENDER": Word(M.RETURNING),
}
ERRORS = {"E1142": "not_found", "E1145": "not_found"}


def read(document: Any, number: str = "") -> list[ParcelDoc]:
    """Read an answer about one mail piece, or a list of them."""
    answer = object_of(document)
    told_of = answer.get("mailPieces")
    pieces = rows_of(told_of) or [object_of(told_of)]
    found = [_parcel(piece) for piece in pieces if piece.get("mailPieceId")]
    if found:
        return found
    first = next(iter(rows_of(answer.get("errors"))), {})
    code = text_of(first.get("errorCode"))
    told_code = code if code in ERRORS else text_of(answer.get("httpCode"))
    raise refusal(ERRORS, told_code, first.get("errorDescription") or answer.get("httpMessage"))


def _parcel(piece: dict[str, Any]) -> ParcelDoc:
    summary, due = object_of(piece.get("summary")), object_of(piece.get("estimatedDelivery"))
    events = [each for row in rows_of(piece.get("events")) if (each := _sighting(row))]
    sightings = on_top(events, _top(summary))
    names = (piece.get("mailPieceId"), summary.get("uniqueItemId"), summary.get("oneDBarcode"))
    until = day(due.get("date"))
    return ParcelDoc(
        number=text_of(summary.get("oneDBarcode") or piece.get("mailPieceId"), at_most=100),
        also_known_as=tuple(name for each in names if (name := text_of(each, at_most=100))),
        carrier="royal_mail",
        sightings=sightings,
        expected_from=until,
        expected_until=until,
        signed_by=text_of(object_of(piece.get("signature")).get("recipientName"), at_most=200),
        unknown_words=unknown_words(sightings),
    )


def _sighting(row: dict[str, Any]) -> Sighting | None:
    when = moment(row.get("eventDateTime"), zone=ZONE)
    if when is None:
        return None
    code, text = text_of(row.get("eventCode"), at_most=20), text_of(row.get("eventName"))
    return Sighting(
        occurred_at=when.at,
        word=told(WORDS, code, text=text),
        code=code,
        text=text,
        place=place_of(row.get("locationName")),
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def _top(summary: dict[str, Any]) -> Sighting | None:
    when = moment(summary.get("lastEventDateTime"), zone=ZONE)
    category = text_of(summary.get("statusCategory"), at_most=100).upper()
    if when is None or category == "IN TRANSIT":
        return None
    text = text_of(summary.get("statusDescription"))
    word = told(WORDS, category, text=text)
    return Sighting(occurred_at=when.at, word=word, code=category, text=text, is_synthetic=True)


def request(credentials: Credentials, numbers: Sequence[str]) -> Request:
    """Ask for the events of one mail piece."""
    return get(
        f"{credentials['base_url']}/mailpieces/v2/{in_path(numbers[0])}/events",
        headers={
            "Accept": "application/json",
            "X-Accept-RMG-Terms": "yes",
            "X-IBM-Client-Id": credentials["client_id"],
            "X-IBM-Client-Secret": credentials["client_secret"],
        },
    )


POLLER = Poller(
    name="royal_mail",
    label="Royal Mail",
    serves=("royal_mail", "post"),
    fields=(
        Field("client_id", _("Client ID")),
        Field("client_secret", _("Client secret"), is_secret=True),
        base_url("https://api.royalmail.net"),
    ),
    words=WORDS,
    request=request,
    decode=json_document,
    read=read,
    rate=1,
    burst=5,
    zone=ZONE,
)
