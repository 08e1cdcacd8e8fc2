"""Addresses below /dashboard/<slug>/delivery/"""

from django.urls import path

from postpurchase.dashboard.delivery import views

urlpatterns = [
    path("", views.show, name="delivery"),
    path("parcels/", views.behind, name="delivery_parcels"),
    path("carriers.csv", views.lanes_csv, name="delivery_lanes_csv"),
]
