"""Canada Post: Tracking, "Get tracking details", version 2, in XML.

https://www.canadapost-postescanada.ca/info/mc/business/productsservices/developers/services/tracking/trackingdetails.jsf
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta, timezone
from typing import Any
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from tracking.carriers.asking import Request, get
from tracking.carriers.base import ParcelDoc, Sighting, Word, place_of, text_of, unknown_words
from tracking.carriers.documents import xml_document
from tracking.carriers.lexicon import told
from tracking.carriers.moments import Moment, day, moment
from tracking.carriers.polling.form import Field, Poller, base_url
from tracking.carriers.polling.reading import in_path, refusal
from tracking.carriers.tokens import Credentials, basic
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause
ZONE = ZoneInfo("America/Toronto")

# Event identifiers without leading zeros. There are some three hundred, each with a sentence in
# English; here stand those that a sentence might not tell well enough.
WORDS = {
    "3000": Word(M.LABEL_CREATED),
    "2300": Word(M.PICKED_UP),
    "100": Word(M.IN_TRANSIT),
    "159": Word(M.IN_TRANSIT, is_delay=True),
    "160": Word(M.IN_TRANSIT, is_delay=True),
    "161": Word(M.IN_TRANSIT, is_delay=True),
    "162": Word(M.IN_TRANSIT, is_delay=True),
    "163": Word(M.IN_TRANSIT, is_delay=True),
    "172": Word(M.IN_TRANSIT, is_delay=True),
    "173": Word(M.EXCEPTION, C.ADDRESS, is_delay=True),
    "174": Word(M.OUT_FOR_DELIVERY),
    "500": Word(M.OUT_FOR_DELIVERY),
    "156": Word(M.READY_FOR_PICKUP),
    "1407": Word(M.READY_FOR_PICKUP),
    "1701": Word(M.READY_FOR_PICKUP),
    "1479": Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    "1408": Word(M.DELIVERED),
    "1496": Word(M.DELIVERED),
    "1497": Word(M.DELIVERED),
    "1498": Word(M.DELIVERED),
    "1499": Word(M.DELIVERED),
    "20": Word(None),  # a picture of the signature
}
ZONES = {
    "NST": -3.5, "NDT": -2.5, "AST": -4.0, "ADT": -3.0, "EST": -5.0, "EDT": -4.0,
    "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0,
}  # fmt: skip
ERRORS = {"004": "not_found", "E002": "auth", "AA004": "auth"}


def read(document: Any, number: str = "") -> list[ParcelDoc]:
    """Read an answer."""
    root: Element = document
    pin = _text(root, "pin")
    if root.tag != "tracking-detail" or not pin:
        message = root.find(".//message")
        code, said = ("", "") if message is None else (
            _text(message, "code"), _text(message, "description"))  # fmt: skip
        raise refusal(ERRORS, code, said)
    rows = root.iterfind("significant-events/occurrence")
    sightings = tuple(each for row in rows if (each := _sighting(row)))
    due = _text(root, "changed-expected-date") or _text(root, "expected-delivery-date")
    signed = (_text(row, "signatory-name") for row in root.iter("occurrence"))
    return [
        ParcelDoc(
            number=pin,
            carrier="canada_post",
            sightings=sightings,
            expected_until=day(due),
            signed_by=next(filter(None, signed), ""),
            unknown_words=unknown_words(sightings),
        )
    ]


def _text(element: Element, path: str) -> str:
    return text_of(element.findtext(path))


def _sighting(row: Element) -> Sighting | None:
    when = _when(row)
    if when is None:
        return None
    code, text = _text(row, "event-identifier").lstrip("0"), _text(row, "event-description")
    return Sighting(
        occurred_at=when.at,
        word=told(WORDS, code, text=text),
        code=code,
        text=text,
        place=place_of(_text(row, "event-site"), _text(row, "event-province")),
        country="CA" if _text(row, "event-province") else "",
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def _when(row: Element) -> Moment | None:
    """Read a moment whose zone is written as an abbreviation."""
    at = f"{_text(row, 'event-date')}T{_text(row, 'event-time')}".removesuffix("T")
    hours = ZONES.get(_text(row, "event-time-zone"))
    if hours is None:
        return moment(at, zone=ZONE)
    found = moment(at, zone=timezone(timedelta(hours=hours)))
    if found is None or found.is_day_only:
        return found
    return Moment(found.at.astimezone(UTC))


def request(credentials: Credentials, numbers: Sequence[str]) -> Request:
    """Ask about one number in English."""
    return get(
        f"{credentials['base_url']}/vis/track/pin/{in_path(numbers[0])}/detail",
        headers={
            "Accept": "application/vnd.cpc.track-v2+xml",
            "Accept-Language": "en-CA",
            "Authorization": basic(credentials["username"], credentials["password"]),
        },
    )


POLLER = Poller(
    name="canada_post",
    label="Canada Post",
    serves=("canada_post", "post"),
    fields=(
        Field("username", _("API user name")),
        Field("password", _("API password"), is_secret=True),
        base_url("https://soa-gw.canadapost.ca"),
    ),
    words=WORDS,
    request=request,
    decode=xml_document,
    read=read,
    rate=1,
    burst=5,
    zone=ZONE,
)
