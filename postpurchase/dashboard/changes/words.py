"""Changes of settings in words: which field, from what, to what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from merchants.models import SettingChange
from merchants.statuses import ChangeKind, SettingsPage
from postpurchase.lib.locales import moment_text

LOOKS: dict[str, tuple[str, str]] = {
    ChangeKind.ADDED: ("plus", "ok"),
    ChangeKind.CHANGED: ("pencil", "info"),
    ChangeKind.REMOVED: ("trash-2", "warn"),
}
"""Icon and tone of what was done."""
ROUTES: dict[str, str] = {
    SettingsPage.SHOP: "dashboard:shop",
    SettingsPage.BRAND: "dashboard:brand",
    SettingsPage.DOMAIN: "dashboard:brand",
    SettingsPage.CONNECTIONS: "dashboard:connections",
    SettingsPage.CARRIERS: "dashboard:carriers",
    SettingsPage.MESSAGES: "dashboard:messages_kinds",
    SettingsPage.POLICIES: "dashboard:policies",
    SettingsPage.TEAM: "dashboard:team",
    SettingsPage.KEYS: "dashboard:keys",
    SettingsPage.SECURITY: "dashboard:team",
    SettingsPage.PRIVACY: "dashboard:privacy",
}
SHORT = 60


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change, readable."""

    label: str
    before: str
    after: str
    is_colour: bool = False


def field_changes(change: SettingChange) -> list[FieldChange]:
    """Put all fields of a change into words."""
    return list(_read(change))


def summary(change: SettingChange) -> str:
    """Say in a line what is different."""
    fields = field_changes(change)
    if not fields:
        return ""
    parts = [_short(field, kind=change.kind) for field in fields[:2]]
    if len(fields) > 2:
        parts.append(_("and %(count)d more") % {"count": len(fields) - 2})
    return "; ".join(parts)


def page_url(change: SettingChange, slug: str) -> str:
    """Give the page on which the setting is changed."""
    return reverse(ROUTES.get(change.page, "dashboard:home"), args=[slug])


def _short(field: FieldChange, *, kind: str) -> str:
    before, after = field.before[:SHORT] or "–", field.after[:SHORT] or "–"
    if kind == ChangeKind.CHANGED:
        return f"{field.label}: {before} → {after}"
    return f"{field.label}: {after if kind == ChangeKind.ADDED else before}"


def _read(change: SettingChange) -> Iterator[FieldChange]:
    for name, pair in change.fields.items():
        sides = pair if isinstance(pair, list) and len(pair) == 2 else ["", pair]
        field = _field(change.table, name)
        label = getattr(field, "verbose_name", "") or name.replace("_", " ")
        before, after = (_text(field, side) for side in sides)
        yield FieldChange(str(capfirst(str(label))), before, after, name == "colour")


def _field(table: str, name: str) -> Any:
    try:
        return apps.get_model(table)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None


def _text(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list | dict):
        return _structure(value)
    choices = dict(getattr(field, "flatchoices", ()) or ())
    if value in choices:
        return str(choices[value])
    if isinstance(field, models.DateTimeField):
        return _moment(field, value)
    return str(value)


def _moment(field: models.DateTimeField[Any, Any], value: Any) -> str:
    try:
        moment = field.to_python(value)
    except ValidationError:
        return str(value)
    return moment_text(moment) if moment else ""


def _structure(value: Any) -> str:
    """Write lists and tables as lines; what is deeper stays JSON."""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_cell(cell)}" for key, cell in value.items())
    return "\n".join(_cell(cell) for cell in value)


def _cell(cell: Any) -> str:
    if isinstance(cell, list) and all(isinstance(part, str) for part in cell):
        return "–".join(cell)
    if isinstance(cell, dict):
        return ", ".join(str(part) for part in cell.values())
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
