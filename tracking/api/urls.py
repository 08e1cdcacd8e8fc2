"""Addresses of parcels, under /api/v1/."""

from django.urls import path

from orders.api import converters  # noqa: F401  # makes <anything:…> known
from tracking.api import views

urlpatterns = [
    path("shipments", views.ShipmentList.as_view(), name="shipments"),
    path("shipments/<uuid:shipment_id>", views.OneShipment.as_view(), name="shipment"),
    path("tracking-events/batch", views.EventBatchView.as_view(), name="tracking_events"),
    path(
        "orders/by-id/<uuid:public_id>/shipments",
        views.OrderShipments.as_view(),
        name="shipments_by_id",
    ),
    path(
        "orders/<anything:external_id>/shipments",
        views.OrderShipments.as_view(),
        name="order_shipments",
    ),
]
