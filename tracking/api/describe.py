"""What the description of the API (OpenAPI) says of each operation with parcels."""

from __future__ import annotations

import msgspec

from orders.api.describe import reading, writing
from orders.api.listing import NoQuery
from tracking.api import examples
from tracking.api.documents import (
    BatchOfEvents,
    EventBatchResult,
    ShipmentDoc,
    ShipmentPage,
    ShipmentResource,
    ShipmentsOfOrder,
    WrittenShipmentResource,
)
from tracking.api.listing import ShipmentQuery

TAG = "Parcels"
DOCUMENTS: list[type[msgspec.Struct]] = [
    ShipmentDoc,
    ShipmentPage,
    ShipmentResource,
    ShipmentsOfOrder,
    WrittenShipmentResource,
    BatchOfEvents,
    EventBatchResult,
]
"""Whose JSON Schemas the description needs."""

shipment_list = reading(
    name="shipments_list",
    query=ShipmentQuery,
    answer=(ShipmentPage, "A page of parcels.", examples.LIST),
    refusals=(),
    tag=TAG,
)
shipment_read = reading(
    query=NoQuery, answer=(ShipmentResource, "The parcel.", examples.SHOWN), tag=TAG
)
shipment_withdraw = reading(
    query=NoQuery,
    answer=(ShipmentResource, "The parcel, taken back.", examples.WITHDRAWN),
    refusals=(404, 409),
    tag=TAG,
)
shipments_of_order = reading(
    query=NoQuery, answer=(ShipmentsOfOrder, "The parcels.", examples.OF_ORDER), tag=TAG
)
shipment_write = writing(
    body=ShipmentDoc,
    example=examples.SHIPMENT,
    answers={
        200: (
            WrittenShipmentResource,
            "The parcel was here already.",
            {**examples.WRITTEN, "result": "updated"},
        ),
        201: (WrittenShipmentResource, "The parcel is new.", examples.WRITTEN),
    },
    tag=TAG,
)
event_batch = writing(
    body=BatchOfEvents,
    example=examples.EVENTS,
    answers={200: (EventBatchResult, "What became of each event.", examples.EVENTS_RESULT)},
    tag=TAG,
)
