"""Addresses below /dashboard/<slug>/shop/"""

from django.urls import path

from postpurchase.dashboard.shop import views

urlpatterns = [path("", views.show, name="shop")]
