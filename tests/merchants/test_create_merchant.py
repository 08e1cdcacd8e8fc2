"""`manage.py create_merchant`: one JSON object for scripts, one clear sentence for mistakes."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from merchants.models import ApiKey, Membership, Merchant, StoreConnection
from postpurchase.lib.crypto import digest
from tests.shop import post_shopify, shopify_order

pytestmark = pytest.mark.django_db


def create(slug="shop", **options):
    out = StringIO()
    call_command(
        "create_merchant",
        slug=slug,
        owner_email="Owner@Example.com",
        json=True,
        stdout=out,
        **options,
    )
    return json.loads(out.getvalue())


def test_the_object_has_all_that_is_needed_to_start(client, settings):
    facts = create(zone="Europe/Berlin", currency="EUR", language="de")

    merchant = Merchant.objects.get()
    assert facts["merchant"] == {
        "slug": "shop",
        "public_id": str(merchant.public_id),
        "portal_url": f"{settings.PUBLIC_URL}/o/shop/",
    }
    assert facts["owner"] == {
        "email": "owner@example.com",
        "login_url": f"{settings.PUBLIC_URL}/admin/login/",
    }
    assert set(facts["connections"]) == {"shopify", "woocommerce"}
    assert ApiKey.every.get().digest == digest(facts["api_key"])
    assert Membership.every.get().role == "owner"
    shopify = facts["connections"]["shopify"]
    row = StoreConnection.every.get(kind="shopify")
    assert shopify["url"] == f"{settings.PUBLIC_URL}/hooks/shopify/{row.public_id}/"
    answer = post_shopify(client, row, "orders/create", shopify_order(), secret=shopify["secret"])
    assert answer.status_code == 200
    assert client.get("/o/shop/").status_code == 200


def test_secrets_are_unreadable_in_the_database():
    secret = create()["connections"]["shopify"]["secret"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM merchants_storeconnection")
        stored = [row[0] for row in cursor.fetchall()]

    assert secret not in "".join(stored)
    assert all(len(text) > 80 for text in stored)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "There is a merchant of this name already."),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "other", "zone": "Mars/Olympus"}, "time zone"),
    ],
)
def test_mistakes_are_told_and_leave_no_trace(options, sentence):
    create()

    with pytest.raises(CommandError, match=sentence):
        create(**options)
    assert Merchant.objects.count() == 1


def test_an_owner_may_have_several_shops():
    create("one")
    create("two")

    assert Membership.every.count() == 2
    assert Membership.every.values("user").distinct().count() == 1
