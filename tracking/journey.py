"""Where a parcel is, worked out from all its scans at once.

The answer depends on the set of scans alone: in whatever order, and however often, they came in,
it is the same. Nothing is ever carried on from an earlier answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracking.statuses import STEP, TERMINAL, Cause, Milestone

PLANNED_AHEAD = timedelta(hours=24)
"""A scan dated later than this after its arrival is a plan, and moves nothing."""
ATTEMPTS_BEFORE_RETURN = 3
NEXT_ATTEMPT = timedelta(hours=8)
"""Carriers tell of one attempt in several scans; another one comes the next day at the earliest."""

# Of scans of one moment the later in this list is believed.
RANK: dict[Milestone, int] = {
    milestone: place
    for place, milestone in enumerate(
        (
            Milestone.UNKNOWN,
            Milestone.EXPIRED,
            Milestone.LABEL_CREATED,
            Milestone.CANCELLED,
            Milestone.PICKED_UP,
            Milestone.IN_TRANSIT,
            Milestone.EXCEPTION,
            Milestone.READY_FOR_PICKUP,
            Milestone.OUT_FOR_DELIVERY,
            Milestone.ATTEMPT_FAILED,
            Milestone.LOST,
            Milestone.RETURNING,
            Milestone.DELIVERED,
            Milestone.RETURNED,
        )
    )
}

BACK = frozenset({Milestone.RETURNING, Milestone.RETURNED})
REVIVES = frozenset(
    {Milestone.OUT_FOR_DELIVERY, Milestone.READY_FOR_PICKUP, Milestone.DELIVERED, *BACK}
)
"""What shows that a parcel given up as lost or expired is there after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One thing that a source says of a parcel. `occurred_at` is UTC.

    `milestone` is None where the source's word is not known to us, or says nothing of the parcel's
    place; such scans are shown and counted, and move nothing.
    """

    occurred_at: datetime
    milestone: Milestone | None
    received_at: datetime | None = None
    cause: Cause = Cause.NONE
    is_delay: bool = False
    is_retracted: bool = False
    is_override: bool = False
    """Said by a person of the shop, who may say anything; later scans go on from there."""
    to_addressee: bool | None = None
    """Of a delivery on the way back: whether the source says that the addressee has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What all scans together say. `step` only grows on the way out (1 label … 5 delivered)."""

    milestone: Milestone = Milestone.UNKNOWN
    since: datetime | None = None
    step: int = 0
    cause: Cause = Cause.NONE
    is_delayed: bool = False
    picked_up_at: datetime | None = None
    delivered_at: datetime | None = None
    returning_since: datetime | None = None
    first_scan_at: datetime | None = None
    last_scan_at: datetime | None = None
    attempts: int = 0
    has_scan_after_delivery: bool = False
    was_cancelled_under_way: bool = False

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more is expected of the carrier."""
        return self.milestone in TERMINAL


def journey(scans: Iterable[Scan]) -> Journey:
    """Work out where a parcel is."""
    counted = sorted({_key(scan): scan for scan in scans if _counts(scan)}.items())
    told = [scan for _, scan in counted]
    moving = [scan for scan in told if scan.milestone is not None]
    if not moving:
        return Journey(
            first_scan_at=told[0].occurred_at if told else None,
            last_scan_at=told[-1].occurred_at if told else None,
        )
    state = _State()
    for scan in moving:
        state.take(scan)
    return state.answer(first=told[0].occurred_at, last=told[-1].occurred_at)


def _counts(scan: Scan) -> bool:
    if scan.is_retracted:
        return False
    return scan.received_at is None or scan.occurred_at <= scan.received_at + PLANNED_AHEAD


def _key(scan: Scan) -> tuple[datetime, bool, int, str, str, bool, str]:
    """Order scans, and tell equal ones: by time, at one time a person's word last, then by rank."""
    milestone = scan.milestone or Milestone.UNKNOWN
    return (
        scan.occurred_at,
        scan.is_override,
        RANK[milestone] if scan.milestone else -1,
        milestone.value,
        scan.cause.value,
        scan.is_delay,
        str(scan.to_addressee),
    )


class _State:
    """What is known after each scan, taken in the order of time."""

    def __init__(self) -> None:
        self.milestone = Milestone.UNKNOWN
        self.since: datetime | None = None
        self.cause = Cause.NONE
        self.step = 0
        self.is_delayed = False
        self.picked_up_at: datetime | None = None
        self.delivered_at: datetime | None = None
        self.returning_since: datetime | None = None
        self.attempts = 0
        self.attempted_at: datetime | None = None
        self.has_scan_after_delivery = False
        self.was_cancelled_under_way = False

    def take(self, scan: Scan) -> None:
        """Go on by one scan."""
        milestone = self._meaning(scan)
        if milestone is None:
            return
        if scan.is_override and milestone not in BACK:
            # What a person corrects never happened.
            self.returning_since = self.delivered_at = None
            self.has_scan_after_delivery = False
        self._note(scan, milestone)
        if scan.is_override or self._may_follow(milestone):
            if milestone != self.milestone:
                self.since = scan.occurred_at
            self.milestone, self.cause = milestone, scan.cause
            self.is_delayed = scan.is_delay or (self.is_delayed and milestone not in TERMINAL)

    def _meaning(self, scan: Scan) -> Milestone | None:
        """Read a scan in the light of what is known: back at the sender is no delivery."""
        milestone = scan.milestone
        is_back = self.returning_since is not None and not scan.is_override
        if milestone == Milestone.DELIVERED and is_back:
            return Milestone.DELIVERED if scan.to_addressee else Milestone.RETURNED
        if milestone == Milestone.DELIVERED and scan.to_addressee is False:
            return Milestone.RETURNED
        if milestone == Milestone.CANCELLED and self.picked_up_at and not scan.is_override:
            self.was_cancelled_under_way = True
            return None
        return milestone

    def _note(self, scan: Scan, milestone: Milestone) -> None:
        at = scan.occurred_at
        if self.returning_since is None:
            self.step = max(self.step, STEP[milestone])
        if STEP[milestone] >= STEP[Milestone.PICKED_UP] and self.picked_up_at is None:
            self.picked_up_at = at
        if milestone in BACK and self.returning_since is None:
            self.returning_since = at
        if milestone == Milestone.ATTEMPT_FAILED:
            if self.attempted_at is None or at - self.attempted_at >= NEXT_ATTEMPT:
                self.attempts += 1
            self.attempted_at = at
        if milestone == Milestone.DELIVERED:
            self.delivered_at = self.delivered_at or at
        elif self.milestone == Milestone.DELIVERED and milestone not in BACK:
            self.has_scan_after_delivery = True

    def _may_follow(self, milestone: Milestone) -> bool:
        """Tell whether the parcel may go from where it is to there."""
        match self.milestone:
            case Milestone.DELIVERED:
                return milestone in BACK
            case Milestone.RETURNED:
                return milestone == Milestone.DELIVERED
            case Milestone.RETURNING:
                # Scans on the way back are scans, but the parcel still goes back.
                return milestone in {Milestone.RETURNED, Milestone.DELIVERED, Milestone.LOST}
            case Milestone.LOST | Milestone.EXPIRED:
                return milestone in REVIVES
            case _:
                return True

    def answer(self, *, first: datetime, last: datetime) -> Journey:
        """Give what all scans say."""
        delivered = self.milestone == Milestone.DELIVERED
        return Journey(
            milestone=self.milestone,
            since=self.since,
            step=self.step,
            cause=self.cause,
            is_delayed=self.is_delayed,
            picked_up_at=self.picked_up_at,
            delivered_at=self.delivered_at if delivered else None,
            returning_since=self.returning_since,
            first_scan_at=first,
            last_scan_at=last,
            attempts=self.attempts,
            has_scan_after_delivery=self.has_scan_after_delivery,
            was_cancelled_under_way=self.was_cancelled_under_way,
        )
