"""The admin site: Django's, with pages of our own in it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from merchants.policy import Permission
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.frame import desk_frame


@desk_page(Permission.LOOK)
def hold(request: HttpRequest, place: Place, /, **_kwargs: Any) -> HttpResponse:
    """Hold the place of a page to come."""
    return render(request, "staff/base.html", desk_frame(request, place))


class DeskSite(admin.AdminSite):
    """Where support works."""

    site_header = site_title = _("Postpurchase desk")
    index_title = _("Orders and what belongs to them")

    def get_urls(self) -> list[Any]:
        """Put our pages before Django's."""
        return [
            path("", hold, name="index"),
            path("search/", hold, name="desk_search"),
            path("desk/orders/", hold, name="desk_orders"),
            path("desk/orders/<uuid:public_id>/", hold, name="desk_order"),
            path("tables/", super().index, name="desk_tables"),
            *super().get_urls(),
        ]
