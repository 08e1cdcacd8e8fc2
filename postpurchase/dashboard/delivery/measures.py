"""The figures at the top of the page: how each is read, beside what it was, and what it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from postpurchase.dashboard.analytics.tiles import direction_of, points_text
from postpurchase.dashboard.analytics.words import NOTHING
from postpurchase.lib.locales import decimal_text, number_text, percent_text
from tracking.performance import Figures, Which

FEW = 30
"""Below so many parcels, chance moves a share by several points."""

Number = int | float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: its name, its number, how it is written, how many it rests on."""

    label: LazyText
    read: Callable[[Figures], Number]
    write: Callable[[Number], str]
    sample: Callable[[Figures], str]
    base: Callable[[Figures], int]
    behind: Which
    definition: LazyText
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure as the page shows it."""

    label: LazyText
    value: str
    sample: str
    trend: str
    direction: str
    behind: str
    definition: LazyText
    is_small: bool


def share_text(value: Number) -> str:
    """Write a share; where there is none, a dash and not a zero."""
    return NOTHING if value is None else percent_text(value)


def count_text(value: Number) -> str:
    """Write how many there are."""
    return number_text(int(value or 0))


def days_text(value: Number) -> str:
    """Write a number of days: "2.1 days"."""
    if value is None:
        return NOTHING
    days = round(value, 1)
    words = ngettext("%(days)s day", "%(days)s days", 1 if days == 1 else 2)
    return words % {"days": decimal_text(days)}


def hours_text(value: Number) -> str:
    """Write a number of hours: "14 h"."""
    return NOTHING if value is None else _("%(hours)s h") % {"hours": number_text(round(value))}


def _of(part: int, whole: int) -> str:
    words = ngettext("%(part)s of %(whole)s parcel", "%(part)s of %(whole)s parcels", whole)
    return words % {"part": number_text(part), "whole": number_text(whole)}


def _late(found: Figures) -> str:
    if found.late_days is None:
        return _("none came late")
    return _("the late ones by %(days)s on average") % {"days": days_text(found.late_days)}


def _nine_in_ten(found: Figures) -> str:
    return _("nine in ten within %(days)s") % {"days": days_text(found.transit_p90)}


MEASURES = (
    Measure(
        gettext_lazy("First promise kept"),
        lambda found: found.kept_share,
        share_text,
        lambda found: _of(found.kept, found.promised),
        lambda found: found.promised,
        Which.LATE,
        gettext_lazy(
            "Of the delivered parcels for which a day had been named, the share that came by the "
            "first day ever named. Days are those of the door."
        ),
        is_share=True,
    ),
    Measure(
        gettext_lazy("Delivered"),
        lambda found: found.delivered,
        count_text,
        _late,
        lambda found: found.delivered,
        Which.DELIVERED,
        gettext_lazy("Parcels to shoppers that were delivered in the period."),
    ),
    Measure(
        gettext_lazy("Days under way"),
        lambda found: found.transit_p50,
        days_text,
        _nine_in_ten,
        lambda found: found.timed,
        Which.DELIVERED,
        gettext_lazy(
            "From the hand-over to the carrier to the door, in the middle: half of the parcels "
            "took at most so long. Parcels without a scan of the hand-over are left out."
        ),
    ),
    Measure(
        gettext_lazy("At the first attempt"),
        lambda found: found.first_attempt_share,
        share_text,
        lambda found: _of(found.delivered - found.needed_more, found.delivered),
        lambda found: found.delivered,
        Which.ATTEMPTED,
        gettext_lazy("Of the delivered parcels, the share without a failed attempt before."),
        is_share=True,
    ),
    Measure(
        gettext_lazy("Came back"),
        lambda found: found.returned_share,
        share_text,
        lambda found: _of(found.returned, found.ended),
        lambda found: found.ended,
        Which.RETURNED,
        gettext_lazy(
            "Of all parcels that came to an end, the share that turned back on the way to the "
            "shopper. Returns that shoppers send are not among them."
        ),
        is_share=True,
    ),
    Measure(
        gettext_lazy("Until the first scan"),
        lambda found: found.first_scan_hours,
        hours_text,
        lambda _found: _("in the middle of all parcels"),
        lambda found: found.delivered,
        Which.DELIVERED,
        gettext_lazy(
            "From the moment at which your shop says that a parcel left to its first scan. Long "
            "times hint at parcels that wait for the carrier."
        ),
    ),
)


def tiles(now: Figures, before: Figures | None) -> list[Tile]:
    """Give the figures at the top of the page."""
    return [_tile(measure, now, before) for measure in MEASURES]


def _tile(measure: Measure, now: Figures, before: Figures | None) -> Tile:
    value = measure.read(now)
    was = measure.read(before) if before is not None and before.ended else None
    return Tile(
        label=measure.label,
        value=measure.write(value),
        sample=measure.sample(now) if measure.base(now) else "",
        trend=_trend(measure, value, was) if before is not None else "",
        direction=direction_of(value, was),
        behind=measure.behind,
        definition=measure.definition,
        is_small=measure.is_share and 0 < measure.base(now) < FEW,
    )


def _trend(measure: Measure, now: Number, before: Number) -> str:
    if before is None:
        return _("Nothing to compare with")
    was = measure.write(before)
    if now is None:
        return _("%(before)s before") % {"before": was}
    if measure.write(now) == was:
        return _("The same as before")
    if not measure.is_share:
        return (_("Up from %(before)s") if now > before else _("Down from %(before)s")) % {
            "before": was
        }
    words = _("Up %(step)s from %(before)s") if now > before else _("Down %(step)s from %(before)s")
    return words % {"step": points_text(now - before), "before": was}
