"""Delivered parcels over time: in time below, late above, those without a date on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from analytics.policy import Period
from postpurchase.dashboard.analytics.buckets import parts
from postpurchase.dashboard.analytics.charts import (
    GAP,
    HEIGHT,
    Bar,
    Chart,
    Column,
    bar_of,
    labels_of,
)
from postpurchase.lib.locales import number_text
from tracking.performance_days import Delivered


@dataclass(frozen=True, slots=True)
class Part:
    """Some days and the parcels delivered on them."""

    label: str
    short: str
    delivered: Delivered


def parts_of(period: Period, days: Mapping[date, Delivered]) -> list[Part]:
    """Put days together, so that a chart of years has as few columns as one of a month."""
    return [
        Part(
            label,
            short,
            sum(
                (found for day, found in days.items() if part.start <= day < part.end), Delivered()
            ),
        )
        for part, label, short in parts(period)
    ]


def columns(told: list[Part]) -> Chart:
    """Draw parcels by days."""
    top = round_top(max(part.delivered.all for part in told))
    chart = Chart([number_text(value) for value in (top, top // 2, 0)])
    slot = 100 / len(told)
    for place, part in enumerate(told):
        left, width = place * slot + slot * GAP / 2, slot * (1 - GAP)
        chart.columns.append(Column(_told(part), tuple(_stack(part.delivered, left, width, top))))
    chart.labels = labels_of([part.short for part in told])
    return chart


def _stack(found: Delivered, left: float, width: float, top: int) -> list[Bar]:
    bars, high = [], 0.0
    for kind, count in (("first", found.kept), ("later", found.late), ("undated", found.undated)):
        height = HEIGHT * count / top
        high += height
        if height:
            bars.append(bar_of(kind, left, width, high, height))
    return bars or [bar_of("none", left, width, 1, 1)]


def _told(part: Part) -> str:
    return _("%(when)s: in time %(kept)s, late %(late)s, no day named %(undated)s") % {
        "when": part.label,
        "kept": number_text(part.delivered.kept),
        "late": number_text(part.delivered.late),
        "undated": number_text(part.delivered.undated),
    }


def round_top(largest: int) -> int:
    """Give the round even number at which a scale ends: two, four, six, eight, ten and noughts."""
    step = 1
    while step * 10 < largest:
        step *= 10
    return next(step * digit for digit in (2, 4, 6, 8, 10) if step * digit >= largest)
