"""What the demo shop promised, and promises now, in versions; and how its look came about."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from merchants.actions import Edit, note_change
from merchants.actions.brands import publish_look, save_draft
from merchants.models import Brand, Merchant, SupportHours, User
from merchants.statuses import ChangeKind, ConfirmationStyle, SettingsPage, Tone
from orders.models import OrderPolicy
from postpurchase.lib.versions import Rule
from returns.models import ReturnPolicy
from tracking.models import ShippingPromise

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
LINKS = [
    {"label": "Instagram", "url": "https://instagram.com/almafern"},
    {"label": "Pinterest", "url": "https://pinterest.com/almafern"},
]


def set_policies(merchant: Merchant, *, by: User, now: datetime) -> None:
    """Give the shop its policies, each with the moment since which it holds."""
    midnight = datetime.combine(now.astimezone(merchant.zone), time(), tzinfo=merchant.zone)

    def holds(row: Rule, title: str, *, days: int) -> None:
        row.merchant, row.in_force_from = merchant, midnight + timedelta(days=days)
        row.save()
        edit = Edit(by, SettingsPage.POLICIES, title)
        fields = {"in_force_from": ["", row.in_force_from.isoformat()]}
        made_at = min(row.in_force_from, now - timedelta(days=1))
        note_change(row, kind=ChangeKind.ADDED, fields=fields, edit=edit, now=made_at)

    changes, shipping = "Cancelling and changing", "Packing and delivery"
    holds(OrderPolicy(cancel_minutes=30, edit_minutes=30), changes, days=-430)
    holds(OrderPolicy(cancel_minutes=60, edit_minutes=60), changes, days=-90)
    holds(OrderPolicy(cancel_minutes=120, edit_minutes=60), changes, days=9)
    holds(ShippingPromise(), shipping, days=-430)
    holds(
        ShippingPromise(country="DE", transit_min_days=1, transit_max_days=2), shipping, days=-430
    )
    holds(ReturnPolicy(days=14, is_free=False), "Returns", days=-430)
    holds(ReturnPolicy(days=30), "Returns", days=-200)
    week = {day: ["09:00", "17:00"] for day in WEEKDAYS}
    holds(SupportHours(days=week), "Support hours", days=-430)


def give_look(merchant: Merchant, *, by: User, now: datetime) -> None:
    """Give the shop a look of its own, after an earlier one; a draft waits to be published."""
    own = {
        "colour": "#2f5d50",
        "sender_name": merchant.name,
        "sender_email": merchant.support_email,
        "footer": "Made slowly, sent quickly.",
        "shows_credit": True,
    }
    edit = Edit(by, SettingsPage.BRAND, "Brand")
    # The plain look, which the shop began with, is kept as the first version.
    Brand.every.filter(merchant=merchant).update(updated_at=now - timedelta(days=430))
    publish_look(merchant, own | {"colour": "#8a5a44"}, edit=edit, now=now - timedelta(days=60))
    publish_look(merchant, own | {"links": LINKS}, edit=edit, now=now - timedelta(days=21))
    tried = {"tone": Tone.WARM, "confirmation_style": ConfirmationStyle.WARM}
    save_draft(merchant, own | {"links": LINKS} | tried, seen="", by=by, now=now)
