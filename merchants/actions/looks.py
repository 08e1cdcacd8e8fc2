"""Looks at personal data are written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from merchants.models import PersonalDataLook, User
from merchants.statuses import LookKind


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member of staff at work for a merchant."""

    user: User
    merchant_id: int


def note_look(
    viewer: Viewer, kind: LookKind, *, of: type[Model], rows: Iterable[int], now: datetime
) -> None:
    """Write down that a person was shown rows of a table; nothing where none was shown."""
    shown = list(rows)
    if shown:
        PersonalDataLook.every.create(
            merchant_id=viewer.merchant_id,
            at=now,
            user=viewer.user,
            user_name=str(viewer.user)[:200],
            kind=kind,
            table=of._meta.label_lower,
            rows=shown,
        )
