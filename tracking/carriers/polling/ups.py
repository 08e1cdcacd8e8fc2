"""UPS: Tracking API, OAuth. https://developer.ups.com/tag/Tracking"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date
from secrets import token_hex
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
from tracking.carriers.lexicon import refined, told
from tracking.carriers.moments import Moment, day, moment
from tracking.carriers.polling.form import Field, Poller, base_url
from tracking.carriers.polling.reading import in_path, refusal
from tracking.carriers.tokens import Credentials, oauth
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause
ZONE = ZoneInfo("America/New_York")

DELAYED = Word(M.IN_TRANSIT, is_delay=True)
# "Package status codes" of the documentation; below them its types, for codes not named here.
WORDS = {
    "003": Word(M.LABEL_CREATED),
    "005": Word(M.IN_TRANSIT),
    "006": Word(M.OUT_FOR_DELIVERY),
    "007": Word(M.CANCELLED),
    "010": Word(M.IN_TRANSIT),
    "011": Word(M.DELIVERED),
    "012": Word(M.IN_TRANSIT),
    "014": Word(M.IN_TRANSIT),
    "016": Word(M.EXCEPTION, C.OTHER),
    "017": Word(M.READY_FOR_PICKUP),
    "019": DELAYED,
    "021": Word(M.OUT_FOR_DELIVERY),
    "022": Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    "023": Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    "024": Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    "025": Word(M.IN_TRANSIT),
    "026": Word(M.DELIVERED),
    "027": Word(M.IN_TRANSIT),
    "028": Word(M.IN_TRANSIT),
    "029": Word(M.EXCEPTION, C.OTHER),
    "032": Word(M.IN_TRANSIT, C.WEATHER, is_delay=True),
    "033": Word(M.RETURNING),
    "034": Word(M.RETURNED),
    "035": Word(M.RETURNING),
    "036": Word(M.RETURNING),
    "037": Word(M.RETURNING),
    "038": Word(M.PICKED_UP),
    "039": Word(M.IN_TRANSIT),
    "040": Word(M.READY_FOR_PICKUP),
    "044": Word(M.IN_TRANSIT),
    "045": Word(M.IN_TRANSIT),
    "046": DELAYED,
    "047": DELAYED,
    "048": DELAYED,
    "049": Word(M.EXCEPTION, C.OTHER, is_delay=True),
    "050": Word(M.EXCEPTION, C.ADDRESS),
    "051": Word(M.IN_TRANSIT, C.WEATHER, is_delay=True),
    "052": Word(M.IN_TRANSIT, C.WEATHER, is_delay=True),
    "M": Word(M.LABEL_CREATED),
    "MV": Word(M.CANCELLED),
    "P": Word(M.PICKED_UP),
    "I": Word(M.IN_TRANSIT),
    "O": Word(M.OUT_FOR_DELIVERY),
    "X": Word(M.EXCEPTION, C.OTHER),
    "RS": Word(M.RETURNING),
    "DO": Word(M.IN_TRANSIT),
    "DD": Word(M.IN_TRANSIT),
    "W": Word(M.IN_TRANSIT),
    "D": Word(M.DELIVERED),
}
# What a sentence may make of a type.
WITHIN = {
    "I": (M.IN_TRANSIT, M.OUT_FOR_DELIVERY, M.READY_FOR_PICKUP, M.RETURNING),
    "X": (M.ATTEMPT_FAILED, M.EXCEPTION, M.IN_TRANSIT, M.READY_FOR_PICKUP, M.RETURNING, M.LOST),
}
ERRORS = {
    "TW0001": "not_found",
    "TV1002": "not_found",
    "250002": "auth",
    "250003": "auth",
    "10401": "auth",
    "10429": "rate_limited",
}


def read(document: Any, number: str = "") -> list[ParcelDoc]:
    """Read an answer: all packages of the shipment that the number belongs to."""
    answer = object_of(document)
    shipments = rows_of(object_of(answer.get("trackResponse")).get("shipment"))
    docs = [_parcel(each, one) for one in shipments for each in rows_of(one.get("package"))]
    if docs:
        return docs
    errors = rows_of(object_of(answer.get("response")).get("errors"))
    warnings = [warning for one in shipments for warning in rows_of(one.get("warnings"))]
    first = next(iter([*errors, *warnings]), {})
    raise refusal(ERRORS, first.get("code"), first.get("message"))


def _parcel(package: dict[str, Any], shipment: dict[str, Any]) -> ParcelDoc:
    asked = text_of(shipment.get("inquiryNumber"), at_most=100)
    number = text_of(package.get("trackingNumber"), at_most=100)
    is_only = len(rows_of(shipment.get("package"))) == 1
    sightings = tuple(each for row in rows_of(package.get("activity")) if (each := _sighting(row)))
    planned = {text_of(each.get("type")): each for each in rows_of(package.get("deliveryDate"))}
    due = _day(object_of(planned.get("RDD") or planned.get("SDD")).get("date"))
    return ParcelDoc(
        number=number or asked,
        also_known_as=(asked,) if is_only and asked else (),
        carrier="ups",
        sightings=sightings,
        expected_until=due,
        signed_by=text_of(object_of(package.get("deliveryInformation")).get("receivedBy")),
        unknown_words=unknown_words(sightings),
    )


def _sighting(row: dict[str, Any]) -> Sighting | None:
    when = _when(row)
    if when is None:
        return None
    status = object_of(row.get("status"))
    code, kind = (text_of(status.get(key), at_most=20) for key in ("statusCode", "type"))
    text = text_of(status.get("description"))
    word = told(WORDS, code, kind, text=text)
    if code not in WORDS:
        word = refined(word, text, among=WITHIN.get(kind, ()))
    address = object_of(object_of(row.get("location")).get("address"))
    return Sighting(
        occurred_at=when.at,
        word=word,
        code=code or kind,
        text=text,
        place=place_of(address.get("city"), address.get("stateProvince")),
        country=text_of(address.get("countryCode") or address.get("country"), at_most=2),
        zone_assumed=when.zone_assumed,
    )


def _when(row: dict[str, Any]) -> Moment | None:
    """Read a moment: in Greenwich where that is told, else at the place without an offset."""
    gmt_day, gmt_time = text_of(row.get("gmtDate")), text_of(row.get("gmtTime"))
    if gmt_day and gmt_time:
        found = moment(f"{gmt_day}T{gmt_time.replace(':', '')}", zone=UTC)
        return Moment(found.at) if found else None
    at_place = f"{text_of(row.get('date'))}T{text_of(row.get('time'))}"
    return moment(at_place, zone=ZONE)


def _day(value: Any) -> date | None:
    text = text_of(value)
    return day(f"{text[:4]}-{text[4:6]}-{text[6:]}") if len(text) == 8 else None


def request(credentials: Credentials, numbers: Sequence[str]) -> Request:
    """Ask about one number."""
    return get(
        f"{credentials['base_url']}/api/track/v1/details/{in_path(numbers[0])}",
        headers={
            "Accept": "application/json",
            "Authorization": f"Bearer {credentials['token']}",
            "transId": token_hex(16),
            "transactionSrc": "postpurchase",
        },
        query={"locale": "en_US", "returnSignature": "false"},
    )


POLLER = Poller(
    name="ups",
    label="UPS",
    serves=("ups",),
    fields=(
        Field("client_id", _("Client ID")),
        Field("client_secret", _("Client secret"), is_secret=True),
        base_url("https://onlinetools.ups.com"),
    ),
    words=WORDS,
    login=oauth("/security/v1/oauth/token"),
    request=request,
    decode=json_document,
    read=read,
    rate=4,
    burst=8,
    zone=ZONE,
)
