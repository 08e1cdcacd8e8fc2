"""The Olist orders in ../shared/data: real parcels in Brazil, 2016 to 2018."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

OLIST = Path(__file__).parents[3] / "shared" / "data" / "olist"
needs_olist = pytest.mark.skipif(
    not OLIST.is_dir(), reason="../shared/data/olist with the Olist orders is not there"
)


def rows(name):
    with (OLIST / name).open(newline="") as file:
        return list(csv.DictReader(file))


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
