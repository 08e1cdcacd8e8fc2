"""Addresses below /account/."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Hold the place of a person's own page."""
    return render(request, "staff/plain.html")


urlpatterns: list[URLPattern | URLResolver] = [
    path("", account, name="account"),
    path("", include("allauth.account.urls")),
    path("", include("allauth.mfa.urls")),
    path("", include("allauth.usersessions.urls")),
]
