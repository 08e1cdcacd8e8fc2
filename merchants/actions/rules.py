"""Rules change by versions: a new one is added, and one that has not begun may be taken back."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from merchants.actions.settings import Edit, note_change, values_of
from merchants.statuses import ChangeKind
from postpurchase.lib.errors import Refused
from postpurchase.lib.versions import Rule

Version = TypeVar("Version", bound=Rule)

FARTHEST = timedelta(days=731)
"""How far ahead a version may be set to begin."""


class NotRetroactive(Refused):
    """What was promised holds: no version begins in the past."""

    code = "not_retroactive"


class TooFarAhead(Refused):
    """The version would begin in years."""

    code = "too_far_ahead"


class MomentTaken(Refused):
    """Another version begins at that moment."""

    code = "moment_taken"


class HasBegun(Refused):
    """The version is in force, or was: orders are held to it."""

    code = "has_begun"


@transaction.atomic
def add_version(row: Version, *, edit: Edit, now: datetime) -> Version | None:
    """Let a rule hold from `row.in_force_from` on; None where it says what holds then anyway.

    Asking twice makes one version. Raises NotRetroactive, TooFarAhead, MomentTaken, and
    ValidationError for values that do not fit.
    """
    if row.in_force_from < now:
        raise NotRetroactive(_("This moment is over. Choose one that is still to come."))
    if row.in_force_from > now + FARTHEST:
        raise TooFarAhead(_("Choose a moment within the next two years."))
    _lock(row)
    _write_down_default(row)
    earlier, at_once = _neighbours(row)
    if at_once is not None and _values(at_once) != _values(row):
        raise MomentTaken(
            _("Another version begins at that moment. Take it back first, or choose another.")
        )
    if at_once is not None or (earlier is not None and _values(earlier) == _values(row)):
        return None
    row.full_clean()
    row.save()
    note_change(row, kind=ChangeKind.ADDED, fields=_told(earlier, row), edit=edit, now=now)
    return row


@transaction.atomic
def remove_version(row: Rule, *, edit: Edit, now: datetime) -> None:
    """Take back a version that has not begun. Taking it back twice is harmless; HasBegun else."""
    _lock(row)
    current = type(row).every.filter(merchant_id=row.merchant_id, pk=row.pk).first()
    if current is None:
        return
    if current.in_force_from <= now:
        raise HasBegun(_("This version has begun, so it can no longer be taken back."))
    fields = {name: [pair[1], ""] for name, pair in _told(None, current).items()}
    note_change(current, kind=ChangeKind.REMOVED, fields=fields, edit=edit, now=now)
    current.delete()


def _lock(row: Rule) -> None:
    """Let nobody else change this merchant's versions of this rule until the transaction ends."""
    name = f"rule:{row._meta.label_lower}:{row.merchant_id}".encode()
    key = int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _write_down_default(row: Rule) -> None:
    """Make what held unsaid a version, so that the first one said does not reach back."""
    if type(row).HOLDS_UNSAID and not type(row).every.filter(merchant_id=row.merchant_id).exists():
        begun = min(row.merchant.created_at, row.in_force_from - timedelta(seconds=1))
        type(row).every.create(merchant=row.merchant, in_force_from=begun)


def _neighbours(row: Rule) -> tuple[Rule | None, Rule | None]:
    """Give the version that holds before this one begins, and the one that begins with it."""
    same = {name: getattr(row, name) for name in type(row).PER}
    versions = type(row).every.filter(merchant_id=row.merchant_id, **same)
    begun: Rule | None = (
        versions.filter(in_force_from__lt=row.in_force_from).order_by("-in_force_from").first()
    )
    at_once: Rule | None = versions.filter(in_force_from=row.in_force_from).first()
    return begun, at_once


def _values(row: Rule) -> dict[str, Any]:
    values = values_of(row)
    del values["in_force_from"]
    return values


def _told(earlier: Rule | None, row: Rule) -> dict[str, list[Any]]:
    before = _values(earlier) if earlier else {}
    told = {
        name: [before.get(name, ""), value]
        for name, value in _values(row).items()
        if before.get(name, "") != value
    }
    return told | {"in_force_from": ["", row.in_force_from.isoformat()]}
