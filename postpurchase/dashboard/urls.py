"""Addresses below /dashboard/; those of a shop begin with its short name."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, include, path

from postpurchase.staff.access import SHOP, places_of

app_name = "dashboard"


@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Go to the shop that was open last, else to the first one."""
    places = places_of(request)
    if not places:
        return render(request, "staff/no_shop.html", status=403)
    known = request.session.get(SHOP)
    slugs = [place.slug for place in places]
    return redirect("dashboard:home", known if known in slugs else slugs[0])


def section(name: str) -> str:
    """Name the module of a section's addresses."""
    return f"postpurchase.dashboard.{name}.urls"


urlpatterns: list[URLPattern | URLResolver] = [
    path("", choose, name="choose"),
    path("<slug:slug>/", include(section("home"))),
    path("<slug:slug>/analytics/", include(section("analytics"))),
    path("<slug:slug>/delivery/", include(section("delivery"))),
    path("<slug:slug>/messages/", include(section("messages"))),
    path("<slug:slug>/shop/", include(section("shop"))),
    path("<slug:slug>/brand/", include(section("brand"))),
    path("<slug:slug>/connections/", include(section("connections"))),
    path("<slug:slug>/carriers/", include(section("carriers"))),
    path("<slug:slug>/policies/", include(section("policies"))),
    path("<slug:slug>/team/", include(section("team"))),
    path("<slug:slug>/keys/", include(section("keys"))),
    path("<slug:slug>/privacy/", include(section("privacy"))),
    path("<slug:slug>/changes/", include(section("changes"))),
]
