"""The admin site: Django's, with pages of our own in it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from postpurchase.desk import (
    bulk,
    deliveries,
    doing,
    home,
    listing,
    mails,
    notes,
    order,
    parcel_doing,
    presence,
    search,
    shopper,
)
from postpurchase.staff.access import desk_place, private
from postpurchase.staff.accounts.desk import OneLogin
from postpurchase.staff.frame import desk_frame

OUR_APPS = frozenset({"merchants", "orders", "tracking", "returns", "notifications", "analytics"})
ORDER = "desk/orders/<uuid:public_id>/"
PARCEL = f"{ORDER}parcels/<uuid:parcel>/"


def of_an_order() -> list[URLPattern]:
    """Give the addresses below an order's page."""
    return [
        path(ORDER, order.show, name="desk_order"),
        path(f"{ORDER}do/<slug:act>/", doing.act, name="desk_act"),
        path(f"{ORDER}notes/", notes.write, name="desk_note"),
        path(f"{ORDER}notes/<uuid:note>/", notes.change, name="desk_note_change"),
        path(f"{ORDER}tags/", notes.tag, name="desk_tag"),
        path(f"{ORDER}presence/", presence.show, name="desk_presence"),
        path(f"{ORDER}as-shopper/", shopper.show, name="desk_as_shopper"),
        path(f"{ORDER}mails/<uuid:message>/", mails.show, name="desk_mail"),
        path(f"{ORDER}mails/<uuid:message>/html/", mails.html, name="desk_mail_html"),
        path(f"{ORDER}deliveries/<uuid:entry>/", deliveries.show, name="desk_delivery"),
        path(f"{PARCEL}scans/", parcel_doing.scans, name="desk_parcel_scans"),
        path(f"{PARCEL}do/<slug:act>/", parcel_doing.act, name="desk_parcel_act"),
    ]


class DeskSite(OneLogin):
    """Where support works."""

    site_header = site_title = _("Postpurchase desk")
    index_title = _("All tables")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Give a page to our own tables only: those of others hold log-ins and their secrets."""
        models = (
            model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        )
        ours = [model for model in models if model._meta.app_label in OUR_APPS]
        super().register(ours, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Show Django's pages in the zone of the shop, and to nobody's cache."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            place = desk_place(request) if self.has_permission(request) else None
            with timezone.override(place.merchant.zone if place else None):
                response = inner(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
            return private(response)

        return page

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Give Django's pages the frame of ours."""
        place = desk_place(request) if self.has_permission(request) else None
        around = desk_frame(request, place, current="admin:desk_tables") if place else {}
        return {**around, **super().each_context(request)}

    def get_urls(self) -> list[Any]:
        """Put our pages before Django's."""
        return [
            path("", home.show, name="index"),
            path("search/", search.show, name="desk_search"),
            path("desk/orders/", listing.show, name="desk_orders"),
            path("desk/orders/bulk/", bulk.check, name="desk_bulk"),
            path("desk/orders/bulk/do/", bulk.do, name="desk_bulk_do"),
            path("desk/orders/bulk/<uuid:form>/", bulk.done, name="desk_bulk_done"),
            *of_an_order(),
            path("tables/", self.admin_view(super().index), name="desk_tables"),
            *super().get_urls(),
        ]
