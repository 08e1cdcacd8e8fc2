"""Django's admin has no log-in of its own: there is one for desk and dashboard."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from postpurchase.staff.access import private
from postpurchase.staff.accounts import views


class OneLogin(admin.AdminSite):
    """An admin site whose doors lead to the log-in of staff."""

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the log-in, and from there back; say so where logging in would not help."""
        wanted = request.GET.get("next") or ""
        if not wanted or not get_adapter().is_safe_url(wanted):
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return private(redirect(wanted))
        if request.user.is_authenticated:
            return private(render(request, "staff/no_shop.html", status=403))
        return private(redirect_to_login(wanted))

    def logout(  # type: ignore[override]  # wherever it leads
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Log out on POST, ask first on GET."""
        return views.logout(request)

    def password_change(  # type: ignore[override]  # wherever it leads
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the page where staff change their password."""
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]  # as above
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Lead to one's account."""
        return redirect("account")
