"""Save what was worked out of many parcels, in one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from tracking.models import Shipment

WORKED_OUT = (
    "carrier", "carrier_by", "milestone", "since", "step", "cause", "must_act", "is_delayed",
    "picked_up_at", "delivered_at", "returning_since", "first_scan_at", "last_scan_at", "attempts",
    "has_scan_after_delivery", "was_cancelled_under_way", "signed_by", "recent", "heard_at",
    "carrier_from", "carrier_until", "carrier_day_by", "expected_from", "expected_until",
    "expected_by", "expected_ground", "promised_from", "promised_until", "learnt_at",
    "next_poll_at", "quiet_polls", "next_look_at", "updated_at",
)  # fmt: skip


def save(shipments: Sequence[Shipment], *, now: datetime) -> None:
    """Write all that actions work out of locked parcels; what shops state is not touched."""
    if not shipments:
        return
    for shipment in shipments:
        shipment.updated_at = now
    rows = [
        {"id": shipment.pk} | {name: getattr(shipment, name) for name in WORKED_OUT}
        for shipment in shipments
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [json.dumps(rows, cls=_Encoder)])


class _Encoder(DjangoJSONEncoder):
    """Keeps microseconds, which Django's own cuts to thousandths."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


@lru_cache
def _statement() -> str:
    types = {
        name: Shipment._meta.get_field(name).db_type(connection) for name in ("id", *WORKED_OUT)
    }
    types["id"] = "bigint"
    columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
    values = ", ".join(f"{name} = told.{name}" for name in WORKED_OUT)
    return (
        f"UPDATE tracking_shipment AS parcel SET {values} "  # noqa: S608  # names of ours
        f"FROM jsonb_to_recordset(%s::jsonb) AS told({columns}) WHERE parcel.id = told.id"
    )
