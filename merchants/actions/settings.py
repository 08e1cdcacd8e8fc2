"""Settings change, and each change is written down in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from merchants.models import Merchant, SettingChange, User
from merchants.statuses import ChangeKind, SettingsPage
from postpurchase.lib.crypto import SealedField

HIDDEN = "•••"
"""Stands for a secret: that it changed is told, what it was is not."""
UNTOLD = frozenset({"id", "merchant", "updated_at", "changed_at", "created_at", "public_id"})
LONGEST = 2_000
"""Characters of a value that are written down."""


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of settings: by whom, on which page, what the thing is called there."""

    by: User
    page: SettingsPage
    title: str = ""
    reverts: SettingChange | None = None


@transaction.atomic
def save_settings(row: models.Model, *, edit: Edit, now: datetime) -> SettingChange | None:
    """Save a new or changed row of settings and write down what changed, if anything did.

    `row` belongs to a merchant, or is one. Raises ValidationError for values that do not fit.
    """
    row.full_clean()
    kind = ChangeKind.ADDED if row.pk is None else ChangeKind.CHANGED
    before = values_of(_stored(row)) if row.pk else {}
    row.save()
    after = values_of(row)
    changed = {
        name: [before.get(name, ""), value]
        for name, value in after.items()
        if before.get(name, "") != value
    }
    if not changed:
        return None
    fields = {name: _told(row, name, pair) for name, pair in changed.items()}
    return note_change(row, kind=kind, fields=fields, edit=edit, now=now)


def note_change(
    row: models.Model, *, kind: ChangeKind, fields: dict[str, list[Any]], edit: Edit, now: datetime
) -> SettingChange:
    """Write down a change that an action made itself; `fields` are {name: [from, to]}."""
    return SettingChange.every.create(
        merchant_id=merchant_of(row),
        at=now,
        by=edit.by,
        by_name=str(edit.by)[:200],
        page=edit.page,
        kind=kind,
        table=row._meta.label_lower,
        row=row.pk,
        title=(edit.title or str(row))[:200],
        fields=fields,
        reverts=edit.reverts,
    )


def merchant_of(row: models.Model) -> int:
    """Give the merchant that a row of settings belongs to."""
    return int(row.pk if isinstance(row, Merchant) else row.merchant_id)  # type: ignore[attr-defined]


def _stored(row: models.Model) -> models.Model:
    # Locked: of two people who save at once, the second compares with what the first wrote.
    return type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)


def values_of(row: models.Model) -> dict[str, Any]:
    """Give a row's settings as they are written down; what is not told is left out."""
    return {
        field.name: _plain(field, row)
        for field in row._meta.concrete_fields
        if field.name not in UNTOLD
    }


def _plain(field: models.Field[Any, Any], row: models.Model) -> Any:
    value = field.value_from_object(row)
    if value is None or isinstance(value, bool | int | list | dict):
        return value
    return field.value_to_string(row)


def _told(row: models.Model, name: str, pair: list[Any]) -> list[Any]:
    if isinstance(row._meta.get_field(name), SealedField):
        return [HIDDEN if value else "" for value in pair]
    return [value[:LONGEST] if isinstance(value, str) else value for value in pair]
