"""Take a change of settings back: the earlier values come into force again, as a new change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from merchants.actions.brands import publish_look
from merchants.actions.rules import add_version
from merchants.actions.settings import (
    HIDDEN,
    LONGEST,
    Edit,
    merchant_of,
    save_settings,
    values_of,
)
from merchants.models import Brand, SettingChange, StoreConnection, User
from merchants.statuses import ChangeKind, SettingsPage
from postpurchase.lib.errors import Refused
from postpurchase.lib.versions import Rule, in_force

PAGES = frozenset(
    {SettingsPage.SHOP, SettingsPage.BRAND, SettingsPage.CONNECTIONS, SettingsPage.POLICIES}
)
"""Who may come in and what keeps strangers out is never changed by the way."""
SETTABLE: dict[type[models.Model], frozenset[str]] = {
    StoreConnection: frozenset({"name", "is_active"})
}


class NotRevertable(Refused):
    """The change cannot be taken back; the reason says what to do instead."""

    code = "not_revertable"


class ChangedSince(NotRevertable):
    """The setting has another value by now; `later` is the change that gave it, if it is known."""

    code = "changed_since"

    def __init__(self, later: SettingChange | None) -> None:
        who = later.by_name if later else ""
        reason = (
            _("It was changed since by %(who)s.") % {"who": who}
            if who
            else _("It was changed since.")
        )
        super().__init__(reason)
        self.later = later


def obstacle(change: SettingChange, *, now: datetime) -> NotRevertable | None:
    """Give why a change cannot be taken back now; None where it can."""
    try:
        _checked(change, lock=False, now=now)
    except NotRevertable as refusal:
        return refusal
    return None


@transaction.atomic
def revert(change: SettingChange, *, by: User, now: datetime) -> None:
    """Give a setting its earlier value; twice is harmless.

    Raises NotRevertable, and ValidationError for a value that does not fit any more.
    """
    # Locked: of two people who revert at once, the second finds it done.
    SettingChange.every.select_for_update(of=("self",)).get(pk=change.pk)
    row = _checked(change, lock=True, now=now, is_repeat=_was_reverted(change))
    if row is None:
        return
    edit = Edit(by, SettingsPage(change.page), title=change.title, reverts=change)
    before = {name: pair[0] for name, pair in change.fields.items()}
    if isinstance(row, Rule):
        _add_earlier(row, before, edit=edit, now=now)
    elif isinstance(row, Brand):
        publish_look(row.merchant, _python(row, before), edit=edit, now=now)
    else:
        for name, value in _python(row, before).items():
            setattr(row, row._meta.get_field(name).attname, value)  # type: ignore[union-attr]  # columns only
        save_settings(row, edit=edit, now=now)


def _was_reverted(change: SettingChange) -> bool:
    return SettingChange.every.of(change.merchant_id).filter(reverts=change).exists()


def _checked(
    change: SettingChange, *, lock: bool, now: datetime, is_repeat: bool = False
) -> models.Model | None:
    """Give the row that a change is about, if it can be taken back; None: it was, by a repeat."""
    if change.page not in PAGES:
        raise NotRevertable(_("This is not brought back from here. Change it on its own page."))
    model = _model(change)
    is_rule = issubclass(model, Rule)
    if change.kind != (ChangeKind.ADDED if is_rule else ChangeKind.CHANGED):
        raise NotRevertable(_ADDED if change.kind == ChangeKind.ADDED else _REMOVED)
    _check_values(change, model)
    rows = model._base_manager.filter(pk=change.row)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None or merchant_of(row) != change.merchant_id:
        raise NotRevertable(_("What was changed is no longer there."))
    same = _is_in_force(row, now=now) if isinstance(row, Rule) else _is_as_then(row, change)
    if not same and is_repeat:
        return None
    if not same:
        raise ChangedSince(_later(change))
    return row


def _model(change: SettingChange) -> type[models.Model]:
    try:
        return apps.get_model(change.table)
    except (LookupError, ValueError):
        raise NotRevertable(_("What was changed is no longer there.")) from None


def _check_values(change: SettingChange, model: type[models.Model]) -> None:
    pairs = change.fields
    if any(HIDDEN in pair for pair in pairs.values()):
        raise NotRevertable(_("Secrets are not kept, so an earlier one cannot be brought back."))
    if set(pairs) - SETTABLE.get(model, frozenset(pairs)):
        raise NotRevertable(_("This is not brought back from here. Change it on its own page."))
    if any(
        isinstance(side, str) and len(side) >= LONGEST for pair in pairs.values() for side in pair
    ):
        raise NotRevertable(_("The text is too long: only its beginning was written down."))
    if issubclass(model, Rule) and all(pair[0] == "" for pair in pairs.values()):
        raise NotRevertable(_("There was no version before this one. Set a new one instead."))


_ADDED = _("It was added. To take it away, use its own page.")
_REMOVED = _("It was removed or made new. Use its own page.")


def _is_in_force(row: Rule, *, now: datetime) -> bool:
    same = {name: getattr(row, name) for name in type(row).PER}
    versions = type(row).every.filter(merchant_id=row.merchant_id, **same)
    if row.in_force_from > now:
        raise NotRevertable(_("It has not begun yet. Take it back on the page of policies."))
    return in_force(versions, now) == row


def _is_as_then(row: models.Model, change: SettingChange) -> bool:
    present = values_of(row)
    return all(present.get(name) == pair[1] for name, pair in change.fields.items())


def _later(change: SettingChange) -> SettingChange | None:
    """Find who changed one of the same fields last."""
    rows = SettingChange.every.of(change.merchant_id).filter(table=change.table, at__gte=change.at)
    if not issubclass(_model(change), Rule):
        rows = rows.filter(row=change.row)
    same = rows.filter(fields__has_any_keys=list(change.fields)).exclude(pk=change.pk)
    return same.order_by("-at", "-pk").first()


def _python(row: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    """Read values as they were written down. Raises NotRevertable for what no longer fits."""
    try:
        return {
            name: row._meta.get_field(name).to_python(value)  # type: ignore[union-attr]  # columns only
            for name, value in values.items()
        }
    except (ValidationError, LookupError):
        raise NotRevertable(
            _("The earlier value no longer fits. Set it on its own page.")
        ) from None


def _add_earlier(row: Rule, before: dict[str, Any], *, edit: Edit, now: datetime) -> None:
    """Let the values before a version hold again from now on; no version is ever changed."""
    before.pop("in_force_from", None)
    fresh = type(row)(
        **{
            field.attname: field.value_from_object(row)
            for field in row._meta.concrete_fields
            if not field.primary_key
        }
    )
    for name, value in _python(row, before).items():
        setattr(fresh, name, value)
    fresh.in_force_from = now
    add_version(fresh, edit=edit, now=now)
