"""What requests and answers look like, for people who read the description of the API."""

from __future__ import annotations

from typing import Any

ORDER: dict[str, Any] = {
    "external_id": "10442",
    "number": "#1042",
    "currency": "EUR",
    "placed_at": "2026-11-20T14:05:00+01:00",
    "updated_at": "2026-11-20T14:05:12+01:00",
    "email": "ines@example.com",
    "locale": "de",
    "ship_to": {
        "name": "Ines Weber",
        "street": "Kastanienallee 12",
        "postcode": "10435",
        "city": "Berlin",
        "country": "DE",
    },
    "lines": [
        {
            "external_id": "1",
            "title": "Linen shirt",
            "variant": "Sand / M",
            "sku": "LIN-S-M",
            "product_id": "77",
            "quantity": 2,
            "unit_price": "20.00",
            "total": "40.00",
        }
    ],
    "subtotal": "40.00",
    "shipping": "4.90",
    "shipping_method": "Standard",
    "tax": "7.17",
    "tax_included": True,
    "total": "44.90",
    "payment": "paid",
    "payments": [{"external_id": "p1", "method": "Visa", "last4": "4242", "amount": "44.90"}],
}

SHOWN: dict[str, Any] = {
    "public_id": "01934d2e-7a10-7c3e-9f41-2b1f6f0c9d11",
    "connection": "api",
    "external_id": "10442",
    "number": "#1042",
    "status": "packing",
    "payment_status": "paid",
    "fulfilment_status": "unfulfilled",
    "delivery_status": "none",
    "return_status": "none",
    "currency": "EUR",
    "placed_at": "2026-11-20T13:05:00Z",
    "updated_at": "2026-11-20T13:05:12Z",
    "changed_at": "2026-11-20T13:05:13.201334Z",
    "email": "ines@example.com",
    "phone": "",
    "name": "Ines Weber",
    "locale": "de",
    "ship_to": {
        "name": "Ines Weber",
        "company": "",
        "street": "Kastanienallee 12",
        "street2": "",
        "city": "Berlin",
        "province": "",
        "postcode": "10435",
        "country": "DE",
        "phone": "",
    },
    "bill_to": None,
    "lines": [
        {
            "external_id": "1",
            "title": "Linen shirt",
            "variant": "Sand / M",
            "sku": "LIN-S-M",
            "product_id": "77",
            "image_url": "",
            "quantity": 2,
            "cancelled": 0,
            "fulfilled": 0,
            "delivered": 0,
            "unit_price": "20.00",
            "discount": "0.00",
            "tax": "0.00",
            "total": "40.00",
            "requires_shipping": True,
        }
    ],
    "subtotal": "40.00",
    "discount": "0.00",
    "discount_codes": [],
    "shipping": "4.90",
    "shipping_method": "Standard",
    "fees": "0.00",
    "tax": "7.17",
    "tax_included": True,
    "total": "44.90",
    "refunded": "0.00",
    "payment": "paid",
    "hold": "",
    "fulfilled": False,
    "cancelled_at": None,
    "cancel_reason": "",
    "note": "",
    "conflict": "",
    "history": False,
    "payments": [
        {
            "external_id": "p1",
            "method": "Visa",
            "card_brand": "",
            "last4": "4242",
            "amount": "44.90",
            "state": "captured",
            "at": None,
        }
    ],
    "refunds": [],
    "fulfilments": [],
    "portal_url": "https://orders.example.com/o/alma-fern/order/AQGTTS56EHw-n0Erbb8MnREAAAAAAGk/",
}

WRITTEN = {**SHOWN, "result": "created"}

LIST = {"orders": [SHOWN], "next_cursor": None}

TOO_LATE = {**ORDER, "external_id": "10443", "placed_at": "2926-11-20T14:05:00+01:00"}

BATCH = {"orders": [ORDER, TOO_LATE], "history": False}

BATCH_RESULT = {
    "created": 1,
    "updated": 0,
    "unchanged": 0,
    "outdated": 0,
    "failed": 1,
    "results": [
        {
            "index": 0,
            "external_id": "10442",
            "result": "created",
            "public_id": "01934d2e-7a10-7c3e-9f41-2b1f6f0c9d11",
        },
        {
            "index": 1,
            "external_id": "10443",
            "result": "failed",
            "errors": [
                {
                    "pointer": "/placed_at",
                    "detail": "Use a moment between the years 1900 and 2199.",
                }
            ],
        },
    ],
}

STORY = {
    "events": [
        {
            "public_id": "01934d2e-7a22-7b51-8d0e-0c7d1b2a3f44",
            "kind": "order.placed",
            "at": "2026-11-20T13:05:00Z",
            "recorded_at": "2026-11-20T13:05:13.201334Z",
            "by": "program",
            "who": "Shop system",
            "public": True,
            "data": {},
        }
    ],
    "next_cursor": None,
}

REFUND = {
    "external_id": "r1",
    "amount": "20.00",
    "reason": "One shirt came back",
    "at": "2026-11-28T09:30:00+01:00",
    "lines": [{"line_id": "1", "quantity": 1}],
}

REFUNDED = {
    **SHOWN,
    "payment_status": "partially_refunded",
    "refunded": "20.00",
    "refunds": [{**REFUND, "at": "2026-11-28T08:30:00Z"}],
}

FULFILMENT = {
    "external_id": "f1",
    "carrier": "DHL",
    "tracking_numbers": ["00340434292135100186"],
    "shipped_at": "2026-11-21T10:00:00+01:00",
    "lines": [{"line_id": "1", "quantity": 2}],
}

FULFILLED = {
    **SHOWN,
    "status": "shipped",
    "fulfilment_status": "fulfilled",
    "lines": [{**SHOWN["lines"][0], "fulfilled": 2}],
    "fulfilments": [
        {
            **FULFILMENT,
            "state": "success",
            "tracking_urls": [],
            "shipped_at": "2026-11-21T09:00:00Z",
            "updated_at": None,
        }
    ],
}

PROBLEM = {
    "type": "urn:postpurchase:problem:invalid",
    "title": "Bad Request",
    "status": 400,
    "detail": "Expected `str`, got `float`.",
    "errors": [{"pointer": "/total", "detail": "Expected `str`, got `float`."}],
}
