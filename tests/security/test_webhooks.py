"""Deliveries that no shop system would send: each gets its answer, none an error of ours."""

import gzip
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from orders.actions.inbox import apply_due
from orders.models import InboxEntry, Order
from orders.statuses import InboxState
from tests.factories import StoreConnectionFactory
from tests.shop import post_shopify, post_woocommerce, shopify_order, signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def shopify():
    return StoreConnectionFactory(kind="shopify")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"[" * 1_000_000, 400),
        (b'{"a":' * 200_000, 400),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
        (b'{"id":' + b"9" * 1_000_000 + b"}", 400),
        (b"\xff\xfe{}", 400),
        (gzip.compress(b'{"id":1}'), 400),
        (b'{"id":1,"name":"\\u0000\\ud800"}', 200),
        (b'{"id":1e999999999}', 200),
        (b'{"id":-0.0e-99999}', 200),
        (b'{"a":"' + b"x" * (10 * 1024 * 1024) + b'"}', 413),
    ],
    ids=["empty", "list", "deep-list", "open", "deep", "long", "bytes", "gzip", "nul", "huge",
         "tiny", "large"],
)  # fmt: skip
def test_odd_bodies(client, shopify, body, status):
    assert post_shopify(client, shopify, "orders/create", body).status_code == status
    apply_due(now=timezone.now())
    assert not InboxEntry.every.filter(state=InboxState.PLANNED)


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch", "options", "trace"])
def test_deliveries_are_posted(client, shopify, method):
    answer = getattr(client, method)(f"/hooks/shopify/{shopify.public_id}/")
    assert answer.status_code == 405


def test_a_body_in_chunks_is_asked_for_in_one_piece(client, shopify):
    answer = client.post(
        f"/hooks/shopify/{shopify.public_id}/",
        data=b"{}",
        content_type="application/json",
        headers={"Transfer-Encoding": "chunked"},
    )

    shopify.refresh_from_db()
    assert (answer.status_code, shopify.last_error) == (411, "")


@pytest.mark.parametrize("kind", ["woocommerce", "api", "file", "magento", "Shopify"])
def test_a_connection_answers_under_its_own_kind_only(client, shopify, kind):
    body = b'{"id":1}'
    answer = client.post(
        f"/hooks/{kind}/{shopify.public_id}/",
        data=body,
        content_type="application/json",
        headers={
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Hmac-Sha256": signature(shopify.secret, body),
            "X-WC-Webhook-Topic": "order.created",
            "X-WC-Webhook-Signature": signature(shopify.secret, body),
        },
    )

    assert (answer.status_code, InboxEntry.every.count()) == (401, 0)


@pytest.mark.parametrize("given", ["", " ", "x", "é", "=" * 44, "A" * 10_000, "a,b", None])
def test_what_is_no_signature_signs_nothing(client, shopify, given):
    headers = {"X-Shopify-Topic": "orders/create"}
    if given is not None:
        headers["X-Shopify-Hmac-Sha256"] = given
    answer = client.post(
        f"/hooks/shopify/{shopify.public_id}/", data=b"{}", content_type="application/json",
        headers=headers,
    )  # fmt: skip

    assert (answer.status_code, InboxEntry.every.count()) == (401, 0)


def test_a_connection_without_a_secret_takes_nothing(client):
    bare = StoreConnectionFactory(kind="shopify", secret="")
    assert post_shopify(client, bare, "orders/create", shopify_order()).status_code == 401


EXTREMES = {
    "quantities": {"line_items": [{"id": 1, "title": "x", "quantity": n, "price": "99999999999999"}
                                  for n in (0, -1, 2**31, 10**30)]},
    "negative": {"total_price": "-1.00", "subtotal_price": "-99999999999999"},
    "three-decimals": {"currency": "KWD", "total_price": "1.2345"},
    "unknown-currency": {"currency": "ZZZ", "total_price": "1.00"},
    "1900": {"processed_at": "1900-01-01T00:00:00-12:00", "created_at": "1900-01-01T00:00:00Z"},
    "9999": {"processed_at": "9999-12-31T23:59:59Z", "cancelled_at": "9999-12-31T23:59:59-12:00"},
    "unknown-country": {"shipping_address": {"name": "x", "address1": "y", "country_code": "ZZ"}},
    "no-lines": {"line_items": []},
    "refunds": {"refunds": [{"id": n, "transactions": [{"kind": "refund", "status": "success",
                             "amount": "99999999999999"}]} for n in range(1, 2000)]},
    "wrong-types": {"line_items": {"a": 1}, "shipping_address": [], "name": {"a": 1}, "note": 1e300},
}  # fmt: skip


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_shown_or_kept_with_a_reason(client, shopify, name):
    from tests.security.test_hostile import page_of

    shopify.merchant.slug = "strange"
    shopify.merchant.save()
    post_shopify(client, shopify, "orders/create", shopify_order(**EXTREMES[name]))
    # Past all retries: what is a bug of ours ends as one of these, too.
    for hours in range(12):
        apply_due(now=timezone.now() + timedelta(hours=hours))

    entry = InboxEntry.every.get()
    if entry.state == InboxState.DONE:
        assert page_of(client, Order.every.get()).status_code == 200
    else:
        assert entry.state == InboxState.FAILED
        assert "Error" not in entry.reason.partition(":")[0]


@pytest.mark.parametrize("post", [post_shopify, post_woocommerce])
def test_ten_thousand_lines_are_shown(client, post):
    from tests.security.test_hostile import page_of

    kind = post.__name__.removeprefix("post_")
    connection = StoreConnectionFactory(kind=kind, merchant__slug="strange")
    lines = [{"id": n, "title": f"Thing {n}", "name": f"Thing {n}", "quantity": 1, "price": "1.00",
              "total": "1.00"} for n in range(1, 10_001)]  # fmt: skip
    order = shopify_order(line_items=lines)
    order |= {
        "number": "1",
        "status": "processing",
        "total": "1.00",
        "date_created_gmt": "2026-01-02T03:04:05",
    }
    topic = "orders/create" if kind == "shopify" else "order.created"
    assert post(client, connection, topic, json.dumps(order).encode()).status_code == 200
    apply_due(now=timezone.now())

    page = page_of(client, Order.every.get())

    assert page.status_code == 200
