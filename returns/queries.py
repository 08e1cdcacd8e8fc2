"""Reads of returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders import queries as orders
from orders.models import Order
from postpurchase.lib.versions import in_force
from returns.models import ReturnPolicy
from tracking import queries as tracking


@dataclass(frozen=True, slots=True)
class Versions:
    """Since when the rules that an order is held to were in force; None: there was no rule."""

    changes: datetime | None
    shipping: datetime | None
    returns: datetime | None


def versions_for(order: Order, *, door_country: str) -> Versions:
    """Name the versions of the policies that hold for an order: those from when it was placed."""
    merchant_id, moment = order.merchant_id, order.placed_at
    changes = orders.policy_at(merchant_id, moment)
    shipping = tracking.rule_at(merchant_id, moment, country=door_country)
    back = policy_at(merchant_id, moment)
    return Versions(
        changes=changes.in_force_from if changes else None,
        shipping=shipping.in_force_from if shipping else None,
        returns=back.in_force_from if back else None,
    )


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
