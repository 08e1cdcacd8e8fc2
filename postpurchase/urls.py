"""Which face answers which path. `/healthz` and `/readyz` are answered before all of it."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from postpurchase.media import serve_media

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("o/", include("postpurchase.portal.urls")),
    path("admin/", admin.site.urls),
    path("account/", include("postpurchase.staff.accounts.urls")),
    # The shopper's own page in frames of the brand editor: only here do the two faces meet.
    path("dashboard/<slug:slug>/brand/preview/", include("postpurchase.portal.preview")),
    path("dashboard/", include("postpurchase.dashboard.urls")),
    path("api/v1/", include("postpurchase.api.urls")),
    path("hooks/carriers/", include("tracking.webhooks")),
    path("hooks/", include("orders.webhooks")),
    path("media/<path:name>", serve_media, name="media"),
]

if settings.DEMO or settings.DEBUG:
    urlpatterns += [
        path("mailbox/", include("postpurchase.demo.urls")),
        path("parcels/", include("postpurchase.demo.parcel_urls")),
        path("gallery/", include("postpurchase.portal.gallery")),
    ]

handler400 = "postpurchase.portal.errors.bad_request"
handler403 = "postpurchase.portal.errors.forbidden"
handler404 = "postpurchase.portal.errors.not_found"
handler500 = "postpurchase.portal.errors.server_error"
