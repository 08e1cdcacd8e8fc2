"""Addresses below /dashboard/<slug>/shop/"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from merchants.policy import Permission
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame


@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Hold the place."""
    return render(request, "staff/base.html", frame(request, place))


urlpatterns = [path("", show, name="shop")]
