"""Who acts on the team's pages, and what the pages show of members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from merchants.actions.people import Actor
from merchants.models import Invitation, Membership
from merchants.policy import Permission, may_give
from merchants.statuses import Role
from postpurchase.staff.access import Place
from postpurchase.staff.accounts.mails import DUTIES

SHOWN_AT_MOST = 200
LOCK_OUT_SHOWN_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """A role on offer, as a radio card shows it."""

    value: str
    label: str
    note: str
    checked: bool


def actor(place: Place) -> Actor:
    """Give who acts, for the actions of the team."""
    return Actor(place.user, place.merchant, place.role)


def members() -> QuerySet[Membership]:
    """Give the shop's members, owners first, with all that their list shows."""
    sessions = UserSession.objects.filter(user=OuterRef("user")).order_by()
    last = sessions.values("user").annotate(last=Max("last_seen_at")).values("last")
    steps = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    rows = Membership.objects.select_related("user")
    return rows.annotate(
        has_second_step=Exists(steps),
        seen_at=Coalesce(Subquery(last), "user__last_login"),
    )


def in_order(rows: QuerySet[Membership]) -> list[Membership]:
    """Sort members by role, then by name."""
    order = list(Role)
    found = list(rows.order_by("pk")[:SHOWN_AT_MOST])
    return sorted(found, key=lambda row: (order.index(Role(row.role)), str(row.user).casefold()))


def open_invitations() -> QuerySet[Invitation]:
    """Give the invitations that were neither used nor taken back, newest first."""
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    return rows.select_related("invited_by").order_by("-created_at", "-pk")


def may_change(place: Place, role: str) -> bool:
    """Tell whether one may change, or take away, somebody of this role."""
    return place.may(Permission.TEAM) and may_give(place.role, Role(role))


def choices(place: Place, *, chosen: str) -> list[Choice]:
    """Give the roles that one may give, each with what it includes."""
    return [
        Choice(role.value, str(role.label), str(DUTIES[role]), role == chosen)
        for role in Role
        if may_give(place.role, role)
    ]


def was_locked_out(member: Membership, *, now: datetime) -> bool:
    """Tell whether log-ins of this person were refused in the last day."""
    refused_at = member.user.refused_at
    return refused_at is not None and now - refused_at < LOCK_OUT_SHOWN_FOR
