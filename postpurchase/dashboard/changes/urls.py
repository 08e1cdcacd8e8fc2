"""Addresses below /dashboard/<slug>/changes/"""

from django.urls import path

from postpurchase.dashboard.changes import change, listing, looks

urlpatterns = [
    path("", listing.show, name="changes"),
    path("looks/", looks.show, name="changes_looks"),
    path("<uuid:public_id>/", change.show, name="changes_one"),
]
