"""Somebody is asked to join, asked again, or no longer asked."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from merchants.actions import people as actions
from merchants.models import Invitation
from merchants.policy import Permission
from merchants.statuses import Role
from postpurchase.dashboard.team import people
from postpurchase.dashboard.team.forms import InviteForm
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.accounts.post import mail_invitation
from postpurchase.staff.accounts.proof import is_proven, prove
from postpurchase.staff.frame import frame


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.TEAM)
def new(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask somebody to join."""
    form = InviteForm(request.POST or None, giver=place.role)
    if form.is_valid():
        if form.cleaned_data["role"] == Role.OWNER and not is_proven(request):
            return prove(request)
        try:
            _invite(request, place, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("email", str(refusal.reason))
        else:
            return redirect("dashboard:team", place.slug)
    chosen = form.data.get("role", Role.AGENT)
    context = {"form": form, "choices": people.choices(place, chosen=chosen)}
    page = frame(request, place, current="dashboard:team", **context)
    return render(request, "dashboard/team/invite.html", page)


@require_POST
@merchant_page(Permission.TEAM)
def again(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Send an invitation once more; it holds for another week."""
    invitation = get_object_or_404(Invitation.objects, public_id=public_id)
    try:
        renewed = actions.renew(people.actor(place), invitation, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        mail_invitation(renewed)
        said = _("The invitation is on its way to %(email)s again.")
        messages.success(request, said % {"email": renewed.email})
    return redirect("dashboard:team", place.slug)


@require_POST
@merchant_page(Permission.TEAM)
def back(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation.objects, public_id=public_id)
    try:
        actions.take_back(people.actor(place), invitation, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("The invitation is taken back. Its link works no more."))
    return redirect("dashboard:team", place.slug)


def _invite(request: HttpRequest, place: Place, *, email: str, role: Role) -> None:
    actor = people.actor(place)
    mail_invitation(actions.invite(actor, email=email, role=role, now=timezone.now()))
    said = _("The invitation is on its way to %(email)s.")
    messages.success(request, said % {"email": email})
