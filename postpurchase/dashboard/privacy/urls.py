"""Addresses below /dashboard/<slug>/privacy/"""

from django.urls import path

from postpurchase.dashboard.privacy import erase, find, person

urlpatterns = [
    path("", find.show, name="privacy"),
    path("<str:person>/", person.show, name="privacy_person"),
    path("<str:person>/export/", person.export, name="privacy_export"),
    path("<str:person>/erase/", erase.show, name="privacy_erase"),
]
