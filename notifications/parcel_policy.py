"""When news of a parcel are worth a mail, and until when they are true. Plain values in and out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from notifications.statuses import MessageKind, Withheld
from tracking.statuses import Milestone, ParcelEvent, Party

MERGE_WINDOW = timedelta(minutes=3)
"""So long a mail waits for the other parcels of its order that move at the same time."""
SHOPS_WORD_AFTER = timedelta(hours=6)
"""So long we wait for the carrier before we believe the shop alone that a parcel has left."""
OLD_NEWS = timedelta(hours=48)
"""What happened longer ago than this is no news to anybody."""
ASKED = "asked:"
"""How the change of a message begins that staff asked for."""

KINDS: dict[str, MessageKind] = {
    ParcelEvent.CREATED: MessageKind.SHIPPED,
    ParcelEvent.PICKED_UP: MessageKind.SHIPPED,
    ParcelEvent.IN_TRANSIT: MessageKind.SHIPPED,
    ParcelEvent.OUT_FOR_DELIVERY: MessageKind.OUT_FOR_DELIVERY,
    ParcelEvent.READY_FOR_PICKUP: MessageKind.READY_FOR_PICKUP,
    ParcelEvent.ATTEMPT_FAILED: MessageKind.ATTEMPT_FAILED,
    ParcelEvent.DELIVERED: MessageKind.DELIVERED,
    ParcelEvent.EXCEPTION: MessageKind.ACTION_NEEDED,
    ParcelEvent.TROUBLE: MessageKind.ACTION_NEEDED,
    ParcelEvent.RETURNING: MessageKind.RETURNING,
    ParcelEvent.RETURNED: MessageKind.RETURNING,
    ParcelEvent.LOST: MessageKind.LOST,
    ParcelEvent.DELAYED: MessageKind.DELAYED,
}
"""Which kind of message an event calls for. A parcel's first sight on its way says that it left;
only one of which that was said before is merely under way."""
HEARD = frozenset({*KINDS, ParcelEvent.CANCELLED, ParcelEvent.EXPIRED})
"""Events that call for a mail, or end what was planned."""

_BEFORE_THE_DOOR = frozenset(
    {
        Milestone.UNKNOWN,
        Milestone.LABEL_CREATED,
        Milestone.PICKED_UP,
        Milestone.IN_TRANSIT,
        Milestone.EXCEPTION,
    }
)
TRUE_WHILE: dict[str, frozenset[Milestone]] = {
    # Unknown: nobody but the shop has said anything.
    MessageKind.SHIPPED: _BEFORE_THE_DOOR - {Milestone.LABEL_CREATED},
    MessageKind.IN_TRANSIT: frozenset({Milestone.PICKED_UP, Milestone.IN_TRANSIT}),
    MessageKind.OUT_FOR_DELIVERY: frozenset({Milestone.OUT_FOR_DELIVERY}),
    MessageKind.DELIVERED: frozenset({Milestone.DELIVERED}),
    MessageKind.DELAYED: _BEFORE_THE_DOOR,
    MessageKind.ATTEMPT_FAILED: frozenset({Milestone.ATTEMPT_FAILED}),
    MessageKind.READY_FOR_PICKUP: frozenset({Milestone.READY_FOR_PICKUP}),
    MessageKind.ACTION_NEEDED: frozenset({Milestone.EXCEPTION}),
    MessageKind.RETURNING: frozenset({Milestone.RETURNING, Milestone.RETURNED}),
    MessageKind.LOST: frozenset({Milestone.LOST}),
}
"""Where a parcel must be for a message to be true; the newest news win over all earlier ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """How a parcel stands this moment; `since` and `today` are days in the shop's zone."""

    milestone: str
    cause: str
    must_act: str
    attempts: int
    since: date | None
    today: date
    expected_until: date | None
    promised_until: date | None
    is_withdrawn: bool


def change_of(kind: str, parcel: Parcel) -> str:
    """Name what a message of a kind would tell now, so that it is told once."""
    match kind:
        case MessageKind.OUT_FOR_DELIVERY | MessageKind.READY_FOR_PICKUP:
            return str(parcel.since or parcel.today)
        case MessageKind.ATTEMPT_FAILED:
            return str(parcel.attempts)
        case MessageKind.DELAYED:
            return str(parcel.expected_until or "")
        case MessageKind.ACTION_NEEDED:
            return parcel.cause
        case _:
            return ""


def concerns_the_shopper(kind: str, parcel: Parcel) -> bool:
    """Tell whether a message of a kind has something to say to whoever waits for the parcel."""
    if kind == MessageKind.ACTION_NEEDED:
        return parcel.milestone == Milestone.EXCEPTION and parcel.must_act == Party.RECIPIENT
    return True


def kind_for(parcel: Parcel) -> MessageKind | None:
    """Give the kind of message that says how a parcel stands now; None: there is nothing to say."""
    kind = _OF_STATE.get(Milestone(parcel.milestone))
    is_late = parcel.promised_until and parcel.expected_until and not _is_in_time(parcel)
    if is_late and parcel.milestone in TRUE_WHILE[MessageKind.DELAYED]:
        kind = MessageKind.DELAYED
    is_true = kind and untrue_because(kind, ASKED, parcel) is None
    return kind if is_true else None


_OF_STATE: dict[Milestone, MessageKind] = {
    Milestone.UNKNOWN: MessageKind.SHIPPED,
    Milestone.PICKED_UP: MessageKind.SHIPPED,
    Milestone.IN_TRANSIT: MessageKind.IN_TRANSIT,
    Milestone.OUT_FOR_DELIVERY: MessageKind.OUT_FOR_DELIVERY,
    Milestone.READY_FOR_PICKUP: MessageKind.READY_FOR_PICKUP,
    Milestone.ATTEMPT_FAILED: MessageKind.ATTEMPT_FAILED,
    Milestone.DELIVERED: MessageKind.DELIVERED,
    Milestone.EXCEPTION: MessageKind.ACTION_NEEDED,
    Milestone.RETURNING: MessageKind.RETURNING,
    Milestone.RETURNED: MessageKind.RETURNING,
    Milestone.LOST: MessageKind.LOST,
}


def untrue_because(kind: str, change: str, parcel: Parcel) -> Withheld | None:
    """Tell why a message about a parcel must not go any more; None: it is true."""
    if parcel.is_withdrawn:
        return Withheld.SUPERSEDED
    if kind == MessageKind.SHIPPED and parcel.milestone == Milestone.LABEL_CREATED:
        return Withheld.NOT_MOVING
    if kind == MessageKind.OUT_FOR_DELIVERY and parcel.since not in {None, parcel.today}:
        return Withheld.EXPIRED
    is_true = parcel.milestone in TRUE_WHILE[kind] and concerns_the_shopper(kind, parcel)
    return None if is_true and _is_same_news(kind, change, parcel) else Withheld.SUPERSEDED


def _is_same_news(kind: str, change: str, parcel: Parcel) -> bool:
    """Tell whether a parcel in the right place is still what the message was planned for."""
    if kind == MessageKind.DELAYED:
        return not _is_in_time(parcel)
    if kind in {MessageKind.ATTEMPT_FAILED, MessageKind.ACTION_NEEDED}:
        return change.startswith(ASKED) or change == change_of(kind, parcel)
    return True


def _is_in_time(parcel: Parcel) -> bool:
    first, now = parcel.promised_until, parcel.expected_until
    return first is not None and now is not None and now <= first
