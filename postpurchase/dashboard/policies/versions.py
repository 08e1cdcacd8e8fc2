"""The versions of a policy: which hold, which held, which are to come, and who made them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet
from django.http import Http404

from merchants.models import SettingChange
from merchants.statuses import ChangeKind
from postpurchase.dashboard.policies.cards import Card
from postpurchase.lib.locales import country_text
from postpurchase.lib.tenancy import current_merchant_id
from postpurchase.lib.versions import Rule, in_force
from tracking.models import ShippingPromise

SHOWN = 50
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_KEY = re.compile(r"(?:(?P<country>[A-Z]{2})-)?(?P<moment>[0-9]{1,18})")


class When(StrEnum):
    """Where a version stands in time."""

    IN_FORCE = "in_force"
    TO_COME = "to_come"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its place in time. `key` names it in addresses."""

    row: Rule
    key: str
    when: When
    until: datetime | None
    made: SettingChange | None


def key_of(row: Rule) -> str:
    """Name a version: its country, if it has one, and the moment it begins."""
    moment = (row.in_force_from - _EPOCH) // timedelta(microseconds=1)
    country = getattr(row, "country", "")
    return f"{country}-{moment}" if country else str(moment)


def row_or_404(card: Card, key: str) -> Rule:
    """Find a version by its name in addresses."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise Http404("no such version")
    try:
        moment = _EPOCH + timedelta(microseconds=int(match["moment"]))
    except OverflowError as error:
        raise Http404("no such version") from error
    per = {"country": match["country"] or ""} if card.model.PER else {}
    if match["country"] and not per:
        raise Http404("no such version")
    row = _rows(card).filter(in_force_from=moment, **per).first()
    if row is None:
        raise Http404("no such version")
    return row


def rows_of(card: Card, *, country: str = "") -> list[Rule]:
    """Give the versions of a policy, the last one first; of shipping, those for a country."""
    per = {"country": country} if card.model.PER else {}
    return list(_rows(card).filter(**per).order_by("-in_force_from")[:SHOWN])


def with_story(rows: list[Rule], *, now: datetime) -> list[Version]:
    """Tell of versions, the last one first, until when each holds and who made it."""
    current = current_of(rows, now=now)
    made = _makers(rows)
    following: list[Rule | None] = [None, *rows]
    return [
        Version(
            row=row,
            key=key_of(row),
            when=_when(row, current, now=now),
            until=after.in_force_from if after else None,
            made=made.get(row.pk),
        )
        for row, after in zip(rows, following, strict=False)
    ]


def current_of(rows: Iterable[Rule], *, now: datetime) -> Rule | None:
    """Give the version that holds now; before the first, the first."""
    return in_force(rows, now)


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A country with terms of its own."""

    code: str
    name: str
    words: list[str]


def exceptions(card: Card, *, now: datetime) -> list[Exceptional]:
    """Give the countries whose terms are not those for all others, by name."""
    by_country: dict[str, list[ShippingPromise]] = {}
    for row in ShippingPromise.objects.exclude(country="").order_by("in_force_from"):
        by_country.setdefault(row.country, []).append(row)
    found = [
        Exceptional(code, country_text(code), card.words(current))
        for code, rows in by_country.items()
        if (current := in_force(rows, now)) is not None and not current.follows_others
    ]
    return sorted(found, key=lambda each: each.name)


def _when(row: Rule, current: Rule | None, *, now: datetime) -> When:
    if row is current:
        return When.IN_FORCE
    return When.TO_COME if row.in_force_from > now else When.OVER


def _rows(card: Card) -> QuerySet[Rule]:
    return card.model.every.filter(merchant_id=current_merchant_id())


def _makers(rows: list[Rule]) -> dict[int, SettingChange]:
    if not rows:
        return {}
    changes = SettingChange.objects.filter(
        table=rows[0]._meta.label_lower, row__in=[row.pk for row in rows], kind=ChangeKind.ADDED
    )
    return {change.row: change for change in changes if change.row is not None}
