"""Addresses that take no mail, and letting mails go there again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.actions import Edit, note_change
from merchants.models import User
from merchants.statuses import ChangeKind, SettingsPage
from notifications.models import Suppression


@transaction.atomic
def allow_again(suppression: Suppression, *, by: User, now: datetime) -> bool:
    """Let mails go to an address again; False: they may already.

    The audit says that it was done and what the mail server had said, never the address.
    """
    row = Suppression.every.select_for_update().filter(pk=suppression.pk).first()
    if row is None:
        return False
    note_change(
        row,
        kind=ChangeKind.REMOVED,
        fields={"reason": [row.reason, ""]},
        edit=Edit(by, SettingsPage.PRIVACY, title=_("An address that took no mail")),
        now=now,
    )
    row.delete()
    return True
