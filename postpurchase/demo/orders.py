"""Place an order in the demo shop, the way a shop system would: by a signed webhook."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime
from itertools import islice
from random import Random
from typing import Any

import httpx
from django.conf import settings
from django.urls import reverse

from merchants.models import StoreConnection
from orders.actions.inbox import accept
from orders.models import InboxEntry
from orders.sources import SOURCES
from orders.sources.document import AddressDoc, OrderDoc
from postpurchase.demo.past import ORDERS, an_order
from postpurchase.demo.people import FIRST, people

TOPIC = "orders/create"


def place_order(connection: StoreConnection, *, now: datetime, email: str = "") -> str:
    """Put a fresh order into the inbox and give its number."""
    document = _document(number=_next_number(connection), now=now, email=email)
    deliver(connection, json.dumps(document).encode(), now=now)
    return str(document["name"])


def deliver(connection: StoreConnection, body: bytes, *, now: datetime, topic: str = TOPIC) -> None:
    """Put a signed delivery into the inbox, whatever it says."""
    headers = _headers(connection, body) | {"x-shopify-topic": topic}
    envelope = SOURCES[connection.kind].envelope(headers=headers, body=body)
    accept(connection, envelope, body=body, now=now)


def post_order(connection: StoreConnection, *, now: datetime, email: str = "") -> str:
    """Send a fresh order to this installation over HTTP and give its number."""
    document = _document(number=_next_number(connection), now=now, email=email)
    body = json.dumps(document).encode()
    path = reverse("webhook", args=[connection.kind, connection.public_id])
    headers = {"content-type": "application/json", **_headers(connection, body)}
    answer = httpx.post(settings.PUBLIC_URL + path, content=body, headers=headers, timeout=10)
    answer.raise_for_status()
    return str(document["name"])


def _next_number(connection: StoreConnection) -> int:
    """Count on from the shop's past; each order of today stands in the inbox."""
    return 1001 + ORDERS + InboxEntry.every.filter(connection=connection).count()


def _headers(connection: StoreConnection, body: bytes) -> dict[str, str]:
    signature = hmac.new(connection.secret.encode(), body, hashlib.sha256).digest()
    return {
        "x-shopify-topic": TOPIC,
        "x-shopify-event-id": secrets.token_hex(16),
        "x-shopify-hmac-sha256": base64.b64encode(signature).decode(),
    }


def _document(*, number: int, now: datetime, email: str) -> dict[str, Any]:
    """Write an order of now in Shopify's words."""
    random = Random(secrets.randbits(32))  # noqa: S311  # a story
    person = random.choice(list(islice(people(), len(FIRST))))
    doc = an_order(random, person, number=number, placed_at=now, now=now)
    while doc.payment != "paid":
        doc = an_order(random, person, number=number, placed_at=now, now=now)
    address = _address(doc.ship_to or AddressDoc())
    return {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/Order/{now:%y%m%d%H%M%S}{number}",
        "name": doc.number,
        "email": email or doc.email,
        "created_at": now.isoformat(),
        "processed_at": now.isoformat(),
        "updated_at": now.isoformat(),
        "currency": doc.currency,
        "customer_locale": doc.locale,
        "financial_status": "paid",
        "subtotal_price": doc.subtotal,
        "total_line_items_price": doc.subtotal,
        "total_discounts": doc.discount,
        "discount_codes": [{"code": code, "amount": doc.discount} for code in doc.discount_codes],
        "total_tax": doc.tax,
        "taxes_included": True,
        "total_price": doc.total,
        "shipping_lines": [{"title": doc.shipping_method, "price": doc.shipping}],
        "payment_gateway_names": [doc.payments[0].method],
        "shipping_address": address,
        "billing_address": address,
        "line_items": [_line(doc, index) for index in range(len(doc.lines))],
        "fulfillments": [],
        "refunds": [],
    }


def _address(address: AddressDoc) -> dict[str, str]:
    return {
        "name": address.name,
        "address1": address.street,
        "zip": address.postcode,
        "city": address.city,
        "country_code": address.country,
    }


def _line(doc: OrderDoc, index: int) -> dict[str, Any]:
    line = doc.lines[index]
    return {
        "id": index + 1,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{doc.external_id}-{index + 1}",
        "title": line.title,
        "variant_title": line.variant,
        "sku": line.sku,
        "product_id": line.product_id,
        "quantity": line.quantity,
        "current_quantity": line.quantity,
        "price": line.unit_price,
        "requires_shipping": True,
    }
