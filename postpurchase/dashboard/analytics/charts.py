"""Where the parts of a chart stand. Widths are per cent, so letters never shrink with the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from analytics.queries import Kind
from postpurchase.dashboard.analytics.buckets import Bucket
from postpurchase.lib.locales import money_text, percent_text, short_money_text
from postpurchase.lib.money import Money, exponent

HEIGHT = 200  # of the plot, in pixels
LABELS = 5  # below the plot: as many as a phone has room for
GAP = 0.28  # of a column's place
TOPS = (0.02, 0.04, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)  # shares at which a scale may end


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: its left edge and width in per cent, its top and height in pixels."""

    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Column:
    """The bars above one place of the scale, and what a pointer resting there is told."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """Words below the plot."""

    text: str
    x: str
    anchor: str


@dataclass(slots=True)
class Chart:
    """A chart as its template draws it."""

    scale: list[str]
    columns: list[Column] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of a line between two points."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a line, and the words beside it if there is room."""

    x: str
    y: str
    title: str
    text: str
    text_y: str
    anchor: str


@dataclass(slots=True)
class Curve:
    """A line chart as its template draws it."""

    scale: list[str]
    lines: list[Line] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    height: int = HEIGHT


def columns(
    now: Sequence[Bucket], before: Sequence[Kind], *, currency: str, opened: date | None
) -> Chart:
    """Draw revenue: first orders below, later ones on top, a mark where it was before.

    Days before the shop's first order are a gap and not a zero.
    """
    sums = [*(bucket.all for bucket in now), *before]
    top = round_top(max(kind.revenue for kind in sums), currency=currency)
    scale = [short_money_text(Money(value, currency)) for value in (top, top // 2, 0)]
    chart, slot = Chart(scale), 100 / len(now)
    for place, bucket in enumerate(now):
        left, width = place * slot + slot * GAP / 2, slot * (1 - GAP)
        is_gap = opened is None or bucket.period.end <= opened
        bars = [] if is_gap else _stack(bucket, left=left, width=width, top=top)
        if place < len(before) and before[place].revenue:
            high = HEIGHT * before[place].revenue / top
            bars.append(bar_of("before", left - slot * GAP / 4, width + slot * GAP / 2, high, 3))
        chart.columns.append(Column(_told(bucket, currency=currency, is_gap=is_gap), tuple(bars)))
    chart.labels = labels_of([bucket.short for bucket in now])
    return chart


def _stack(bucket: Bucket, *, left: float, width: float, top: int) -> list[Bar]:
    low = HEIGHT * bucket.first.revenue / top
    high = HEIGHT * bucket.later.revenue / top
    if not bucket.all.orders:
        return [bar_of("none", left, width, 1, 1)]
    bars = [bar_of("first", left, width, low, low), bar_of("later", left, width, low + high, high)]
    return [bar for bar in bars if float(bar.height) > 0]


def bar_of(kind: str, left: float, width: float, high: float, height: float) -> Bar:
    """Give a bar whose top is so high above the ground."""
    return Bar(kind, f"{left:.3f}", f"{HEIGHT - high:.1f}", f"{width:.3f}", f"{height:.1f}")


def _told(bucket: Bucket, *, currency: str, is_gap: bool) -> str:
    if is_gap:
        return _("%(when)s: before the first order") % {"when": bucket.label}
    return _("%(when)s: first orders %(first)s, later orders %(later)s") % {
        "when": bucket.label,
        "first": money_text(Money(bucket.first.revenue, currency)),
        "later": money_text(Money(bucket.later.revenue, currency)),
    }


def curve(shares: Sequence[float]) -> Curve:
    """Draw which share of new customers ordered again, month after month."""
    top = next(step for step in TOPS if step >= max(shares))
    scale = [
        percent_text(value, digits=1 if 0 < value < 0.02 else 0) for value in (top, top / 2, 0)
    ]
    drawn, slot = Curve(scale), 100 / len(shares)
    spots = [
        ((place + 0.5) * slot, HEIGHT * (1 - value / top)) for place, value in enumerate(shares)
    ]
    spoken = _spread(len(shares), 4)  # letters on a phone stay apart
    for place, (x, y) in enumerate(spots):
        told = percent_text(shares[place])
        text = told if place in spoken else ""
        title = _("%(count)d months later: %(share)s") % {"count": place + 1, "share": told}
        text_y = y - 12 if y > 30 else y + 24
        drawn.points.append(Point(f"{x:.3f}", f"{y:.1f}", title, text, f"{text_y:.1f}", "middle"))
    drawn.lines = [
        Line(f"{x1:.3f}", f"{y1:.1f}", f"{x2:.3f}", f"{y2:.1f}")
        for (x1, y1), (x2, y2) in pairwise(spots)
    ]
    drawn.labels = [
        Label(str(place + 1), f"{x:.3f}", "middle") for place, (x, _y) in enumerate(spots)
    ]
    return drawn


def round_top(largest: int, *, currency: str) -> int:
    """Give the round amount at which a scale ends: one, two, four, six or eight and noughts."""
    step = int(10 ** exponent(currency))
    while step * 10 < largest:
        step *= 10
    return next(step * digit for digit in (2, 4, 6, 8, 10) if step * digit >= largest)


def _spread(count: int, wanted: int) -> list[int]:
    """Choose so many places out of a row, evenly spread, the first and the last among them."""
    steps = min(count, wanted) - 1
    return sorted({round(step * (count - 1) / max(steps, 1)) for step in range(steps + 1)})


def labels_of(texts: Sequence[str]) -> list[Label]:
    """Write some of the texts, evenly spread, the first and the last among them."""
    slot, labels = 100 / len(texts), []
    for place in _spread(len(texts), LABELS):
        x, anchor = (place + 0.5) * slot, "middle"
        if len(texts) > LABELS and place == 0:
            x, anchor = 0, "start"
        elif len(texts) > LABELS and place == len(texts) - 1:
            x, anchor = 100, "end"
        labels.append(Label(texts[place], f"{x:.3f}", anchor))
    return labels
