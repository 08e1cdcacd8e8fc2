"""Carriers' recorded bodies become parcels that agree with the index, or an error that says why."""

import json
import random

import pytest

from tests.tracking.carriers import retired
from tests.tracking.recorded import CARRIERS, milestone_of, needs_recordings, rows_of, scans_of
from tests.tracking.test_sources import MISSES as MISSES_OF_SOURCES
from tracking.carriers import POLLERS, SOURCES
from tracking.carriers.asking import State
from tracking.carriers.base import Unreadable
from tracking.carriers.documents import xml_document
from tracking.journey import journey

# The index's name of a source, and ours.
READ_BY = {
    "dhl_universal": "dhl", "ups": "ups", "fedex": "fedex", "usps": "usps",
    "usps_international": "usps", "royalmail": "royal_mail", "laposte": "la_poste",
    "colissimo": "la_poste", "canadapost": "canada_post", "gls": "gls", "dpd": "dpd",
}  # fmt: skip
FILES = [
    row for row in rows_of(*READ_BY) if row["file"].startswith(("karrio/", "active_shipping/"))
]
ids = {"ids": lambda row: row["file"]}

# A sample of the documentation that contradicts itself: the code says "pre-transit", the text
# "DELIVERED", and the index took karrio's default, "in_transit". For us the code is what counts.
CONTRADICTORY = "karrio/dhl_universal__test_parse_tracking_response.json"
MISSES = {
    CONTRADICTORY: ("in_transit", "label_created"),
    # "After an unsuccessful delivery attempt the parcel is back at the depot": the index followed
    # karrio, which calls that "out for delivery".
    "karrio/dpd__test_parse_tracking_response.json": ("out_for_delivery", "attempt_failed"),
}
# What the carriers' own errors tell us to do.
STATES = {
    "karrio/dhl_universal__test_parse_tracking_error_response.json": State.NOT_FOUND,
    "karrio/dpd__test_parse_error_response.json": State.AUTH,
    "karrio/gls__test_parse_error_response.json": State.NOT_FOUND,
    "karrio/laposte__test_parse_error_response.json": State.NOT_FOUND,
    "karrio/colissimo__test_parse_error_response.json": State.NOT_FOUND,
    "karrio/ups__test_tracking_auth_error_parsing.json": State.AUTH,
    "karrio/usps__test_parse_auth_error_response.json": State.AUTH,
    "karrio/canadapost__test_tracking_auth_error_parsing.json": State.AUTH,
    "karrio/canadapost__test_tracking_unknown_response_parsing.json": State.NOT_FOUND,
    "active_shipping/canadapost_pws__tracking_details_en_error.xml": State.NOT_FOUND,
    "active_shipping/fedex__tracking_response_invalid_tracking_number.xml": State.NOT_FOUND,
    "active_shipping/usps__tracking_response_failure.xml": State.NOT_FOUND,
}


def parcels_of(row):
    """Read a recorded file. Raises Unreadable."""
    poller = POLLERS[READ_BY[row["source"]]]
    if row["file"].endswith(".xml"):
        root = xml_document((CARRIERS / row["file"]).read_bytes())
        old = row["source"] in {"fedex", "usps"}
        return poller.read(retired.today(row["source"], root) if old else root, "NUMBER1")
    raw = json.loads((CARRIERS / row["file"]).read_text())["raw"]
    # A body, a list of them, or the number that was asked for and the body.
    while isinstance(raw, list):
        raw = raw[-1]
    return poller.read(poller.decode(raw.encode()), "NUMBER1")


def newest(parcels):
    return max(parcels, key=lambda doc: max(each.occurred_at for each in doc.sightings))


@needs_recordings
@pytest.mark.parametrize("row", FILES, **ids)
def test_each_recorded_body_is_read_or_says_why_not(row):
    try:
        parcels = parcels_of(row)
    except Unreadable as error:
        assert error.reason
        assert row["milestone"] is None, f"{row['file']} has a status: {error.reason}"
        assert error.code == STATES.get(row["file"], error.code)
        return
    assert row["file"] not in STATES
    assert all(parcel.number for parcel in parcels)


@needs_recordings
def test_what_is_read_agrees_with_the_index():
    told = [row for row in FILES if row["milestone"]]

    found = {row["file"]: milestone_of(newest(parcels_of(row))).value for row in told}

    misses = {
        row["file"]: (row["milestone"], found[row["file"]])
        for row in told
        if found[row["file"]] != row["milestone"]
    }
    assert misses == MISSES
    # Over all that we have a reader for, and that is of one mind with itself.
    told += [row for row in rows_of(*SOURCES) if row["milestone"]]
    missed = {*misses, *MISSES_OF_SOURCES} - {CONTRADICTORY}
    assert len(missed) <= 0.05 * (len(told) - 1)


@needs_recordings
@pytest.mark.parametrize("row", FILES, **ids)
def test_fifty_shuffles_with_duplicates_make_no_difference(row):
    try:
        parcels = parcels_of(row)
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


@needs_recordings
def test_few_words_are_unknown():
    words = {}
    for row in FILES:
        try:
            words[row["file"]] = [doc.unknown_words for doc in parcels_of(row)]
        except Unreadable:
            continue
    assert {file: found for file, found in words.items() if any(found)} == {}
