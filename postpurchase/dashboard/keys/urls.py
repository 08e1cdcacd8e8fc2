"""Addresses below /dashboard/<slug>/keys/"""

from django.urls import path

from postpurchase.dashboard.keys import views

urlpatterns = [
    path("", views.show_all, name="keys"),
    path("new/", views.add, name="keys_new"),
    path("<uuid:public_id>/", views.rename, name="keys_rename"),
    path("<uuid:public_id>/revoke/", views.revoke, name="keys_revoke"),
]
