"""The team's page: members, open invitations, the second step."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants.actions import people as actions
from merchants.policy import Permission
from postpurchase.dashboard.team import people
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.accounts.proof import needs_proof
from postpurchase.staff.frame import frame


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show who works for the shop."""
    now = timezone.now()
    members = people.in_order(people.members())
    rows = [
        {
            "member": member,
            "may_change": people.may_change(place, member.role),
            "was_locked_out": people.was_locked_out(member, now=now),
        }
        for member in members
    ]
    waiting = [
        {
            "invitation": row,
            "is_open": row.is_open(now=now),
            "may_change": people.may_change(place, row.role),
        }
        for row in people.open_invitations()[: people.SHOWN_AT_MOST]
    ]
    context = {
        "rows": rows,
        "waiting": waiting,
        "without_second_step": sum(not member.has_second_step for member in members),  # type: ignore[attr-defined]  # annotated
        "may_invite": place.may(Permission.TEAM),
        "owns": place.may(Permission.OWN),
        "is_member": any(member.user_id == place.user.pk for member in members),
    }
    return render(request, "dashboard/team/team.html", frame(request, place, **context))


@require_POST
@merchant_page(Permission.OWN)
@needs_proof
def require_second_step(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask everybody for a second step."""
    try:
        actions.require_second_step(people.actor(place), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("Everybody needs a second step now."))
    return redirect("dashboard:team", place.slug)


@require_POST
@merchant_page(Permission.OWN)
@needs_proof
def stop_requiring(request: HttpRequest, place: Place) -> HttpResponse:
    """Leave the second step to each member."""
    actions.stop_requiring_second_step(people.actor(place), now=timezone.now())
    messages.success(request, _("A second step is each member’s own choice now."))
    return redirect("dashboard:team", place.slug)
