"""Addresses below /dashboard/<slug>/policies/"""

from django.urls import path

from postpurchase.dashboard.policies import card_views, views

urlpatterns = [
    path("", views.show, name="policies"),
    path("<slug:card>/", card_views.open_card, name="policies_card"),
    path("<slug:card>/<slug:version>/", card_views.open_version, name="policies_version"),
    path("<slug:card>/<slug:version>/again/", card_views.use_again, name="policies_again"),
    path("<slug:card>/<slug:version>/remove/", card_views.remove, name="policies_remove"),
]
