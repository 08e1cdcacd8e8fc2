"""The hours of a week: plain values in, words out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from itertools import groupby

from django.utils.translation import gettext as _

from postpurchase.lib.locales import clock_text, weekday_text

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Hours = Mapping[str, Sequence[str]]
"""{"mon": ["09:00", "17:00"], …}; a day that is missing is closed."""


def in_words(hours: Hours, *, closed_on_holidays: bool) -> str:
    """Write a week's hours in the active language: "Mon–Fri 09:00–17:00, Sat 10:00–14:00"."""
    parts = [_run(*run) for run in _runs(hours)]
    if parts and closed_on_holidays:
        parts.append(_("not on public holidays"))
    return ", ".join(parts)


def _runs(hours: Hours) -> list[tuple[int, int, tuple[str, ...]]]:
    """Put neighbouring days of equal hours together: first day, last day, hours."""
    runs = []
    for span, days in groupby(range(len(DAYS)), key=lambda day: tuple(hours.get(DAYS[day], ()))):
        if span:
            run = list(days)
            runs.append((run[0], run[-1], span))
    return runs


def _run(first: int, last: int, span: Sequence[str]) -> str:
    days = weekday_text(first)
    if last == first + 1:
        days = f"{days}, {weekday_text(last)}"
    elif last > first:
        days = f"{days}–{weekday_text(last)}"
    opens, closes = (clock_text(time.fromisoformat(text)) for text in span)
    return f"{days} {opens}–{closes}"
