"""Addresses below /dashboard/<slug>/analytics/"""

from django.urls import path

from postpurchase.dashboard.analytics import views

urlpatterns = [
    path("", views.show, name="analytics"),
    path("cohorts/", views.cohorts, name="analytics_cohorts"),
    path("orders/", views.orders, name="analytics_orders"),
    path("figures.csv", views.figures_csv, name="analytics_figures_csv"),
    path("days.csv", views.days_csv, name="analytics_days_csv"),
    path("cohorts.csv", views.cohorts_csv, name="analytics_cohorts_csv"),
]
