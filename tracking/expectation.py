"""Which day is named to those who wait for a parcel. Plain values in, answer out.

The carrier's own word comes first, as long as it has not proved worse than our estimate; then the
estimate, then the shop's promise. A day that has passed is never named: where nobody knows a newer
one, none is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from postpurchase.lib.locales import country_text
from tracking.statuses import TERMINAL, DateSource, Milestone

NO_DAY = TERMINAL | {Milestone.RETURNING, Milestone.READY_FOR_PICKUP}
"""Where there is no day to wait for."""
HELD = frozenset({Milestone.ATTEMPT_FAILED, Milestone.EXCEPTION})
"""Where only the carrier can say when it goes on."""
SAYS_ITSELF = frozenset(
    {Milestone.ATTEMPT_FAILED, Milestone.OUT_FOR_DELIVERY, Milestone.READY_FOR_PICKUP}
)
"""What says more about the day than "it comes later" would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A day, or a range of days, and who says so. `ground` is JSON that `explain` puts in words."""

    source: DateSource
    first: date
    last: date
    middle: date | None = None
    likely: date | None = None
    """By then four of five come."""
    weight: float = 0.0
    ground: Mapping[str, Any] = field(default_factory=dict)

    def from_today(self, today: date) -> Named | None:
        """Leave out the days that have passed; None where all have."""
        if self.last < today:
            return None
        return replace(self, first=max(self.first, today))


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of a parcel's day. `today` and `since` are days at its destination."""

    milestone: Milestone
    today: date
    since: date | None = None
    is_delayed: bool = False
    carrier: Named | None = None
    trusts_carrier: bool = True
    estimate: Named | None = None
    promise: Named | None = None


def named(known: Situation) -> Named | None:
    """Give the day to name now, or None where any day would be a guess."""
    for said in _candidates(known):
        still = said.from_today(known.today) if said else None
        if still is not None:
            return still
    return None


def _candidates(known: Situation) -> list[Named | None]:
    if known.milestone in NO_DAY:
        return []
    if known.milestone == Milestone.OUT_FOR_DELIVERY and known.since is not None:
        # The round of an earlier day says nothing of today.
        return [_with_driver(known.since), _after(known.carrier, known.since)]
    if known.milestone in HELD:
        return [_after(known.carrier, known.since)]
    if known.is_delayed:
        return [known.carrier]
    if known.trusts_carrier:
        return [known.carrier, known.estimate, known.promise]
    return [known.estimate, known.carrier, known.promise]


def _with_driver(day: date) -> Named:
    return Named(source=DateSource.CARRIER, first=day, last=day, ground={"kind": "driver"})


def _after(said: Named | None, day: date | None) -> Named | None:
    """Keep what can have been said in the knowledge of that day: later days alone."""
    return said if said and (day is None or said.last > day) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What those who wait were told until now: the day named last, and the last delay."""

    until: date | None = None
    told: date | None = None
    told_on: date | None = None

    def as_json(self) -> dict[str, str]:
        """Write it down beside the ground."""
        days = {"until": self.until, "told": self.told, "told_on": self.told_on}
        return {name: day.isoformat() for name, day in days.items() if day}

    @classmethod
    def of(cls, ground: Mapping[str, Any]) -> Said:
        """Read what was written down."""
        noted = ground.get("said", {})
        return cls(**{name: date.fromisoformat(day) for name, day in noted.items()})


def is_delay(new: Named, said: Said, *, milestone: Milestone, today: date) -> bool:
    """Tell whether a new day is worth a word: it is later, and was not told before.

    Our own estimate must put the most likely day after the one named, and speaks once a day.
    """
    if said.until is None or milestone in SAYS_ITSELF:
        return False
    if new.last <= said.until or new.last == said.told:
        return False
    if new.source == DateSource.CARRIER:
        return True
    return (new.middle or new.last) > said.until and said.told_on != today


def explain(ground: Mapping[str, Any]) -> str:
    """Say in the active language what a named day rests on: "Usually 3–5 days to Berlin …"."""
    match ground.get("kind"):
        case "usual":
            return _usual(ground)
        case "carrier":
            return _("The carrier names this day.")
        case "driver":
            return _("The driver has it.")
        case "promise":
            return _("As promised when the order was placed.")
        case _:
            return ""


def _usual(ground: Mapping[str, Any]) -> str:
    count = int(ground["parcels"])
    parts = {
        "days": _days(int(ground["low"]), int(ground["high"])),
        "place": _place(ground),
        "carrier": _carrier(ground),
        "parcels": ngettext("%(count)d parcel", "%(count)d parcels", count) % {"count": count},
    }
    text = _WORDS[bool(parts["place"]), bool(parts["carrier"]), bool(ground.get("is_ordered"))]()
    return text % parts


_WORDS = {
    (False, False, False): lambda: _("Usually %(days)s (%(parcels)s)"),
    (True, False, False): lambda: _("Usually %(days)s to %(place)s (%(parcels)s)"),
    (False, True, False): lambda: _("Usually %(days)s with %(carrier)s (%(parcels)s)"),
    (True, True, False): lambda: _("Usually %(days)s to %(place)s with %(carrier)s (%(parcels)s)"),
    (False, False, True): lambda: _("Usually %(days)s from the order on (%(parcels)s)"),
    (True, False, True): lambda: _("Usually %(days)s from the order on to %(place)s (%(parcels)s)"),
    (False, True, True): lambda: _(
        "Usually %(days)s from the order on with %(carrier)s (%(parcels)s)"
    ),
    (True, True, True): lambda: _(
        "Usually %(days)s from the order on to %(place)s with %(carrier)s (%(parcels)s)"
    ),
}
"""By whether a place, a carrier, and the time of packing are part of it."""


def _days(low: int, high: int) -> str:
    if low == high:
        return ngettext("%(high)d day", "%(high)d days", high) % {"high": high}
    return ngettext("%(low)d–%(high)d day", "%(low)d–%(high)d days", high) % {
        "low": low,
        "high": high,
    }


def _place(ground: Mapping[str, Any]) -> str:
    """Name the place that the figures are of; a region's code would say nothing to people."""
    region, country = ground.get("region", ""), ground.get("country", "")
    if len(region) > 3:
        return str(region)
    return country_text(country) if country else ""


def _carrier(ground: Mapping[str, Any]) -> str:
    from tracking.rendering.carriers import NAMES

    return NAMES.get(ground.get("carrier", ""), "")
