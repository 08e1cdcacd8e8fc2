"""The addresses of an installation that shows the gallery."""

from django.urls import include, path

from postpurchase.urls import handler400, handler403, handler404, handler500
from postpurchase.urls import urlpatterns as usual

__all__ = ["handler400", "handler403", "handler404", "handler500"]

urlpatterns = [*usual, path("gallery/", include("postpurchase.portal.gallery"))]
