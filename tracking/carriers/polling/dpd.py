"""DPD in Belgium, the Netherlands and Luxembourg: Shipper Webservices, ParcelLifeCycle 2.0, SOAP.

https://esolutions.dpd.com/dokumente/ParcelLifeCycleService_V20_EN.pdf. Other countries' companies
have services of their own; the address says whose is asked. The answer does not name the parcel.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from tracking.carriers.asking import Request
from tracking.carriers.base import (
    ParcelDoc,
    Sighting,
    Unreadable,
    Word,
    place_of,
    text_of,
    unknown_words,
)
from tracking.carriers.documents import xml_document
from tracking.carriers.lexicon import refined, told
from tracking.carriers.moments import Moment, moment
from tracking.carriers.polling.form import Field, Poller, base_url
from tracking.carriers.polling.reading import refusal
from tracking.carriers.tokens import Credentials, Login
from tracking.statuses import Milestone

M = Milestone
ZONE = ZoneInfo("Europe/Amsterdam")
TOKEN_SECONDS = 12 * 3600.0
"""A token lasts a day, and DPD allows ten log-ins a day."""

WORDS = {
    "SHIPMENT": Word(M.LABEL_CREATED),
    "PickedUp": Word(M.PICKED_UP),
    "BetweenDepots": Word(M.IN_TRANSIT),
    "Depot": Word(M.IN_TRANSIT),
    "Courier": Word(M.OUT_FOR_DELIVERY),
    "ParcelShop": Word(M.READY_FOR_PICKUP),
    "DeliveryFailure": Word(M.ATTEMPT_FAILED),
    "ReturningFromDelivery": Word(M.ATTEMPT_FAILED),
    "Delivered": Word(M.DELIVERED),
}
ERRORS = {"DELICOM_ERR_AUTHENTICATION": "auth"} | {f"LOGIN_{n}": "auth" for n in range(1, 10)}

ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:a="http://dpd.com/common/service/types/Authentication/2.0"
 xmlns:l="http://dpd.com/common/service/types/LoginService/2.1"
 xmlns:p="http://dpd.com/common/service/types/ParcelLifeCycleService/2.0">
<soap:Header>{header}</soap:Header><soap:Body>{body}</soap:Body></soap:Envelope>"""
AUTHENTICATION = (
    "<a:authentication><delisId>{user}</delisId><authToken>{token}</authToken>"
    "<messageLanguage>en_US</messageLanguage></a:authentication>"
)
GET_AUTH = (
    "<l:getAuth><delisId>{user}</delisId><password>{password}</password>"
    "<messageLanguage>en_US</messageLanguage></l:getAuth>"
)
GET_TRACKING = (
    "<p:getTrackingData><parcelLabelNumber>{number}</parcelLabelNumber></p:getTrackingData>"
)
ACTIONS = "http://dpd.com/common/service/types/"


def read(document: Any, number: str = "") -> list[ParcelDoc]:
    """Read an answer about the number that was asked for."""
    root: Element = document
    _refuse_fault(root)
    reached = [
        row for row in root.iter("statusInfo") if row.findtext("statusHasBeenReached") == "true"
    ]
    sightings = tuple(each for row in reached if (each := _sighting(row)))
    if not sightings:
        raise Unreadable("DPD knows nothing of the parcel yet.", code="not_found")
    return [
        ParcelDoc(
            number=number,
            carrier="dpd",
            sightings=sightings,
            unknown_words=unknown_words(sightings),
        )
    ]


def _refuse_fault(root: Element) -> None:
    fault = root.find(".//Fault")
    if fault is not None:
        said = fault.findtext(".//errorMessage") or fault.findtext("faultstring")
        raise refusal(ERRORS, fault.findtext(".//errorCode"), said)
    if root.tag != "Envelope":
        raise Unreadable("The answer is no SOAP envelope.")


def _sighting(row: Element) -> Sighting | None:
    when = _when(text_of(row.findtext("date/content")))
    if when is None:
        return None
    code = text_of(row.findtext("status"), at_most=100)
    said = (text_of(each.text) for each in row.iterfind("description/content/content"))
    text = " ".join(filter(None, said)) or text_of(row.findtext("label/content"))
    word = told(WORDS, code, text=text)
    if word.milestone == M.ATTEMPT_FAILED:
        word = refined(word, text, among=(M.ATTEMPT_FAILED, M.EXCEPTION, M.RETURNING))
    place, _bracket, country = text_of(row.findtext("location/content")).partition(" (")
    return Sighting(
        occurred_at=when.at,
        word=word,
        code=code,
        text=text,
        place=place_of(place),
        country=country.rstrip(")")[:2],
        zone_assumed=True,
    )


def _when(text: str) -> Moment | None:
    """Read a moment as it is written for `en_US`, or in ISO 8601."""
    try:
        at = datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=ZONE)
    except ValueError:
        return moment(text, zone=ZONE)
    return moment(at.isoformat())


def _soap(credentials: Credentials, service: str, action: str, envelope: str) -> Request:
    return Request(
        url=f"{credentials['base_url']}/soap/services/{service}",
        headers={"Content-Type": "text/xml;charset=UTF-8", "SOAPAction": ACTIONS + action},
        body=envelope.encode(),
    )


def request(credentials: Credentials, numbers: Sequence[str]) -> Request:
    """Ask about one parcel."""
    header = AUTHENTICATION.format(
        user=escape(credentials["delis_id"]), token=escape(credentials["token"])
    )
    return _soap(
        credentials,
        "ParcelLifeCycleService/V2_0",
        "ParcelLifeCycleService/2.0/getTrackingData",
        ENVELOPE.format(header=header, body=GET_TRACKING.format(number=escape(numbers[0]))),
    )


def _log_in(credentials: Credentials) -> Request:
    body = GET_AUTH.format(
        user=escape(credentials["delis_id"]), password=escape(credentials["password"])
    )
    envelope = ENVELOPE.format(header="", body=body)
    return _soap(credentials, "LoginService/V2_1", "LoginService/2.1/getAuth", envelope)


def _read_token(raw: bytes) -> tuple[str, float]:
    root = xml_document(raw)
    _refuse_fault(root)
    token = text_of(root.findtext(".//authToken"), at_most=10_000)
    if not token:
        raise Unreadable("The answer to the log-in holds no token.")
    return token, TOKEN_SECONDS


POLLER = Poller(
    name="dpd",
    label="DPD",
    serves=("dpd",),
    fields=(
        Field("delis_id", _("DELIS ID")),
        Field("password", _("Password"), is_secret=True),
        base_url("https://wsshipper.dpd.nl"),
    ),
    words=WORDS,
    login=Login(_log_in, _read_token),
    request=request,
    decode=xml_document,
    read=read,
    rate=1,
    burst=5,
    zone=ZONE,
)
