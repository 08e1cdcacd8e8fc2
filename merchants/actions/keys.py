"""Programs' keys are made, renamed and revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from merchants.actions.looks import Viewer
from merchants.actions.settings import Edit, note_change, save_settings
from merchants.models import ApiKey
from merchants.statuses import ChangeKind, Scope, SettingsPage
from postpurchase.lib.crypto import digest, new_secret


def make_key(
    *, public_id: UUID, name: str, scopes: Sequence[Scope], by: Viewer, now: datetime
) -> str:
    """Make a key and give its plain text, which cannot be had again.

    The same `public_id` again is the same form sent twice: nothing happens and "" is given.
    """
    plain = ApiKey.PREFIX + new_secret()
    try:
        with transaction.atomic():
            key = ApiKey.every.create(
                public_id=public_id,
                merchant_id=by.merchant_id,
                name=name,
                hint=plain[:10],
                digest=digest(plain),
                scopes=[str(scope) for scope in scopes],
            )
            fields = {"name": ["", key.name], "scopes": ["", key.scopes], "hint": ["", key.hint]}
            edit = Edit(by.user, SettingsPage.KEYS, key.name)
            note_change(key, kind=ChangeKind.ADDED, fields=fields, edit=edit, now=now)
    except IntegrityError:
        return ""
    return plain


@transaction.atomic
def rename_key(key: ApiKey, *, name: str, by: Viewer, now: datetime) -> None:
    """Give a key another name."""
    current = _locked(key)
    current.name = name
    save_settings(current, edit=Edit(by.user, SettingsPage.KEYS, name), now=now)


@transaction.atomic
def revoke_key(key: ApiKey, *, by: Viewer, now: datetime) -> None:
    """Switch a key off, at once and for good. Revoking twice is harmless."""
    current = _locked(key)
    if current.revoked_at is None:
        current.revoked_at = now
        save_settings(current, edit=Edit(by.user, SettingsPage.KEYS, current.name), now=now)


def _locked(key: ApiKey) -> ApiKey:
    return ApiKey.every.select_for_update().get(pk=key.pk)
