"""For whom a person works: read once for each request."""

from __future__ import annotations

from django.http import HttpRequest

from merchants.models import Membership, User

READ = "postpurchase.memberships"


def memberships_of(request: HttpRequest) -> list[Membership]:
    """Give a member's places with active shops, by the shop's name; nobody's for strangers."""
    user = request.user
    if not isinstance(user, User):
        return []
    known: tuple[int, list[Membership]] | None = request.META.get(READ)
    if known is None or known[0] != user.pk:
        rows = Membership.every.filter(user=user, merchant__is_active=True)
        found = list(rows.select_related("merchant").order_by("merchant__name", "pk"))
        request.META[READ] = known = (user.pk, found)
    return known[1]
