"""Reads of returns."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from postpurchase.lib.versions import in_force
from returns.models import ReturnPolicy


def policy_at(merchant_id: int, moment: datetime) -> ReturnPolicy | None:
    """Give the policy in force at a moment; orders older than the first get the first."""
    return in_force(ReturnPolicy.kept(merchant_id), moment)


def in_words(policy: ReturnPolicy) -> str:
    """Say the policy in one or two sentences, as shoppers read it, in the active language."""
    window = ngettext(
        "You can send items back within %(days)d day of delivery.",
        "You can send items back within %(days)d days of delivery.",
        policy.days,
    ) % {"days": policy.days}
    cost = (
        _("The return label is free.")
        if policy.is_free
        else _("You pay for sending them back, unless something is wrong with them.")
    )
    return f"{window} {cost}"
