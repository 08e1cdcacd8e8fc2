"""Who asks, for which merchant, and what they may do there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from merchants.actions import Viewer
from merchants.memberships import memberships_of
from merchants.models import Merchant, User
from merchants.policy import Permission, may, roles_with
from merchants.statuses import Role
from postpurchase.lib.tenancy import acting_for

P = ParamSpec("P")

SHOP = "staff.shop"
"""Key of the session: the shop whose desk was open last, by its slug."""


@dataclass(frozen=True, slots=True)
class Place:
    """A person at work for a merchant. Superusers work everywhere, as owners do."""

    user: User
    merchant: Merchant
    role: Role

    @property
    def viewer(self) -> Viewer:
        """Give who is looking, for the log of looks at personal data."""
        return Viewer(self.user, self.merchant.pk)

    @property
    def slug(self) -> str:
        """Give the shop's name in addresses."""
        return self.merchant.slug

    def may(self, permission: Permission) -> bool:
        """Tell whether this person may do something here."""
        return may(self.role, permission)


def places_of(request: HttpRequest) -> list[Place]:
    """Give the shops a person works for, by name; of superusers, only those they belong to."""
    user = request.user
    if not isinstance(user, User):
        return []
    return [Place(user, row.merchant, Role(row.role)) for row in memberships_of(request)]


def place_or_404(request: HttpRequest, slug: str) -> Place:
    """Give a person's place at a shop. An unknown shop and a foreign one are the same: 404."""
    for place in places_of(request):
        if place.slug == slug:
            return place
    if isinstance(request.user, User) and request.user.is_superuser:
        merchant = Merchant.objects.filter(slug=slug).first()
        if merchant is not None:
            return Place(request.user, merchant, Role.OWNER)
    raise Http404("no such shop")


Page = Callable[Concatenate[HttpRequest, Place, P], HttpResponse]


def merchant_page(permission: Permission) -> Callable[[Page[P]], Callable[..., HttpResponse]]:
    """Make a view a page of the dashboard: /dashboard/<slug>/…, for those who may.

    The view is called with the request and the Place, inside `acting_for` and the shop's zone.
    """

    def wrap(view: Page[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(
            request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            place = place_or_404(request, slug)
            _remember(request, place)
            return _answer(
                request, place, permission, lambda: view(request, place, *args, **kwargs)
            )

        return page

    return wrap


def desk_page(permission: Permission) -> Callable[[Page[P]], Callable[..., HttpResponse]]:
    """Make a view a page of the desk: for the shop chosen by ?shop=, else the one open last."""

    def wrap(view: Page[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user = request.user
            if not (user.is_authenticated and user.is_active and user.is_staff):
                return redirect_to_login(request.get_full_path())
            place = desk_place(request)
            if place is None:
                return render(request, "staff/no_shop.html", status=403)
            return _answer(
                request, place, permission, lambda: view(request, place, *args, **kwargs)
            )

        return page

    return wrap


def desk_place(request: HttpRequest) -> Place | None:
    """Give the shop whose desk is open. Raises Http404 where a foreign one is asked for."""
    asked = request.GET.get("shop")
    if asked:
        place = place_or_404(request, asked)
        if request.session.get(SHOP) != place.slug:
            request.session[SHOP] = place.slug
        return place
    known = request.session.get(SHOP)
    places = places_of(request)
    for place in places:
        if place.slug == known:
            return place
    if places:
        return places[0]
    return _superusers_place(request, known)


def _superusers_place(request: HttpRequest, known: str | None) -> Place | None:
    if not (isinstance(request.user, User) and request.user.is_superuser):
        return None
    shops = Merchant.objects.filter(is_active=True).order_by("pk")
    merchant = (shops.filter(slug=known).first() if known else None) or shops.first()
    return Place(request.user, merchant, Role.OWNER) if merchant else None


def _remember(request: HttpRequest, place: Place) -> None:
    """Let the desk, and the next log-in's dashboard, open with the shop that was open last."""
    has_choice = place.user.is_superuser or len(places_of(request)) > 1
    if has_choice and request.session.get(SHOP) != place.slug:
        request.session[SHOP] = place.slug


@contextmanager
def at_work(place: Place) -> Iterator[None]:
    """Work for a place's merchant, in its zone."""
    with acting_for(place.merchant.pk), timezone.override(place.merchant.zone):
        yield


def _answer(
    request: HttpRequest, place: Place, permission: Permission, answer: Callable[[], HttpResponse]
) -> HttpResponse:
    with at_work(place):
        if not place.may(permission):
            return private(forbidden(request, place, permission))
        return private(answer())


def forbidden(request: HttpRequest, place: Place, permission: Permission) -> HttpResponse:
    """Say that a role does not include this, and whom to ask."""
    from postpurchase.staff.frame import frame

    context = frame(request, place, roles=roles_with(permission))
    return render(request, "staff/forbidden.html", context, status=403)


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page out of caches and search engines (unless it says other)."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    return response
