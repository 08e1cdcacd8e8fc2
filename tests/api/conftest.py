"""A program with a key, and orders to send."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from orders.api.examples import ORDER
from tests.factories import ApiKeyFactory, MerchantFactory


@pytest.fixture(autouse=True)
def fresh_counts():
    """Let no test inherit the requests of another."""
    cache.clear()


@pytest.fixture
def merchant(db):
    return MerchantFactory()


@pytest.fixture
def key(merchant):
    return ApiKeyFactory(merchant=merchant, name="Shop system")


@pytest.fixture
def api(key):
    return Program(key.plain)


class Program:
    """Calls the API as programs do; `last` is the answer that came last."""

    def __init__(self, key):
        self.client = Client(headers={"Authorization": f"Bearer {key}"})

    def get(self, path, query=None, **headers):
        return self.client.get(f"/api/v1/{path}", query, headers=headers)

    def put(self, path, document, **headers):
        return self.send("PUT", path, document, **headers)

    def post(self, path, document, **headers):
        return self.send("POST", path, document, **headers)

    def send(self, method, path, document, *, content_type="application/json", **headers):
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method, f"/api/v1/{path}", body, content_type=content_type, headers=headers
        )


def order(external_id="10442", **changes):
    """Give an order document that nobody has sent before."""
    return {**ORDER, "external_id": external_id, **changes}
