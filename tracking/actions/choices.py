"""What merchants choose of tracking: whom an account is asked about, and what is trouble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from merchants.actions.looks import Viewer
from merchants.actions.settings import Edit, save_settings
from merchants.statuses import SettingsPage
from tracking.models import CarrierAccount, TroubleRules

RULES = (
    "label_days", "domestic_days", "abroad_days", "customs_days", "out_hours", "pickup_days",
    "lost_days",
)  # fmt: skip


@transaction.atomic
def choose_carriers(
    account: CarrierAccount, *, carriers: Sequence[str], by: Viewer, now: datetime
) -> None:
    """Ask an account about parcels of these carriers; of none means all that its source knows."""
    current = CarrierAccount.every.select_for_update().get(pk=account.pk)
    current.carriers = sorted(carriers)
    edit = Edit(by.user, SettingsPage.CARRIERS, str(current))
    save_settings(current, edit=edit, now=now)


def rules_of(merchant_id: int) -> TroubleRules:
    """Give a merchant's rules; until they are set, what holds without."""
    found = TroubleRules.every.of(merchant_id).first()
    return found or TroubleRules(merchant_id=merchant_id)


def save_rules(rules: Mapping[str, int], *, title: str, by: Viewer, now: datetime) -> bool:
    """Set from when on silence counts as trouble; False where it was so already."""
    try:
        return _save(rules, title=title, by=by, now=now)
    except IntegrityError:
        # Somebody saved the first rules at the same moment: theirs are there to be changed now.
        return _save(rules, title=title, by=by, now=now)


@transaction.atomic
def _save(rules: Mapping[str, int], *, title: str, by: Viewer, now: datetime) -> bool:
    rows = TroubleRules.every.of(by.merchant_id).select_for_update()
    row = rows.first() or TroubleRules(merchant_id=by.merchant_id)
    is_new = row.pk is None
    for name in RULES:
        setattr(row, name, rules[name])
    usual = TroubleRules()
    if is_new and all(rules[name] == getattr(usual, name) for name in RULES):
        return False
    edit = Edit(by.user, SettingsPage.CARRIERS, title)
    return save_settings(row, edit=edit, now=now) is not None
