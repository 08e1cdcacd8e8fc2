"""All addresses and the demo's: the project holds these only where DEMO was set before the start."""

from django.urls import include, path

from postpurchase.urls import urlpatterns as project

urlpatterns = [
    *project,
    path("mailbox/", include("postpurchase.demo.urls")),
    path("parcels/", include("postpurchase.demo.parcel_urls")),
]
