"""Whatever a carrier or the network does, asking gives a state that says what to do next."""

import logging
import socket
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.tracking.carrier_server import Says, carrier_server
from tests.tracking.carriers.answers import error_of, parcel_of
from tests.tracking.recorded import milestone_of
from tracking.carriers import POLLERS
from tracking.carriers.asking import Client, State
from tracking.carriers.base import Unreadable
from tracking.carriers.documents import xml_document

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
CLIENT = Client(now=NOW)
HASTY = Client(now=NOW, read=0.05, whole=0.15)
PAGE = b"<!DOCTYPE html><html><body>Sorry</body></html>"
HTML = {"Content-Type": "text/html"}
TOKENS = (
    b'{"access_token": "token-1", "expires_in": "3600"}',
    b"<Envelope><Body><return><authToken>token-1</authToken></return></Body></Envelope>",
)
every = pytest.mark.parametrize("poller", POLLERS.values(), ids=POLLERS)
with_login = pytest.mark.parametrize(
    "poller", [each for each in POLLERS.values() if each.login], ids=lambda each: each.name
)


@pytest.fixture(scope="module")
def server():
    with carrier_server() as carrier:
        yield carrier


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def ask(server):
    """Ask a poller about its fixture's parcel, of a carrier that behaves in some way."""

    def ask(poller, says, *, number="", client=CLIENT, log_in=None, credentials=None):
        credentials = credentials or log_in_of(poller, server.address)
        log_in_path = (
            poller.login.request(credentials).url[len(server.address) :] if poller.login else ""
        )

        def answer(asked):
            if asked.path == log_in_path:
                return log_in(asked) if callable(log_in) else log_in or Says(200, token_for(poller))
            return says(asked) if callable(says) else says

        server.behave(answer)
        number = number or number_of(poller)
        return poller.fetch(client, credentials, [number])[number]

    return ask


def log_in_of(poller, address):
    """Fill in the form, with secrets that were never used before."""
    told = {each.name: f"secret-{uuid4()}" for each in poller.fields}
    return {**told, "base_url": address}


def token_for(poller):
    """Give the answer to a log-in that the poller takes."""
    for raw in TOKENS:
        try:
            poller.login.read(raw)
        except Unreadable:
            continue
        return raw
    raise AssertionError(f"No token that {poller.name} would take.")


def number_of(poller):
    return parcel_of(poller.name).number(poller)


def good(poller):
    return Says(200, parcel_of(poller.name).raw)


@every
def test_a_good_answer_is_a_parcel(poller, ask):
    result = ask(poller, good(poller))

    assert result.state == State.OK
    assert result.http_status == 200
    assert result.raw == parcel_of(poller.name).raw
    assert result.reason == ""
    assert milestone_of(result.doc) == parcel_of(poller.name).says


FAULTS = {
    "too often, in seconds": (Says(429, b"", {"Retry-After": "120"}), State.RATE_LIMITED, 120),
    "too often, until": (
        Says(429, PAGE, {"Retry-After": "Thu, 05 Mar 2026 12:10:00 GMT"}), State.RATE_LIMITED, 600),
    "too often, until yesterday": (
        Says(429, b"{}", {"Retry-After": "Wed, 04 Mar 2026 12:00:00 GMT"}), State.RATE_LIMITED, 0),
    "too often, for a year": (
        Says(429, b"", {"Retry-After": "31536000"}), State.RATE_LIMITED, 86400),
    "too often, for nonsense": (Says(429, b"", {"Retry-After": "soon"}), State.RATE_LIMITED, 60),
    "too often, untold": (Says(429, b""), State.RATE_LIMITED, 60),
    "down, with a page": (Says(500, PAGE, HTML), State.TEMPORARY, None),
    "down for an hour": (Says(503, b"", {"Retry-After": "3600"}), State.TEMPORARY, 3600),
    "a page": (Says(200, PAGE, HTML), State.BAD_PAYLOAD, None),
    "nothing": (Says(200, b""), State.BAD_PAYLOAD, None),
    "no content": (Says(204, b""), State.BAD_PAYLOAD, None),
    "elsewhere": (Says(302, b"", {"Location": "https://example.com"}), State.BAD_PAYLOAD, None),
    "no such page": (Says(404, PAGE, HTML), State.BAD_PAYLOAD, None),
    "no right": (Says(403, b"{}"), State.AUTH, None),
    "five megabytes": (Says(200, b"[" + b"1," * 2_500_000), State.BAD_PAYLOAD, None),
    "ten thousand brackets": (Says(200, b"[" * 10_000), State.BAD_PAYLOAD, None),
    "ten thousand elements": (Says(200, b"<a>" * 10_000), State.BAD_PAYLOAD, None),
    "cut off on the way": (Says(200, b'{"a": 1}', missing=100), State.TEMPORARY, None),
}  # fmt: skip


@every
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_a_state(poller, fault, ask):
    says, state, retry_after = FAULTS[fault]

    result = ask(poller, says)

    assert (result.state, result.retry_after) == (state, retry_after)
    assert result.doc is None
    assert result.reason


@every
def test_half_an_answer_is_none(poller, ask):
    raw = parcel_of(poller.name).raw

    result = ask(poller, Says(200, raw[: len(raw) // 2]))

    assert result.state == State.BAD_PAYLOAD
    assert result.raw == raw[: len(raw) // 2]


@every
@pytest.mark.parametrize("slowly", [{"delay": 0.15}, {"drip": 0.01}])
def test_a_slow_carrier_is_not_waited_for(poller, slowly, ask):
    result = ask(poller, Says(200, parcel_of(poller.name).raw, **slowly), client=HASTY)

    assert result.state == State.TEMPORARY


@every
def test_nobody_at_the_address(poller):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        credentials = log_in_of(poller, f"http://127.0.0.1:{taken.getsockname()[1]}")
        [result] = poller.fetch(CLIENT, credentials, [number_of(poller)]).values()

    assert result.state == State.TEMPORARY


@every
@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1:1", "ftp://example.com", "nonsense", "http://[::1", "http://a\nb"],
)
def test_an_address_that_may_not_be_asked(poller, address, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = False

    [result] = poller.fetch(CLIENT, log_in_of(poller, address), [number_of(poller)]).values()

    assert result.state == State.AUTH


@every
@pytest.mark.parametrize("status", [200, 404, 400, 500])
def test_an_unknown_number_is_not_found_whatever_the_status(poller, status, ask):
    result = ask(poller, Says(status, error_of(poller.name).raw), number="0123456789012")

    if status == 500 and result.state == State.TEMPORARY:
        pytest.fail("The carrier's own words say more than its status.")
    assert result.state == State.NOT_FOUND


# The others' answers do not say whose they are.
@pytest.mark.parametrize(
    "poller",
    [each for each in POLLERS.values() if parcel_of(each.name).number(each) != "NUMBER1"],
    ids=lambda each: each.name,
)
def test_another_parcels_answer_is_not_taken(poller, ask):
    result = ask(poller, good(poller), number="0123456789012")

    assert (result.state, result.doc) == (State.BAD_PAYLOAD, None)


@every
def test_a_refused_log_in_is_the_accounts_trouble(poller, ask, server):
    result = ask(poller, Says(401, b"{}"))

    assert (result.state, result.http_status) == (State.AUTH, 401)
    asked = [each for each in server.asked if "oauth" not in each.path and "Login" not in each.path]
    assert len(asked) == (2 if poller.login else 1)


@with_login
def test_a_token_that_is_refused_is_renewed_once(poller, ask, server):
    tries = []

    def says(asked):
        tries.append(asked)
        return Says(401, b"") if len(tries) == 1 else good(poller)

    result = ask(poller, says)

    assert result.state == State.OK
    assert len(server.asked) == 4  # log in, refused, log in again, answered


@with_login
def test_a_token_is_kept_until_shortly_before_its_end(poller, ask, server):
    credentials = log_in_of(poller, server.address)
    seconds = poller.login.read(token_for(poller))[1]

    ask(poller, good(poller), credentials=credentials)
    ask(poller, good(poller), credentials=credentials)
    assert len(server.asked) == 1

    late = Client(now=datetime.fromtimestamp(NOW.timestamp() + seconds - 30, tz=UTC))
    ask(poller, good(poller), credentials=credentials, client=late)
    assert len(server.asked) == 2


@with_login
@pytest.mark.parametrize(
    ("log_in", "state"),
    [
        (Says(400, b'{"error": "invalid_client"}'), State.AUTH),
        (Says(401, b""), State.AUTH),
        (Says(429, b"", {"Retry-After": "30"}), State.RATE_LIMITED),
        (Says(503, PAGE, HTML), State.TEMPORARY),
        (Says(200, PAGE, HTML), State.BAD_PAYLOAD),
        (Says(200, b"{}"), State.BAD_PAYLOAD),
        (Says(200, b'{"access_token": {"a": 1}, "expires_in": []}'), State.BAD_PAYLOAD),
    ],
)
def test_a_log_in_that_fails_has_a_state(poller, log_in, state, ask, server):
    result = ask(poller, good(poller), log_in=log_in)

    assert result.state == state
    assert len(server.asked) == 1


@every
def test_a_log_in_that_is_not_complete_is_not_tried(poller, server):
    server.behave(Says(200))
    secret = next(each.name for each in poller.fields if each.is_secret)
    credentials = {**log_in_of(poller, server.address), secret: " "}

    [result] = poller.fetch(CLIENT, credentials, [number_of(poller)]).values()

    assert result.state == State.AUTH
    assert secret in result.reason
    assert server.asked == []


@every
@pytest.mark.parametrize(
    "number",
    [
        "",
        " ",
        "x",
        "../../admin",
        "a/b?c=d",
        "1" * 60,
        "1\r\nX-A: b",
        "1\0002",
        "№ 12345",
        "<a>12</a>",
    ],
)
def test_what_is_no_number_is_not_asked_about(poller, number, server):
    server.behave(Says(200))

    result = poller.fetch(CLIENT, log_in_of(poller, server.address), [number])[number]

    assert result.state == State.NOT_FOUND
    assert server.asked == []


@every
def test_secrets_stay_secret(poller, ask, server, caplog):
    caplog.set_level(logging.DEBUG)
    credentials = log_in_of(poller, server.address)
    secrets = [credentials[each.name] for each in poller.fields if each.is_secret]
    echo = (
        b'{"detail": "%(s)s", "title": "%(s)s", "message": "%(s)s", "error": {"message": "%(s)s"},'
    )
    echo += (
        b'"errors": [{"message": "%(s)s", "errorDescription": "%(s)s"}], "returnMessage": "%(s)s"}'
    )

    results = [
        ask(poller, says, credentials=credentials)
        for says in (
            good(poller), Says(401), Says(500), Says(200, PAGE),
            Says(200, echo.replace(b"%(s)s", secrets[0].encode())),
        )
    ]  # fmt: skip

    told = " ".join(map(repr, results)) + " ".join(each.reason for each in results) + caplog.text
    assert not any(secret in told for secret in secrets)


def test_a_secret_that_cannot_be_sent_is_a_wrong_log_in(server):
    poller = POLLERS["dhl"]
    credentials = {"api_key": "a\r\nX-Evil: b", "base_url": server.address}

    [result] = poller.fetch(CLIENT, credentials, ["123456789012"]).values()

    assert result.state == State.AUTH
    assert "Evil" not in result.reason


def test_several_numbers_go_into_one_request(ask, server):
    poller = POLLERS["gls"]
    rows = b'{"requested": "90000000017", "unitno": "90000000017", "status": "INTRANSIT", ' \
           b'"statusDateTime": "2026-03-05T07:24:57+0100", "events": []}'  # fmt: skip
    missed = b'{"requested": "90000000099", "errorCode": "E_404_01", "errorMessage": "Not Found"}'
    broken = b'{"requested": "90000000088", "errorCode": "E_500_01", "errorMessage": "Error"}'
    body = b'{"parcels": [' + b", ".join((rows, missed, broken)) + b"]}"
    credentials = log_in_of(poller, server.address)
    server.behave(lambda asked: Says(200, TOKENS[0] if "oauth" in asked.path else body))

    results = poller.fetch(
        CLIENT, credentials, ["90000000017", "90000000088", "90000000099", "9000 0000 077"]
    )

    assert {number: result.state for number, result in results.items()} == {
        "90000000017": State.OK,
        "90000000088": State.TEMPORARY,
        "90000000099": State.NOT_FOUND,
        "9000 0000 077": State.NOT_FOUND,
    }
    assert [each.path for each in server.asked][1:] == [
        "/track-and-trace-v1/tracking/simple/trackids/90000000017,90000000088,90000000099,90000000077"
    ]


@pytest.mark.parametrize("count", [0, 2])
def test_more_numbers_than_a_request_takes_are_a_bug_of_the_caller(count):
    with pytest.raises(ValueError, match="1 to 1"):
        POLLERS["dhl"].fetch(CLIENT, {}, ["123456789012"] * count)


def test_no_cookie_of_one_account_is_shown_for_another(ask, server):
    poller = POLLERS["dhl"]
    ask(poller, Says(200, good(poller).body, {"Set-Cookie": "session=of-the-first; Path=/"}))

    ask(poller, good(poller))

    assert "cookie" not in server.asked[0].headers


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>"""


@pytest.mark.parametrize(
    "raw",
    [
        BOMB,
        BOMB.decode().encode("utf-16"),
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>&undefined;</a>",
        b"<a>" * 100 + b"</a>" * 100,
    ],
)
def test_xml_that_no_carrier_sends_is_refused(raw):
    with pytest.raises(Unreadable):
        xml_document(raw)
