"""What a page or a mail says of a parcel, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracking.statuses import Milestone


class Standing(StrEnum):
    """How a parcel stands, as the one who waits for it sees it."""

    SENT = "sent"
    """The shop says it left; nobody who would know more has told us anything."""
    UNSCANNED = "unscanned"
    """There is a label; the carrier has not scanned it."""
    MOVING = "moving"
    STALE = "stale"
    DELAYED = "delayed"
    OUT = "out"
    PICKUP = "pickup"
    ATTEMPT = "attempt"
    HELD = "held"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way; `state` is done, current or next."""

    label: str
    state: str


@dataclass(frozen=True, slots=True)
class DateView:
    """The date that matters now: its label, the days, what was said before, on what ground.

    `last` is the day by which it should be there, for those who compare parcels.
    """

    label: str
    days: str
    last: date
    was: str = ""
    ground: str = ""
    is_passed: bool = False


@dataclass(frozen=True, slots=True)
class ScanView:
    """One scan: our sentence, when (in the time of its place), where, and the carrier's words."""

    at: datetime
    when: str
    text: str
    place: str
    raw: str

    @property
    def iso(self) -> str:
        """Write the moment for programs."""
        return self.at.isoformat()


@dataclass(frozen=True, slots=True)
class ParcelView:
    """All that is said of one parcel besides what is in it. Texts are in the active language."""

    public_id: str
    standing: Standing
    milestone: Milestone
    headline: str
    """The state in one short sentence, which may stand as the heading of a page."""
    text: str
    """What follows from it: why, what comes next, and who must do something."""
    chip: str
    icon: str
    tone: str
    steps: tuple[Step, ...]
    date: DateView | None
    carrier: str
    number: str
    url: str
    """The carrier's own page of this parcel, where one is known and safe."""
    scans: tuple[ScanView, ...]
    sent_at: datetime | None
    heard_at: datetime | None
    heard: str
    """How long ago the newest news came in, such as “12 minutes ago”."""
    is_return: bool
    needs_you: bool
    """Whether the parcel goes on only if its recipient does something."""

    @property
    def is_over(self) -> bool:
        """Tell whether nothing will change any more, as far as can be seen."""
        return self.standing in OVER

    @property
    def days(self) -> str:
        """Give the days that its headline names, if it names any."""
        return self.date.days if self.date else ""

    @property
    def has_raw(self) -> bool:
        """Tell whether any scan comes with the carrier's own words."""
        return any(scan.raw for scan in self.scans)


OVER = frozenset({Standing.DELIVERED, Standing.RETURNED, Standing.CANCELLED})
