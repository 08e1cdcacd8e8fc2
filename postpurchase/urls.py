"""Which face answers which path. `/healthz` and `/readyz` are answered before all of it."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
