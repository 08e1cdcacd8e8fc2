"""What an order would be told by the policies: its deadlines and dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.models import Merchant
from orders.models import OrderPolicy
from orders.policy import Windows
from orders.queries import policy_at as order_policy_at
from postpurchase.lib.locales import day_text, days_text, moment_text
from postpurchase.lib.versions import Rule
from returns.models import ReturnPolicy
from returns.queries import policy_at as return_policy_at
from tracking.models import ShippingPromise
from tracking.policy import Promise
from tracking.queries import promise_by, rule_at


@dataclass(frozen=True, slots=True)
class Rules:
    """The versions that hold for an order."""

    changes: OrderPolicy | None
    shipping: ShippingPromise | None
    returns: ReturnPolicy | None

    @classmethod
    def at(cls, merchant: Merchant, moment: datetime, *, country: str) -> Rules:
        """Give the versions in force at a moment."""
        return cls(
            changes=order_policy_at(merchant.pk, moment),
            shipping=rule_at(merchant.pk, moment, country=country),
            returns=return_policy_at(merchant.pk, moment),
        )

    def with_draft(self, row: Rule) -> Rules:
        """Put a version that is not saved yet in the place of the one in force."""
        match row:
            case OrderPolicy():
                return replace(self, changes=row)
            case ShippingPromise():
                return replace(self, shipping=row)
            case ReturnPolicy():
                return replace(self, returns=row)
            case _:
                return self


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the order is told, and since when the rule behind it holds."""

    label: str
    text: str
    since: datetime | None


def outlook(rules: Rules, *, merchant: Merchant, placed_at: datetime, country: str) -> list[Told]:
    """Say what an order placed then and going there is told, in the active language and zone."""
    # Spans are counted in UTC: a day of 23 or 25 hours must not make a window shorter or longer.
    placed_at = placed_at.astimezone(UTC)
    promise = _promise(rules, merchant, placed_at, country)
    return [
        *_windows(rules.changes, placed_at),
        *_dates(rules.shipping, promise),
        *_send_back(rules.returns, promise),
    ]


def told_of(
    merchant: Merchant, *, at: datetime, country: str, draft: Rule | None = None
) -> list[Told]:
    """Say what an order placed then is told, by the rules in force or by a draft of one."""
    rules = Rules.at(merchant, at, country=country)
    if draft is not None:
        rules = rules.with_draft(draft)
    return outlook(rules, merchant=merchant, placed_at=at, country=country)


def _promise(rules: Rules, merchant: Merchant, placed_at: datetime, country: str) -> Promise | None:
    if rules.shipping is None:
        return None
    return promise_by(
        rules.shipping.terms,
        zone=merchant.zone,
        shop_country=merchant.country,
        placed_at=placed_at,
        door_country=country,
    )


def _windows(row: OrderPolicy | None, placed_at: datetime) -> list[Told]:
    windows = row.windows if row else Windows()
    since = row.in_force_from if row else None
    return [
        Told(label, _until(placed_at, minutes) if minutes else _("Not possible"), since)
        for label, minutes in (
            (_("Cancel until"), windows.cancel),
            (_("Change details until"), windows.edit),
        )
    ]


def _until(placed_at: datetime, minutes: int) -> str:
    return moment_text(placed_at + timedelta(minutes=minutes), today=timezone.localdate(placed_at))


def _dates(row: ShippingPromise | None, promise: Promise | None) -> list[Told]:
    if row is None or promise is None:
        return [Told(_("Arrives"), _("No date is named"), None)]
    arrives = days_text(promise.arrives_from, promise.arrives_until)
    return [
        Told(_("Leaves by"), day_text(promise.ships_by), row.in_force_from),
        Told(_("Arrives"), arrives, row.in_force_from),
    ]


def _send_back(row: ReturnPolicy | None, promise: Promise | None) -> list[Told]:
    if row is None:
        return [Told(_("Send back until"), _("No terms are named"), None)]
    if promise is None:
        text = _("%(days)d days after delivery") % {"days": row.days}
        return [Told(_("Send back until"), text, row.in_force_from)]
    last: date = promise.arrives_until + timedelta(days=row.days)
    words = {"day": day_text(last), "arrival": day_text(promise.arrives_until)}
    text = _("%(day)s, if it arrives on %(arrival)s") % words
    return [Told(_("Send back until"), text, row.in_force_from)]
