"""Reads of shops and their people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from merchants import hours
from merchants.models import (
    Membership,
    Merchant,
    PersonalDataLook,
    SettingChange,
    SupportHours,
    User,
)
from postpurchase.lib import keyset
from postpurchase.lib.versions import in_force


def support_hours_at(merchant_id: int, moment: datetime) -> SupportHours | None:
    """Give the version of the support hours in force at a moment; None before the first."""
    row = in_force(SupportHours.kept(merchant_id), moment)
    return row if row and row.in_force_from <= moment else None


def support_hours_text(merchant: Merchant, now: datetime) -> str:
    """Write when a shop answers, in the active language; its own words where no hours are set."""
    return hours_text(merchant, support_hours_at(merchant.pk, now))


def with_hours(shops: QuerySet[Merchant], *, now: datetime) -> QuerySet[Merchant]:
    """Load the hours in force with the shops themselves; `loaded_hours` gives them."""
    begun = SupportHours.every.filter(merchant_id=OuterRef("pk"), in_force_from__lte=now)
    said = JSONObject(days="days", closed_on_holidays="closed_on_holidays")
    latest = begun.order_by("-in_force_from").values(said=said)[:1]
    return shops.annotate(hours_in_force=Subquery(latest))


def loaded_hours(merchant: Merchant) -> SupportHours | None:
    """Give the hours of a shop that `with_hours` loaded; reads nothing."""
    said = getattr(merchant, "hours_in_force", None)
    return SupportHours(merchant_id=merchant.pk, **said) if said else None


def hours_text(merchant: Merchant, row: SupportHours | None) -> str:
    """Write hours that were read before; reads nothing."""
    if row is None or not row.days:
        return merchant.support_hours
    return hours.in_words(row.days, closed_on_holidays=row.closed_on_holidays)


NEWEST = keyset.Ordering("at", newest_first=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose acts, and when; what is empty narrows nothing."""

    user_id: int | None = None
    page: str = ""
    since: datetime | None = None
    until: datetime | None = None


def changes_page(
    merchant_id: int, wanted: Wanted, *, cursor: str | None, limit: int = 50
) -> keyset.Page[SettingChange]:
    """Give a page of the changes of a shop's settings, newest first. Raises keyset.BadCursor."""
    rows = SettingChange.every.of(merchant_id).select_related("reverts")
    asked = {
        "by_id": wanted.user_id,
        "page": wanted.page,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    return keyset.page(rows, ordering=NEWEST, cursor=cursor, limit=limit)


def looks_page(
    merchant_id: int,
    wanted: Wanted,
    *,
    targets: Mapping[str, Sequence[int]] | None,
    cursor: str | None,
    limit: int = 50,
) -> keyset.Page[PersonalDataLook]:
    """Give a page of the looks at personal data, newest first. Raises keyset.BadCursor.

    `targets` are rows by table, any of which was looked at; None narrows nothing.
    """
    rows = PersonalDataLook.every.of(merchant_id)
    asked = {"user_id": wanted.user_id, "at__gte": wanted.since, "at__lt": wanted.until}
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    if targets is not None:
        any_of = Q(pk__in=[])
        for table, pks in targets.items():
            for pk in pks:
                any_of |= Q(table=table, rows__contains=[pk])
        rows = rows.filter(any_of)
    return keyset.page(rows, ordering=NEWEST, cursor=cursor, limit=limit)


def staff_of(merchant_id: int) -> list[User]:
    """Give those who work for a shop, by name."""
    rows = Membership.every.of(merchant_id).select_related("user")
    return sorted((row.user for row in rows), key=lambda user: str(user).casefold())
