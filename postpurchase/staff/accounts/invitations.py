"""A mailed invitation is opened: by somebody new, by a colleague of old, or by the wrong person."""

from __future__ import annotations

from datetime import datetime

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from merchants.actions.people import InvitationGone, accept, join_as_new
from merchants.models import Invitation, User
from postpurchase.lib import links
from postpurchase.staff.accounts.forms import JoinForm
from postpurchase.staff.accounts.mails import DUTIES, INVITATION
from postpurchase.staff.accounts.views import page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person in, each as they come."""
    now = timezone.now()
    invitation = _open(token, now=now)
    if invitation is None:
        return _gone(request)
    if _came_in(request, invitation):
        return redirect("dashboard:home", invitation.merchant.slug)
    if not invitation.is_open(now=now):
        return _gone(request)
    if request.user.is_authenticated:
        return _answer_colleague(request, invitation, now=now)
    # Somebody new reads on in the language of the mail.
    with translation.override(invitation.merchant.language):
        return _answer_stranger(request, invitation, now=now)


def _answer_colleague(
    request: HttpRequest, invitation: Invitation, *, now: datetime
) -> HttpResponse:
    """Let somebody who is logged in join, if it is them who was asked."""
    assert isinstance(request.user, User)
    is_theirs = request.user.email == invitation.email
    if is_theirs and request.method == "POST":
        return _join(request, invitation, now=now)
    template = "account/join.html" if is_theirs else "account/join_as_other.html"
    return render(request, template, _context(invitation))


def _answer_stranger(
    request: HttpRequest, invitation: Invitation, *, now: datetime
) -> HttpResponse:
    """Let somebody with a password log in first, and anybody else choose one."""
    user = User.objects.filter(email=invitation.email).first()
    if user is not None and not user.is_active:
        return _gone(request)
    if user is not None and user.has_usable_password():
        return render(request, "account/join_log_in.html", _context(invitation))
    form = JoinForm(request.POST or None, user=user or User(email=invitation.email))
    if form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password1"]
        try:
            member = join_as_new(invitation, name=name, password=password, now=now)
        except InvitationGone:
            return _gone(request)
        home = reverse("dashboard:home", args=[invitation.merchant.slug])
        return perform_login(request, member.user, signup=True, redirect_url=home)  # type: ignore[no-any-return]  # allauth has no types
    return render(request, "account/join_as_new.html", {**_context(invitation), "form": form})


def _join(request: HttpRequest, invitation: Invitation, *, now: datetime) -> HttpResponse:
    assert isinstance(request.user, User)
    try:
        accept(invitation, user=request.user, now=now)
    except InvitationGone:
        return _gone(request)
    shop = invitation.merchant
    messages.success(request, _("You belong to %(shop)s now.") % {"shop": shop.name})
    return redirect("dashboard:home", shop.slug)


def _open(token: str, *, now: datetime) -> Invitation | None:
    try:
        link = links.read(token, purpose=INVITATION, now=now)
    except links.BadLink:
        return None
    if link.expired:
        return None
    rows = Invitation.every.filter(public_id=link.subject, merchant__is_active=True)
    return rows.select_related("merchant", "invited_by").first()


def _came_in(request: HttpRequest, invitation: Invitation) -> bool:
    """Tell whether it was this person who used it: by the first click of two, say."""
    is_used = invitation.accepted_by_id is not None
    return is_used and invitation.accepted_by_id == request.user.pk


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "account/invitation_gone.html", status=410)


def _context(invitation: Invitation) -> dict[str, object]:
    return {
        "invitation": invitation,
        "shop": invitation.merchant,
        "duties": DUTIES[invitation.role],
    }
