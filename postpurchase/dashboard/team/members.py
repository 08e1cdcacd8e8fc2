"""A member's page: another role, or no longer in the team."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from merchants.actions import people as actions
from merchants.models import Membership
from merchants.policy import Permission
from merchants.statuses import Role
from postpurchase.dashboard.team import people
from postpurchase.dashboard.team.forms import RoleForm
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.accounts.proof import is_proven, prove
from postpurchase.staff.frame import frame


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.TEAM)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show a member, and give them another role."""
    member = get_object_or_404(people.members(), public_id=public_id)
    form = RoleForm(request.POST or None, giver=place.role)
    if form.is_valid():
        role = form.cleaned_data["role"]
        if role == Role.OWNER and role != member.role and not is_proven(request):
            return prove(request)
        try:
            actions.change_role(people.actor(place), member, role=role, now=timezone.now())
        except Refused as refusal:
            form.add_error("role", str(refusal.reason))
        else:
            said = _("The role of %(name)s is “%(role)s” now.")
            messages.success(request, said % {"name": member.user, "role": role.label})
            return redirect("dashboard:team", place.slug)
    return _page(request, place, member, form)


@require_POST
@merchant_page(Permission.TEAM)
def remove(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Take a member out of the team. Two clicks do no more than one."""
    member = Membership.objects.select_related("user").filter(public_id=public_id).first()
    if member is None:
        messages.info(request, _("This person is not in the team any more."))
        return redirect("dashboard:team", place.slug)
    try:
        actions.remove(people.actor(place), member, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
        return redirect("dashboard:team_member", place.slug, public_id)
    messages.success(request, _("%(name)s is not in the team any more.") % {"name": member.user})
    return redirect("dashboard:team", place.slug)


@require_POST
@merchant_page(Permission.LOOK)
def leave(request: HttpRequest, place: Place) -> HttpResponse:
    """Leave the shop oneself."""
    member = Membership.objects.filter(user=place.user).first()
    try:
        if member is not None:
            actions.remove(people.actor(place), member, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
        return redirect("dashboard:team", place.slug)
    return redirect("dashboard:choose")


def _page(request: HttpRequest, place: Place, member: Membership, form: RoleForm) -> HttpResponse:
    context = {
        "member": member,
        "form": form,
        "choices": people.choices(place, chosen=form.data.get("role", member.role)),
        "may_change": people.may_change(place, member.role),
        "is_self": member.user_id == place.user.pk,
        "was_locked_out": people.was_locked_out(member, now=timezone.now()),
    }
    page = frame(request, place, current="dashboard:team", **context)
    return render(request, "dashboard/team/member.html", page)
