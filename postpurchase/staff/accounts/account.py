"""A person's own page: name, language, and the ways to password, second step and devices."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from merchants.actions.people import change_profile, has_second_step
from merchants.models import User
from postpurchase.staff.accounts import second_step
from postpurchase.staff.accounts.forms import ProfileForm
from postpurchase.staff.accounts.middleware import speak
from postpurchase.staff.accounts.views import page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@page
def show(request: HttpRequest) -> HttpResponse:
    """Show and change what a person says about themselves."""
    user = request.user
    assert isinstance(user, User)
    known = {"name": user.name, "language": user.language}
    form = ProfileForm(request.POST or None, initial=known)
    if form.is_valid():
        change_profile(user, **form.cleaned_data)
        speak(user)
        messages.success(request, _("Your changes are saved."))
        return redirect("account")
    context = {
        "form": form,
        "has_second_step": has_second_step(user),
        "needs_second_step": second_step.is_asked_of(user),
    }
    return render(request, "account/account.html", context)
