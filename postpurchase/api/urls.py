"""The addresses under /api/v1/."""

from django.urls import include, path, re_path

from postpurchase.api.docs import docs, schema
from postpurchase.api.errors import not_found

app_name = "api"

urlpatterns = [
    path("schema", schema, name="schema"),
    path("docs/", docs, name="docs"),
    path("", include("tracking.api.urls")),
    path("", include("orders.api.urls")),
    re_path(r"^(?P<path>(?s:.*))\Z", not_found),
]
