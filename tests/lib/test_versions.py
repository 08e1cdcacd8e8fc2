"""The version in force holds; before the first, the first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from postpurchase.lib.versions import in_force

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class Rule:
    in_force_from: datetime


@pytest.mark.parametrize(
    ("days", "expected"),
    [([], None), ([-10, -5, 5], -5), ([5, -5, -10], -5), ([9, 5], 5), ([0, 9], 0), ([-1], -1)],
)
def test_in_force(days, expected):
    found = in_force([Rule(NOW + timedelta(days=day)) for day in days], NOW)

    assert found == (None if expected is None else Rule(NOW + timedelta(days=expected)))
