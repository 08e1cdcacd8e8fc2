"""Who needs a second step, and who lacks it."""

from __future__ import annotations

from django.http import HttpRequest

from merchants.actions.people import has_second_step
from merchants.models import Membership, Merchant, User
from postpurchase.staff.access import places_of


def is_missing(request: HttpRequest) -> bool:
    """Tell whether this person must set up a second step before they go on."""
    user = request.user
    if not isinstance(user, User):
        return False
    is_asked = any(place.merchant.requires_mfa for place in places_of(request))
    if not is_asked and user.is_superuser:
        # They may open every shop, so the strictest shop's rule is theirs.
        is_asked = Merchant.objects.filter(requires_mfa=True, is_active=True).exists()
    return is_asked and not has_second_step(user)


def is_asked_of(user: User) -> bool:
    """Tell whether a shop of theirs asks for a second step."""
    rows = Membership.every.filter(user=user, merchant__is_active=True)
    if rows.filter(merchant__requires_mfa=True).exists():
        return True
    shops = Merchant.objects.filter(requires_mfa=True, is_active=True)
    return user.is_superuser and shops.exists()
