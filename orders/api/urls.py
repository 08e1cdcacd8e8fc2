"""Addresses of orders, under /api/v1/.

An id of a shop may hold slashes: percent-encoded or not, it is one id. Ids that end in one of the
words below or in "shipments", begin with by-id/ or are "batch" can only be reached by the order's
public id.
"""

from django.urls import path

from orders.api import (
    converters,  # noqa: F401  # makes <anything:…> known
    views,
)

_ABOUT = [
    ("timeline", views.OrderTimeline),
    ("refunds", views.OrderRefunds),
    ("fulfilments", views.OrderFulfilments),
]
_BY_PUBLIC_ID = "orders/by-id/<uuid:public_id>"
_BY_EXTERNAL_ID = "orders/<anything:external_id>"

urlpatterns = [
    path("orders", views.OrderList.as_view(), name="orders"),
    path("orders/batch", views.OrderBatch.as_view(), name="batch"),
    path(_BY_PUBLIC_ID, views.OrderByPublicId.as_view(), name="order_by_id"),
    *(
        path(f"{_BY_PUBLIC_ID}/{word}", view.as_view(), name=f"{word}_by_id")
        for word, view in _ABOUT
    ),
    *(path(f"{_BY_EXTERNAL_ID}/{word}", view.as_view(), name=word) for word, view in _ABOUT),
    path(_BY_EXTERNAL_ID, views.OrderByExternalId.as_view(), name="order"),
]
