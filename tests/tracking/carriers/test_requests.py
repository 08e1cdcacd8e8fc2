"""What each carrier is sent is what its documentation asks for."""

import json
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import fromstring

import pytest

from tracking.carriers import POLLERS

CREDENTIALS = {
    "base_url": "https://carrier.example",
    "token": "the-token",
    "api_key": "the-key",
    "client_id": "the-id",
    "client_secret": "the <secret>",
    "username": "the-user",
    "password": "the <password>",
    "delis_id": "the&id",
    "carrier": "postat",
}
BEARER = {"Authorization": "Bearer the-token"}
ASKS = {
    "dhl": ("/track/shipments?trackingNumber=N1&language=en", {"DHL-API-Key": "the-key"}),
    "ups": ("/api/track/v1/details/N1?locale=en_US&returnSignature=false", BEARER),
    "fedex": ("/track/v1/trackingnumbers", BEARER),
    "usps": ("/tracking/v3/tracking/N1?expand=DETAIL", BEARER),
    "royal_mail": (
        "/mailpieces/v2/N1/events",
        {
            "X-IBM-Client-Id": "the-id",
            "X-IBM-Client-Secret": "the <secret>",
            "X-Accept-RMG-Terms": "yes",
        },
    ),
    "la_poste": ("/suivi/v2/idships/N1?lang=fr_FR", {"X-Okapi-Key": "the-key"}),
    "canada_post": (
        "/vis/track/pin/N1/detail",
        {"Accept": "application/vnd.cpc.track-v2+xml", "Accept-Language": "en-CA"},
    ),
    "gls": ("/track-and-trace-v1/tracking/simple/trackids/N1", BEARER),
    "dpd": (
        "/soap/services/ParcelLifeCycleService/V2_0",
        {
            "SOAPAction": "http://dpd.com/common/service/types/ParcelLifeCycleService/2.0/getTrackingData"
        },
    ),
    "karrio_server": ("/v1/trackers", {"Authorization": "Token the-key"}),
}


@pytest.mark.parametrize("name", ASKS)
def test_a_number_is_asked_about_as_documented(name):
    path, headers = ASKS[name]

    request = POLLERS[name].request(CREDENTIALS, ["N1"])

    assert request.url == f"https://carrier.example{path}"
    assert {key: request.headers.get(key) for key in headers} == headers
    assert not any(secret in repr(request) for secret in ("the-key", "the-token", "the <secret>"))


@pytest.mark.parametrize(
    ("name", "path", "in_header"),
    [
        ("ups", "/security/v1/oauth/token", True),
        ("fedex", "/oauth/token", False),
        ("usps", "/oauth2/v3/token", False),
        ("gls", "/oauth2/v2/token", True),
    ],
)
def test_a_token_is_asked_for_as_documented(name, path, in_header):
    request = POLLERS[name].login.request(CREDENTIALS)
    form = {key: value for key, [value] in parse_qs(request.body.decode()).items()}

    assert urlsplit(request.url).path == path
    assert form["grant_type"] == "client_credentials"
    if in_header:
        scheme, _, told = request.headers["Authorization"].partition(" ")
        assert (scheme, b64decode(told)) == ("Basic", b"the-id:the <secret>")
        assert "client_secret" not in form
    else:
        assert (form["client_id"], form["client_secret"]) == ("the-id", "the <secret>")


def test_canada_post_is_shown_name_and_password():
    header = POLLERS["canada_post"].request(CREDENTIALS, ["N1"]).headers["Authorization"]

    assert b64decode(header.removeprefix("Basic ")) == b"the-user:the <password>"


def test_fedex_is_asked_about_thirty_at_once():
    numbers = [f"99990000{place:04}" for place in range(30)]

    asked = json.loads(POLLERS["fedex"].request(CREDENTIALS, numbers).body)

    assert asked["includeDetailedScans"]
    assert [
        each["trackingNumberInfo"]["trackingNumber"] for each in asked["trackingInfo"]
    ] == numbers
    assert POLLERS["fedex"].most_at_once == 30


def test_karrio_is_told_the_carrier():
    asked = json.loads(POLLERS["karrio_server"].request(CREDENTIALS, ["N1"]).body)

    assert asked == {"tracking_number": "N1", "carrier_name": "postat"}


def test_dpds_envelopes_are_well_formed_whatever_is_written_into_them():
    asked = fromstring(POLLERS["dpd"].request(CREDENTIALS, ["N1"]).body)
    log_in = fromstring(POLLERS["dpd"].login.request(CREDENTIALS).body)

    assert asked.findtext(".//delisId") == "the&id"
    assert asked.findtext(".//authToken") == "the-token"
    assert asked.findtext(".//parcelLabelNumber") == "N1"
    assert log_in.findtext(".//password") == "the <password>"
