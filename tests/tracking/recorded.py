"""Recorded payloads of carriers and aggregators in ../shared/data/carriers, where they are."""

import json
from pathlib import Path

import pytest

from tracking.journey import Scan, journey

CARRIERS = Path(__file__).parents[3] / "shared" / "data" / "carriers"
needs_recordings = pytest.mark.skipif(
    not CARRIERS.is_dir(), reason="../shared/data/carriers with the recorded payloads is not there"
)


def rows_of(*sources):
    """List what the index says of the files of some sources."""
    if not CARRIERS.is_dir():
        return []
    rows = json.loads((CARRIERS / "index.json").read_text())
    return [row for row in rows if row["source"].partition(":")[0] in sources]


def index(*sources):
    """List what the index says of the files of some sources, in JSON."""
    return [row for row in rows_of(*sources) if row["file"].endswith(".json")]


def document(row):
    """Read a recorded file; some hold a request and its answer."""
    found = json.loads((CARRIERS / row["file"]).read_text())
    if isinstance(found, dict) and "response" in found and "body" in found["response"]:
        return found["response"]["body"]
    return found


def scans_of(parcel):
    """Give the scans of a parcel as the reducer takes them."""
    return [
        Scan(
            occurred_at=each.occurred_at,
            milestone=each.word.milestone,
            cause=each.word.cause,
            is_delay=each.word.is_delay,
            to_addressee=each.to_addressee,
        )
        for each in parcel.sightings
    ]


def milestone_of(parcel):
    """Say where a parcel is by what one document tells."""
    return journey(scans_of(parcel)).milestone


__all__ = [
    "CARRIERS",
    "document",
    "index",
    "milestone_of",
    "needs_recordings",
    "rows_of",
    "scans_of",
]
