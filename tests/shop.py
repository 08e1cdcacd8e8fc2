"""A shop system that posts webhooks, as Shopify and WooCommerce do."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="../shared/data is not here: real documents cannot be tried"
)


def signature(secret, body):
    """Sign as both systems do: base64 of HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def post_shopify(client, connection, topic, document, *, event_id=None, secret=None):
    """Post a document as Shopify would, and give the answer."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    event_id = event_id or hashlib.sha256(topic.encode() + body).hexdigest()[:32]
    return client.post(
        f"/hooks/shopify/{connection.public_id}/",
        data=body,
        content_type="application/json",
        headers={
            "X-Shopify-Topic": topic,
            "X-Shopify-Event-Id": event_id,
            "X-Shopify-Hmac-Sha256": signature(secret or connection.secret, body),
        },
    )


def post_woocommerce(client, connection, topic, document, *, secret=None):
    """Post a document as WooCommerce would, and give the answer."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post(
        f"/hooks/woocommerce/{connection.public_id}/",
        data=body,
        content_type="application/json",
        headers={
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Delivery-ID": "1",
            "X-WC-Webhook-Signature": signature(secret or connection.secret, body),
        },
    )


def shopify_order(number=1042, *, minutes_ago=1, **changes):
    """A Shopify order of now with two lines, 59.80 EUR."""
    at = (timezone.now() - timedelta(minutes=minutes_ago)).isoformat()
    address = {
        "first_name": "Ana",
        "last_name": "Pop",
        "name": "Ana Pop",
        "address1": "Lindenstraße 9",
        "zip": "10969",
        "city": "Berlin",
        "country_code": "DE",
        "phone": "+49 30 123456",
    }
    return {
        "id": 7_000_000_000_000 + number,
        "admin_graphql_api_id": f"gid://shopify/Order/{7_000_000_000_000 + number}",
        "name": f"#{number}",
        "email": "ana@example.com",
        "created_at": at,
        "processed_at": at,
        "updated_at": at,
        "currency": "EUR",
        "customer_locale": "en-GB",
        "financial_status": "paid",
        "fulfillment_status": None,
        "cancelled_at": None,
        "subtotal_price": "54.85",
        "total_discounts": "0.00",
        "total_tax": "9.55",
        "taxes_included": True,
        "total_price": "59.80",
        "total_shipping_price_set": {"shop_money": {"amount": "4.95", "currency_code": "EUR"}},
        "shipping_lines": [{"title": "Standard", "price": "4.95"}],
        "payment_gateway_names": ["visa"],
        "shipping_address": address,
        "billing_address": address,
        "line_items": [
            {
                "id": 91,
                "admin_graphql_api_id": f"gid://shopify/LineItem/{number}01",
                "title": "Stoneware mug",
                "variant_title": "Moss",
                "sku": "MUG-MOSS",
                "quantity": 2,
                "current_quantity": 2,
                "price": "14.95",
                "product_id": 501,
                "requires_shipping": True,
            },
            {
                "id": 92,
                "admin_graphql_api_id": f"gid://shopify/LineItem/{number}02",
                "title": "Linen tea towel",
                "sku": "TOWEL",
                "quantity": 1,
                "current_quantity": 1,
                "price": "24.95",
                "product_id": 502,
                "requires_shipping": True,
            },
        ],
        "fulfillments": [],
        "refunds": [],
        **changes,
    }
