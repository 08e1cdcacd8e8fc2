"""A shop with a past for benchmarks, and orders as Shopify posts them."""

import base64
import hashlib
import hmac
import json
from uuid import uuid4

from tests.shop import shopify_order

NUMBER = 900_000_001  # stands in the template where each order has its own
FIRST = 100_000_000


def open_shop():
    """Load the demo shop with its past; give its Shopify connection."""
    from django.utils import timezone

    from merchants.models import StoreConnection
    from merchants.statuses import ConnectionKind
    from postpurchase.demo import shop

    shop.load(now=timezone.now())
    return StoreConnection.every.select_related("merchant").get(
        merchant__slug=shop.SLUG, kind=ConnectionKind.SHOPIFY
    )


class Post:
    """One signed delivery of an order."""

    def __init__(self, connection, body):
        self.body = body
        self.event_id = uuid4().hex
        digest = hmac.new(connection.secret.encode(), body, hashlib.sha256).digest()
        self.headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Event-Id": self.event_id,
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        }
        self.path = f"/hooks/shopify/{connection.public_id}/"

    def as_http(self):
        """Give the bytes that go over the wire on a connection that is kept."""
        head = {"Host": "127.0.0.1", "Content-Length": str(len(self.body)), **self.headers}
        lines = [f"POST {self.path} HTTP/1.1", *(f"{name}: {text}" for name, text in head.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def posts(connection, count, *, first=0, lines=3):
    """Sign so many new orders, each with a number and a mailbox of its own."""
    template = json.dumps(order(lines=lines))
    numbers = range(FIRST + first, FIRST + first + count)
    return [
        Post(connection, template.replace(str(NUMBER), str(number)).encode()) for number in numbers
    ]


def address_of(post):
    """Give the mailbox that an order's confirmation goes to."""
    return json.loads(post.body)["email"]


def order(*, lines=3):
    """Give an order in Shopify's words and of about the size of Shopify’s: 5 kB with three lines."""
    items = [_line(place) for place in range(1, lines + 1)]
    goods = sum(2500 * item["quantity"] for item in items)
    return shopify_order(
        NUMBER,
        admin_graphql_api_id=f"gid://shopify/Order/{NUMBER}",
        email=f"shopper-{NUMBER}@example.com",
        line_items=items,
        subtotal_price=_text(goods),
        subtotal_price_set=_set(goods),
        total_line_items_price_set=_set(goods),
        current_total_price_set=_set(goods + 495),
        total_price=_text(goods + 495),
        total_price_set=_set(goods + 495),
        total_tax=_text((goods + 495) * 19 // 119),
        total_tax_set=_set((goods + 495) * 19 // 119),
        client_details={"browser_ip": "203.0.113.9", "user_agent": "Mozilla/5.0 " + "x" * 90},
        note_attributes=[{"name": "gift", "value": "no"}],
        tax_lines=[_tax(goods)],
    )


def _line(place):
    quantity = 2 if place == 1 else 1
    return {
        "id": 10 * NUMBER + place,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{NUMBER}{place:02}",
        "title": f"Stoneware mug {place}",
        "variant_title": "Moss",
        "sku": f"MUG-{place}",
        "quantity": quantity,
        "current_quantity": quantity,
        "fulfillable_quantity": quantity,
        "grams": 420,
        "price": "25.00",
        "price_set": _set(2500),
        "total_discount": "0.00",
        "total_discount_set": _set(0),
        "product_id": 500 + place,
        "variant_id": 5000 + place,
        "requires_shipping": True,
        "taxable": True,
        "vendor": "Alma & Fern",
        "properties": [],
        "tax_lines": [_tax(2500 * quantity)],
    }


def _tax(gross):
    tax = gross * 19 // 119
    return {"title": "VAT", "rate": 0.19, "price": _text(tax), "price_set": _set(tax)}


def _set(cents):
    money = {"amount": _text(cents), "currency_code": "EUR"}
    return {"shop_money": money, "presentment_money": money}


def _text(cents):
    return f"{cents // 100}.{cents % 100:02}"
