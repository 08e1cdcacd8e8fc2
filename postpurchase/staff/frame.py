"""The frame of every page of desk and dashboard: where one is, and where one can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from merchants.policy import Permission
from postpurchase.staff.access import Place, places_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: what it is called, where it leads, who sees it."""

    name: str
    label: LazyText
    icon: str
    permission: Permission = Permission.LOOK


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the menu as one person sees it."""

    label: LazyText
    icon: str
    url: str
    is_current: bool


DASHBOARD: tuple[tuple[LazyText, tuple[Entry, ...]], ...] = (
    (
        _("Shop"),
        (
            Entry("dashboard:home", _("Home"), "house"),
            Entry("dashboard:analytics", _("Analytics"), "chart-line"),
            Entry("dashboard:delivery", _("Delivery"), "package-check"),
            Entry("dashboard:messages", _("Messages"), "mail"),
        ),
    ),
    (
        _("Set up"),
        (
            Entry("dashboard:shop", _("Shop details"), "store"),
            Entry("dashboard:brand", _("Brand"), "palette"),
            Entry("dashboard:connections", _("Connections"), "plug"),
            Entry("dashboard:carriers", _("Carriers"), "truck"),
            Entry("dashboard:policies", _("Policies"), "scroll-text"),
        ),
    ),
    (
        _("Access"),
        (
            Entry("dashboard:team", _("Team"), "users"),
            Entry("dashboard:keys", _("API keys"), "key-round", Permission.SET_UP),
            Entry("dashboard:privacy", _("Privacy"), "shield", Permission.PRIVACY),
            Entry("dashboard:changes", _("Changes"), "history"),
        ),
    ),
)

DESK: tuple[tuple[LazyText, tuple[Entry, ...]], ...] = (
    (
        _("Desk"),
        (
            Entry("admin:index", _("Home"), "house"),
            Entry("admin:desk_orders", _("Orders"), "package"),
            Entry("admin:desk_tables", _("All tables"), "table"),
        ),
    ),
)


def frame(request: HttpRequest, place: Place, **subject: Any) -> dict[str, Any]:
    """Give what every page of the dashboard shows besides its own subject."""
    return _frame(request, place, face="dashboard", menu=DASHBOARD, subject=subject)


def desk_frame(request: HttpRequest, place: Place, **subject: Any) -> dict[str, Any]:
    """Give what every page of the desk shows besides its own subject."""
    return _frame(request, place, face="desk", menu=DESK, subject=subject)


def _frame(
    request: HttpRequest,
    place: Place,
    *,
    face: str,
    menu: tuple[tuple[LazyText, tuple[Entry, ...]], ...],
    subject: dict[str, Any],
) -> dict[str, Any]:
    current = subject.pop("current", None) or _route(request)
    return {
        "place": place,
        "face": face,
        "menu": [
            (
                title,
                [_item(entry, place, current) for entry in entries if place.may(entry.permission)],
            )
            for title, entries in menu
        ],
        "other_places": [other for other in places_of(request) if other.slug != place.slug],
        **subject,
    }


def _item(entry: Entry, place: Place, current: str) -> Item:
    args = [place.slug] if entry.name.startswith("dashboard:") else []
    # A page within a section, such as dashboard:brand_preview, belongs to the section's line.
    is_current = current == entry.name or current.startswith(f"{entry.name}_")
    return Item(entry.label, entry.icon, reverse(entry.name, args=args), is_current)


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""
