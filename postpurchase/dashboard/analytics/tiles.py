"""Figures beside what they were before."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.policy import FEW
from analytics.queries import Figures
from postpurchase.dashboard.analytics.measures import MEASURES, Measure, Number
from postpurchase.lib.locales import decimal_text, percent_text


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
    basis: LazyText
    is_small: bool


def tiles(now: Figures, before: Figures | None, *, currency: str) -> list[Tile]:
    """Give the figures at the top of the page."""
    return [_tile(measure, now, before, currency) for measure in MEASURES]


def _tile(measure: Measure, now: Figures, before: Figures | None, currency: str) -> Tile:
    value = measure.read(now)
    direction, trend = "", ""
    if before is not None:
        earlier = measure.read(before) if before.all.orders else None
        direction = direction_of(value, earlier)
        trend = _trend(measure, value, earlier, currency)
    return Tile(
        label=measure.label,
        value=measure.write(value, currency),
        sample=measure.sample(now, currency),
        trend=trend,
        direction=direction,
        behind=measure.behind,
        definition=measure.definition,
        basis=measure.basis,
        is_small=measure.is_share and 0 < now.customers < FEW,
    )


def direction_of(now: Number, before: Number) -> str:
    """Give up, down or same; nothing where there is nothing to compare."""
    if now is None or before is None:
        return ""
    return "same" if now == before else "up" if now > before else "down"


def _trend(measure: Measure, now: Number, before: Number, currency: str) -> str:
    if before is None:
        return _("No orders to compare with")
    was = measure.write(before, currency)
    if now is None or (now and not before and not measure.is_share):
        return _("%(before)s before") % {"before": was}
    if now == before:
        return _("The same as before")
    step = (
        points_text(now - before) if measure.is_share else percent_text(abs(now - before) / before)
    )
    words = _("Up %(step)s from %(before)s") if now > before else _("Down %(step)s from %(before)s")
    return words % {"step": step, "before": was}


def points_text(difference: float) -> str:
    """Write how far two shares are apart: "2.1 points"."""
    points = round(abs(difference) * 100, 1)
    words = ngettext("%(count)s point", "%(count)s points", 1 if points == 1 else 2)
    return words % {"count": decimal_text(points)}
