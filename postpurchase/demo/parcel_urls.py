"""The addresses of the demo carrier, under /parcels/."""

from django.urls import path

from postpurchase.demo import carrier

app_name = "parcels"

urlpatterns = [
    path("", carrier.listing, name="list"),
    path("speed/", carrier.speed, name="speed"),
    path("send/", carrier.send, name="send"),
    path("<uuid:shipment>/", carrier.act, name="act"),
]
