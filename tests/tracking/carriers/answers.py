"""Answers of carriers written by us in their documented formats: `<poller>.<what they say>.<ext>`.

What they say is a milestone, or a state such as `not_found`.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.tracking.recorded import milestone_of
from tracking.carriers.asking import State
from tracking.statuses import Milestone

FOLDER = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class Fixture:
    """One answer of a carrier."""

    poller: str
    says: str
    raw: bytes

    def __str__(self):
        return f"{self.poller}.{self.says}"

    def number(self, poller):
        """Give the number that it is about; some answers do not repeat what was asked."""
        return poller.read(poller.decode(self.raw), "NUMBER1")[0].number


def _all():
    for path in sorted(FOLDER.iterdir()):
        poller, says, _ = path.name.split(".")
        yield Fixture(poller, says, path.read_bytes())


FIXTURES = list(_all())
PARCELS = [each for each in FIXTURES if each.says in Milestone.values]
ERRORS = [each for each in FIXTURES if each.says in set(State)]


def parcel_of(name):
    """Give an answer of a carrier that tells of a parcel."""
    return next(each for each in PARCELS if each.poller == name)


def error_of(name):
    """Give a carrier's answer to a number that it does not know."""
    return next(each for each in ERRORS if each.poller == name and each.says == "not_found")


__all__ = ["ERRORS", "FIXTURES", "PARCELS", "error_of", "milestone_of", "parcel_of"]
