"""The mailbox alone: the project's addresses hold it only where DEMO was set before the start."""

from django.urls import include, path

urlpatterns = [path("mailbox/", include("postpurchase.demo.urls"))]
