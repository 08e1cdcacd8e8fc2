"""What requests and answers about parcels look like."""

from __future__ import annotations

from typing import Any

SHIPMENT: dict[str, Any] = {
    "order_id": "10442",
    "external_id": "parcel-1",
    "number": "00340434292135100186",
    "carrier": "DHL",
    "service": "DHL Paket",
    "url": "https://www.dhl.de/en/privatkunden.html?piececode=00340434292135100186",
    "shipped_at": "2026-11-21T16:30:00+01:00",
    "lines": [{"line_id": "1", "quantity": 2}],
}

SHOWN: dict[str, Any] = {
    "public_id": "01934d2e-7a10-7c3e-9f41-2b1f6f0c9d33",
    "order": {
        "public_id": "01934d2e-7a10-7c3e-9f41-2b1f6f0c9d11",
        "external_id": "10442",
        "number": "#1042",
    },
    "external_id": "added:parcel-1#00340434292135100186",
    "direction": "out",
    "leg": 1,
    "number": "00340434292135100186",
    "carrier": "dhl_paket",
    "carrier_said": "DHL",
    "service": "DHL Paket",
    "url": "https://www.dhl.de/en/privatkunden.html?piececode=00340434292135100186",
    "shipped_at": "2026-11-21T15:30:00Z",
    "withdrawn_at": None,
    "lines": [{"line_id": "1", "quantity": 2}],
    "milestone": "in_transit",
    "since": "2026-11-22T03:12:00Z",
    "cause": "",
    "must_act": "nobody",
    "delayed": False,
    "picked_up_at": "2026-11-21T17:02:00Z",
    "delivered_at": None,
    "returning_since": None,
    "last_scan_at": "2026-11-22T03:12:00Z",
    "attempts": 0,
    "signed_by": "",
    "expected_from": "2026-11-23",
    "expected_until": "2026-11-24",
    "expected_by": "estimate",
    "promised_from": "2026-11-23",
    "promised_until": "2026-11-25",
    "scans": [
        {
            "at": "2026-11-22T03:12:00Z",
            "milestone": "in_transit",
            "cause": "",
            "delayed": False,
            "text": "Arrived at the sorting centre",
            "place": "Leipzig",
            "country": "DE",
            "code": "InTransit_003",
            "source": "aftership",
        }
    ],
    "changed_at": "2026-11-22T03:14:11.201334Z",
}

WRITTEN: dict[str, Any] = {
    **SHOWN,
    "result": "created",
    "milestone": "unknown",
    "since": None,
    "picked_up_at": None,
    "last_scan_at": None,
    "scans": [],
}
WITHDRAWN: dict[str, Any] = {**SHOWN, "withdrawn_at": "2026-11-22T09:00:00Z", "lines": []}
LIST: dict[str, Any] = {"shipments": [SHOWN], "next_cursor": None}
OF_ORDER: dict[str, Any] = {"shipments": [SHOWN]}

EVENTS: dict[str, Any] = {
    "events": [
        {
            "number": "00340434292135100186",
            "id": "scan-7781",
            "at": "2026-11-22T04:12:00+01:00",
            "milestone": "in_transit",
            "text": "Arrived at the sorting centre",
            "place": "Leipzig",
            "country": "DE",
        },
        {
            "shipment_id": "01934d2e-7a10-7c3e-9f41-2b1f6f0c9d34",
            "at": "2026-11-22T09:40:00+01:00",
            "milestone": "attempt_failed",
            "cause": "recipient_absent",
        },
    ]
}
EVENTS_RESULT: dict[str, Any] = {
    "accepted": 1,
    "failed": 1,
    "new": 1,
    "results": [
        {
            "index": 0,
            "result": "accepted",
            "shipment_ids": ["01934d2e-7a10-7c3e-9f41-2b1f6f0c9d33"],
        },
        {
            "index": 1,
            "result": "failed",
            "errors": [
                {
                    "pointer": "/shipment_id",
                    "detail": "No such parcel is known. State it with POST /shipments.",
                }
            ],
        },
    ],
}
