"""Addresses below /dashboard/<slug>/"""

from django.urls import path

from postpurchase.dashboard.home import trial, views, worklists

urlpatterns = [
    path("", views.show, name="home"),
    path("set-up/", views.fold, name="home_fold"),
    path("test-order/", trial.make, name="home_trial"),
    path("test-order/<uuid:public_id>/", trial.show, name="home_trial_made"),
    path("needs/<slug:need>/", worklists.show, name="home_needs"),
    path("needs/conflicts/<uuid:public_id>/seen/", worklists.see, name="home_conflict_seen"),
]
