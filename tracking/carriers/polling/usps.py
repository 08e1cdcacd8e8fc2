"""USPS: Tracking API, version 3. https://developers.usps.com/trackingv3r2"""

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
from tracking.carriers.tokens import Credentials, oauth
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause
ZONE = ZoneInfo("America/New_York")

ABSENT = Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT)
TRANSIT = Word(M.IN_TRANSIT)
# Event codes (Publication 199, appendix), and the categories that stand on top.
WORDS = {
    "MA": Word(M.LABEL_CREATED),
    "GX": Word(M.LABEL_CREATED),
    "TM": Word(M.PICKED_UP),
    "03": Word(M.PICKED_UP),
    "OA": Word(M.PICKED_UP),
    "UA": Word(M.PICKED_UP),
    "80": Word(M.PICKED_UP),
    "07": TRANSIT,
    "10": TRANSIT,
    "A1": TRANSIT,
    "AD": TRANSIT,
    "EF": TRANSIT,
    "NT": TRANSIT,
    "PC": TRANSIT,
    "SF": TRANSIT,
    "T1": TRANSIT,
    "TL": TRANSIT,
    "81": TRANSIT,
    "82": TRANSIT,
    "08": Word(M.IN_TRANSIT, C.MISSORT, is_delay=True),
    "OF": Word(M.OUT_FOR_DELIVERY),
    "14": Word(M.READY_FOR_PICKUP),
    "16": Word(M.READY_FOR_PICKUP),
    "02": ABSENT,
    "52": Word(M.ATTEMPT_FAILED, C.BUSINESS_CLOSED),
    "53": Word(M.ATTEMPT_FAILED, C.OTHER),
    "54": Word(M.ATTEMPT_FAILED, C.OTHER),
    "55": ABSENT,
    "04": Word(M.ATTEMPT_FAILED, C.REFUSED),
    "05": Word(M.EXCEPTION, C.ADDRESS),
    "21": Word(M.EXCEPTION, C.ADDRESS),
    "22": Word(M.EXCEPTION, C.ADDRESS),
    "23": Word(M.EXCEPTION, C.ADDRESS),
    "09": Word(M.RETURNING),
    "27": Word(M.RETURNING, C.UNCLAIMED),
    "01": Word(M.DELIVERED),
    "Pre-Shipment": Word(M.LABEL_CREATED),
    "Accepted": Word(M.PICKED_UP),
    "In Transit": TRANSIT,
    "Out for Delivery": Word(M.OUT_FOR_DELIVERY),
    "Available for Pickup": Word(M.READY_FOR_PICKUP),
    "Delivery Attempt": Word(M.ATTEMPT_FAILED),
    "Alert": Word(M.EXCEPTION, C.OTHER),
    "Return to Sender": Word(M.RETURNING),
    "Delivered": Word(M.DELIVERED),
    "Delivered to Agent": TRANSIT,
}


def read(document: Any, number: str = "") -> list[ParcelDoc]:
    """Read an answer."""
    answer = object_of(document)
    rows = rows_of(answer.get("trackingEvents"))
    if not rows and not answer.get("statusCategory"):
        error = object_of(answer.get("error"))
        code = error.get("code") or answer.get("error")
        raise refusal(
            {"invalid_client": "auth", "invalid_token": "auth"},
            code,
            error.get("message") or answer.get("error_description"),
        )
    events = [each for row in rows if (each := _sighting(row))]
    sightings = on_top(events, _top(answer, events))
    due = answer.get("expectedDeliveryTimeStamp") or answer.get("predictedDeliveryTimeStamp")
    return [
        ParcelDoc(
            number=text_of(answer.get("trackingNumber"), at_most=100) or number,
            carrier="usps",
            sightings=sightings,
            expected_until=day(due) or day(answer.get("expectedDeliveryDate")),
            unknown_words=unknown_words(sightings),
        )
    ]


def _sighting(row: dict[str, Any]) -> Sighting | None:
    when = moment(row.get("GMTTimestamp")) or moment(row.get("eventTimestamp"), zone=ZONE)
    if when is None:
        return None
    code, text = text_of(row.get("eventCode"), at_most=20), text_of(row.get("eventType"))
    return Sighting(
        occurred_at=when.at,
        word=told(WORDS, code, text=text),
        code=code,
        text=text,
        place=place_of(row.get("eventCity"), row.get("eventState")),
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def _top(answer: dict[str, Any], events: list[Sighting]) -> Sighting | None:
    category = text_of(answer.get("statusCategory"), at_most=100)
    if not events or not category:
        return None
    newest = max(events, key=lambda each: each.occurred_at)
    text = text_of(answer.get("status"))
    if newest.word.milestone is not None and category in {"Alert", "In Transit"}:
        # The category is broader than the newest event, which says what kind of alert it is.
        return None
    word = told(WORDS, category, text=text)
    return Sighting(
        occurred_at=newest.occurred_at, word=word, code=category, text=text, is_synthetic=True
    )


def request(credentials: Credentials, numbers: Sequence[str]) -> Request:
    """Ask about one number with all its events."""
    return get(
        f"{credentials['base_url']}/tracking/v3/tracking/{in_path(numbers[0])}",
        headers={
            "Accept": "application/json",
            "Authorization": f"Bearer {credentials['token']}",
        },
        query={"expand": "DETAIL"},
    )


POLLER = Poller(
    name="usps",
    label="USPS",
    serves=("usps",),
    fields=(
        Field("client_id", _("Consumer key")),
        Field("client_secret", _("Consumer secret"), is_secret=True),
        base_url("https://apis.usps.com"),
    ),
    words=WORDS,
    login=oauth("/oauth2/v3/token", scope="tracking", in_header=False),
    request=request,
    decode=json_document,
    read=read,
    # A new account has 60 calls an hour; USPS raises that on request.
    rate=1 / 60,
    burst=10,
    zone=ZONE,
)
