"""When something is the matter with a parcel, and who must act. Plain values in, answer out.

Each rule says from which moment on a need holds. So what is the matter now, and when to look
again, come from the same words, and nobody counts silences in SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tracking.doors import Door
from tracking.policy import add_business_days
from tracking.statuses import MUST_ACT, Cause, Milestone, Party, Trouble

CUSTOMS = frozenset({Cause.CUSTOMS_DOCUMENTS, Cause.CUSTOMS_DUTY})
AT_THE_SHOPS = frozenset({Milestone.UNKNOWN, Milestone.LABEL_CREATED})
UNDER_WAY = frozenset(
    {
        Milestone.PICKED_UP,
        Milestone.IN_TRANSIT,
        Milestone.OUT_FOR_DELIVERY,
        Milestone.ATTEMPT_FAILED,
        Milestone.READY_FOR_PICKUP,
        Milestone.EXCEPTION,
        Milestone.RETURNING,
    }
)
LOOKS_BACK = UNDER_WAY - {Milestone.OUT_FOR_DELIVERY, Milestone.READY_FOR_PICKUP}
"""Where a parcel may be on its way back though nobody says so."""
GIVEN_UP = frozenset({Milestone.LOST, Milestone.EXPIRED})
BACK = frozenset({Milestone.RETURNING, Milestone.RETURNED})
OVER = frozenset({Milestone.DELIVERED, Milestone.CANCELLED})
ATTEMPTS_BEFORE_RETURN = 3

ACTS: dict[Trouble, Party] = {
    Trouble.NO_SCAN: Party.SHOP,
    Trouble.STALE: Party.CARRIER,
    Trouble.AT_RISK: Party.CARRIER,
    Trouble.LATE: Party.CARRIER,
    Trouble.ATTEMPT: Party.RECIPIENT,
    Trouble.PICKUP: Party.RECIPIENT,
    Trouble.CUSTOMS: Party.SHOP,
    Trouble.EXCEPTION: Party.CARRIER,
    Trouble.DAMAGED: Party.SHOP,
    Trouble.RETURNING: Party.SHOP,
    Trouble.LOST: Party.SHOP,
}
"""Who acts where the cause does not say."""

WITHIN: dict[Trouble, int] = {Trouble.ATTEMPT: 3, Trouble.PICKUP: 2, Trouble.CUSTOMS: 3}
"""Working days in which a case should be settled, if not in one."""

OUTRANKED: dict[Trouble, frozenset[Trouble]] = {
    Trouble.LOST: frozenset({Trouble.STALE, Trouble.LATE, Trouble.AT_RISK, Trouble.EXCEPTION}),
    Trouble.RETURNING: frozenset({Trouble.LATE, Trouble.AT_RISK, Trouble.ATTEMPT}),
    Trouble.ATTEMPT: frozenset({Trouble.LATE, Trouble.AT_RISK}),
    Trouble.LATE: frozenset({Trouble.AT_RISK}),
}
"""What says nothing more beside the graver trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """From when on silence is trouble; days are working days but for pick-up and loss."""

    label_days: int = 3
    domestic_days: int = 3
    abroad_days: int = 7
    customs_days: int = 5
    out_hours: int = 36
    pickup_days: int = 5
    lost_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one parcel. Days are those of its destination."""

    milestone: Milestone
    door: Door
    begun_at: datetime
    """When its label was made or, if nobody says so, when we heard of it."""
    since: datetime | None = None
    last_scan_at: datetime | None = None
    returning_since: datetime | None = None
    cause: Cause = Cause.NONE
    attempts: int = 0
    attempted_on: str = ""
    is_abroad: bool = False
    is_return: bool = False
    has_number: bool = True
    is_watched: bool = True
    """Whether anybody would tell us; of what nobody tells, silence says nothing."""
    is_back_at_origin: bool = False
    usual_silence: timedelta = timedelta()
    """What 19 of 20 silences of the carrier's parcels do not exceed where this one is."""
    promised_until: date | None = None
    expected_from: date | None = None
    expected_until: date | None = None
    likely_until: date | None = None
    """By then four of five come; or the carrier's own day."""

    @property
    def heard_at(self) -> datetime:
        """Give since when nothing moves."""
        return self.last_scan_at or self.begun_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that somebody has to look after, from a moment on and perhaps until another."""

    kind: Trouble
    begins: datetime
    occasion: str = ""
    cause: Cause = Cause.NONE
    ends: datetime | None = None

    @property
    def must_act(self) -> Party:
        """Tell who has to do something."""
        return MUST_ACT[self.cause] or ACTS[self.kind]

    def is_on(self, now: datetime) -> bool:
        """Tell whether it is so at this moment."""
        return self.begins <= now and (self.ends is None or now < self.ends)

    def due_at(self, door: Door, now: datetime) -> datetime:
        """Give the moment by which it should be settled that began now."""
        return working_days_after(now, WITHIN.get(self.kind, 1), door)


class Ending(TextChoices):
    """Why a case closed by itself; what people close has words of theirs."""

    DELIVERED = "delivered", _("The parcel was delivered.")
    MOVED = "moved", _("The parcel moved on.")
    AT_DOOR = "at_door", _("The carrier tries again.")
    COLLECT = "collect", _("The parcel can be collected.")
    BACK = "back", _("The parcel goes back to the shop.")
    LOST = "lost", _("The parcel counts as lost.")
    CANCELLED = "cancelled", _("The carrier cancelled the parcel.")
    WITHDRAWN = "withdrawn", _("The shop took the parcel back.")
    LATE = "late", _("The day passed.")
    IN_TIME = "in_time", _("It will probably come in time after all.")


AFTER: dict[Milestone, Ending] = {
    Milestone.DELIVERED: Ending.DELIVERED,
    Milestone.OUT_FOR_DELIVERY: Ending.AT_DOOR,
    Milestone.ATTEMPT_FAILED: Ending.AT_DOOR,
    Milestone.READY_FOR_PICKUP: Ending.COLLECT,
    Milestone.RETURNING: Ending.BACK,
    Milestone.RETURNED: Ending.BACK,
    Milestone.LOST: Ending.LOST,
    Milestone.EXPIRED: Ending.LOST,
    Milestone.CANCELLED: Ending.CANCELLED,
}


def ending_of(kind: Trouble, *, milestone: Milestone, still: Collection[Trouble]) -> Ending:
    """Tell why trouble of this kind is over; `still` is what is the matter now."""
    if Trouble.LOST in still:
        return Ending.LOST
    if kind == Trouble.AT_RISK and milestone not in AFTER:
        return Ending.LATE if Trouble.LATE in still else Ending.IN_TIME
    return AFTER.get(milestone, Ending.MOVED)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is the matter now, and when to look again."""

    needs: tuple[Need, ...]
    next_look_at: datetime | None


def outlook(facts: Facts, rules: Rules, *, now: datetime) -> Outlook:
    """Tell what is the matter with a parcel."""
    told = list(_needs(facts, rules))
    on = [need for need in told if need.is_on(now)]
    outranked = set().union(*(OUTRANKED.get(need.kind, frozenset()) for need in on))
    moments = [moment for need in told for moment in (need.begins, need.ends) if moment]
    if facts.milestone not in OVER:
        # A named range loses each day that passes, and then is none any more.
        days = (facts.expected_from, facts.expected_until)
        moments += [_end_of(day, facts.door) for day in days if day]
    later = [moment for moment in moments if moment > now]
    return Outlook(
        tuple(need for need in on if need.kind not in outranked), min(later, default=None)
    )


def _needs(facts: Facts, rules: Rules) -> Iterator[Need]:
    if facts.milestone in OVER or not facts.is_watched:
        return
    yield from _held(facts)
    yield from _silent(facts, rules)
    if not facts.is_return:
        yield from _at_the_door(facts, rules)
        yield from _back(facts)
        yield from _late(facts)


def _held(facts: Facts) -> Iterator[Need]:
    """Damage, customs, and whatever else a carrier says is in the way."""
    begins = facts.since or facts.heard_at
    occasion = _moment(begins)
    if facts.cause == Cause.DAMAGED:
        yield Need(kind=Trouble.DAMAGED, begins=begins, occasion=occasion, cause=facts.cause)
    elif facts.milestone == Milestone.EXCEPTION:
        kind = Trouble.CUSTOMS if facts.cause in CUSTOMS else Trouble.EXCEPTION
        yield Need(kind=kind, begins=begins, occasion=occasion, cause=facts.cause)


def _silent(facts: Facts, rules: Rules) -> Iterator[Need]:
    heard = facts.heard_at
    if facts.milestone in GIVEN_UP:
        yield Need(kind=Trouble.LOST, begins=facts.since or heard, occasion="told")
    elif facts.milestone in AT_THE_SHOPS:
        if facts.has_number and not facts.is_return:
            begins = working_days_after(facts.begun_at, rules.label_days, facts.door)
            yield Need(kind=Trouble.NO_SCAN, begins=begins)
    elif facts.milestone in UNDER_WAY:
        lost = heard + timedelta(days=rules.lost_days)
        yield Need(kind=Trouble.LOST, begins=lost, occasion=_moment(heard))
        if facts.milestone != Milestone.READY_FOR_PICKUP:
            begins = max(_patience(facts, rules), heard + facts.usual_silence)
            yield Need(kind=Trouble.STALE, begins=begins, occasion=_moment(heard))


def _patience(facts: Facts, rules: Rules) -> datetime:
    """Give until when silence is fine by the merchant's own rules."""
    if facts.milestone == Milestone.OUT_FOR_DELIVERY:
        return facts.heard_at + timedelta(hours=rules.out_hours)
    days = rules.abroad_days if facts.is_abroad else rules.domestic_days
    if facts.milestone == Milestone.EXCEPTION and facts.cause in CUSTOMS:
        days = rules.customs_days
    return working_days_after(facts.heard_at, days, facts.door)


def _at_the_door(facts: Facts, rules: Rules) -> Iterator[Need]:
    since = facts.since or facts.heard_at
    if facts.milestone == Milestone.ATTEMPT_FAILED:
        yield Need(
            kind=Trouble.ATTEMPT, begins=since, occasion=facts.attempted_on, cause=facts.cause
        )
    if facts.milestone == Milestone.READY_FOR_PICKUP:
        begins = since + timedelta(days=rules.pickup_days)
        yield Need(kind=Trouble.PICKUP, begins=begins, occasion=_moment(since))


def _back(facts: Facts) -> Iterator[Need]:
    """On its way back: the carrier says so, or all it does looks like it."""
    begins = facts.returning_since or facts.since or facts.heard_at
    if facts.milestone in BACK:
        yield Need(kind=Trouble.RETURNING, begins=begins, occasion=_moment(begins))
    elif facts.milestone in LOOKS_BACK and (
        facts.is_back_at_origin or facts.attempts >= ATTEMPTS_BEFORE_RETURN
    ):
        yield Need(kind=Trouble.RETURNING, begins=begins, occasion="probable")


def _late(facts: Facts) -> Iterator[Need]:
    """Past the day that was named first, or likely to be."""
    named = facts.promised_until
    if named is None or facts.milestone in BACK | GIVEN_UP | {Milestone.READY_FOR_PICKUP}:
        return
    passes, occasion = _end_of(named, facts.door), named.isoformat()
    yield Need(kind=Trouble.LATE, begins=passes, occasion=occasion)
    if facts.likely_until is not None and facts.likely_until > named:
        yield Need(kind=Trouble.AT_RISK, begins=facts.begun_at, ends=passes, occasion=occasion)


def working_days_after(moment: datetime, days: int, door: Door) -> datetime:
    """Give the same time of day so many working days later; a moment on a weekend waits for it."""
    there = moment.astimezone(door.zone)
    day = add_business_days(there.date(), days, door.holidays)
    return datetime.combine(day, there.timetz())


def _end_of(day: date, door: Door) -> datetime:
    return door.midnight(day + timedelta(days=1))


def _moment(at: datetime) -> str:
    """Name an occasion by its moment, whichever zone it was written in."""
    return str(int(at.timestamp()))
