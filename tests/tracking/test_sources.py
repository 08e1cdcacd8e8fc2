"""Aggregators' documents become parcels, or an error that says why not."""

import hashlib
import hmac
import json
import random

import pytest

from tests.tracking.recorded import document, index, milestone_of, needs_recordings, scans_of
from tracking.carriers import SOURCES
from tracking.carriers.base import Unreadable
from tracking.journey import journey
from tracking.statuses import Milestone

FILES = [(name, row) for name in SOURCES for row in index(name)]
ids = {"ids": lambda value: value if isinstance(value, str) else value["file"]}
# Documents whose top status the index read otherwise, each with our reason.
MISSES = {
    # Its checkpoints end with "delivered"; then somebody marked it as lost in AfterShip. A status
    # without an event does not take a delivery back: that is for a person of ours to say.
    "aftership/java_MarkAsCompletedResult.json": ("lost", "delivered"),
}


@needs_recordings
@pytest.mark.parametrize(("name", "row"), FILES, **ids)
def test_each_recorded_document_is_read_or_says_why_not(name, row):
    try:
        parcels = SOURCES[name].read(document(row))
    except Unreadable as error:
        assert error.reason
        assert row["milestone"] is None, f"{row['file']} has a status: {error.reason}"
        return
    assert all(parcel.number for parcel in parcels)


@needs_recordings
def test_what_is_read_agrees_with_the_index():
    told = [(row["file"], row["milestone"], name, row) for name, row in FILES if row["milestone"]]

    misses = {}
    for file, expected, name, row in told:
        found = milestone_of(SOURCES[name].read(document(row))[0])
        if found != expected:
            misses[file] = (expected, found.value)

    assert misses == MISSES
    assert len(told) - len(misses) >= 0.95 * len(told)


@needs_recordings
@pytest.mark.parametrize(("name", "row"), FILES, **ids)
def test_fifty_shuffles_with_duplicates_make_no_difference(name, row):
    try:
        parcels = SOURCES[name].read(document(row))
    except Unreadable:
        return
    dice = random.Random(7)
    for parcel in parcels:
        scans = scans_of(parcel)
        found = journey(scans)
        for _ in range(50):
            mixed = scans + dice.choices(scans, k=3) if scans else []
            dice.shuffle(mixed)
            assert journey(mixed) == found


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize(
    "document", [None, [], {}, 7, "x", {"data": []}, {"msg": 1, "result": [], "parcel": "x"}]
)
def test_what_is_no_document_says_so(name, document):
    with pytest.raises(Unreadable):
        SOURCES[name].read(document)


@pytest.mark.parametrize("name", SOURCES)
def test_a_wrong_or_missing_signature_is_refused(name):
    source = SOURCES[name]

    assert not source.verify({}, b"{}", ["secret"])
    for header in ("aftership-hmac-sha256", "x-hmac-signature", "shippo-auth-signature", "sign",
                   "sendcloud-signature", "webhook-key", "x-event-id"):  # fmt: skip
        assert not source.verify({header: "wrong"}, b"{}", ["secret"])
        assert not source.verify({header: ""}, b"{}", ["", "secret"])


def test_a_signature_of_any_active_secret_is_taken():
    body = json.dumps({"event": "x"}).encode()
    by_new = hmac.new(b"new", body, hashlib.sha256).hexdigest()
    by_old = hmac.new(b"old", body, hashlib.sha256).hexdigest()

    for signed in (by_new, by_old):
        assert SOURCES["sendcloud"].verify({"sendcloud-signature": signed}, body, ["new", "old"])


def test_17track_signs_body_slash_key():
    body = b'{"event":"TRACKING_UPDATED"}'
    signed = hashlib.sha256(body + b"/" + b"key").hexdigest()

    assert SOURCES["17track"].verify({"sign": signed}, body, ["key"])


def test_shippo_signs_time_and_body():
    body = b"{}"
    signed = hmac.new(b"secret", b"1700000000." + body, hashlib.sha256).hexdigest()

    header = {"shippo-auth-signature": f"t=1700000000,v1={signed}"}
    assert SOURCES["shippo"].verify(header, body, ["secret"])
    assert not SOURCES["shippo"].verify(header, b"{ }", ["secret"])


def test_an_unknown_word_is_kept_and_moves_nothing():
    [parcel] = SOURCES["aftership"].read(
        {
            "msg": {
                "tracking_number": "1",
                "tag": "Quantum",
                "checkpoints": [
                    {"checkpoint_time": "2026-01-02T03:04:05+01:00", "tag": "InTransit"},
                    {"checkpoint_time": "2026-01-03T03:04:05+01:00", "tag": "Quantum"},
                ],
            }
        }
    )

    assert parcel.unknown_words == ("Quantum",)
    assert milestone_of(parcel) == Milestone.IN_TRANSIT
