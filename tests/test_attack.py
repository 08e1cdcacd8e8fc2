"""Every address of one merchant, opened by strangers: none of its data, no error of ours.

The addresses are read from the project itself; a new one has to be given its arguments here.
"""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from merchants.statuses import Role
from postpurchase.lib import links
from tests.factories import (
    AddressFactory,
    ApiKeyFactory,
    BrandFactory,
    EventFactory,
    MembershipFactory,
    MerchantFactory,
    OrderFactory,
    ShipmentFactory,
    StoreConnectionFactory,
)
from tests.shop import signature
from tracking.models import Shipment

pytestmark = pytest.mark.django_db

SECRETS = ("ZEBRA-7741", "zoe.private@example.com", "Zoë Privat", "Geheimgasse")


@pytest.fixture
def victim():
    """A shop with one order, and whatever names it in an address."""
    order = OrderFactory(
        number="ZEBRA-7741", number_key="ZEBRA-7741", email="zoe.private@example.com",
        name="Zoë Privat", external_id="ext-7741", lines=2,
    )  # fmt: skip
    AddressFactory(order=order, merchant=order.merchant, street="Geheimgasse 1", name="Zoë Privat")
    EventFactory(order=order, merchant=order.merchant)
    BrandFactory(merchant=order.merchant)
    ShipmentFactory(order=order, number="ZEBRA-7741", signed_by="Zoë Privat")
    return order


@pytest.fixture
def attacker():
    """Another shop, with a link slug, a member and an API key."""
    shop = MerchantFactory()
    BrandFactory(merchant=shop)
    return shop


def token_of(order):
    return links.sign(
        purpose="order",
        subject=order.public_id,
        epoch=order.link_epoch,
        expires_at=timezone.now() + timedelta(days=1),
    )


def arguments(pattern, order, slug):
    """Give the arguments that name the victim's rows in an address."""
    known = {
        "slug": slug,
        "token": token_of(order),
        "version": "abcdefghij",
        "public_id": order.public_id,
        "form": order.public_id,
        "external_id": order.external_id,
        "shipment_id": Shipment.every.get(order=order).public_id,
        "kind": "shopify",
        "source": "easypost",
        "name": "pictures/x.jpg",
        "path": "x",
        "key": "x",
        "uidb36": "1",
        "part": "html",
        "person": "x",
        "need": "conflicts",
        "card": "changes",
        "message_kind": "shipped",
        "number": "JJD000390007554142100",
        "seen": "x",
        "case": order.public_id,
    }
    names = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
    return {name: known[name] for name in names}


def addresses(resolver=None, namespace="", prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                inner = ":".join(part for part in (namespace, entry.namespace) if part)
                yield from addresses(entry, inner, route)
        elif entry.name:
            yield f"{namespace}:{entry.name}" if namespace else entry.name, route


ADDRESSES = sorted(set(addresses()))
assert len(ADDRESSES) > 15


def check(response):
    assert response.status_code < 500
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace")
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "route"), ADDRESSES, ids=[name for name, _ in ADDRESSES])
def test_a_stranger_learns_nothing(client, victim, attacker, name, route, method):
    key = ApiKeyFactory(merchant=attacker)
    member = MembershipFactory(merchant=attacker, role=Role.OWNER)
    # The link itself is the proof, so it is tried at the wrong shop only.
    url = reverse(name, kwargs=arguments(route, victim, attacker.slug))

    check(getattr(client, method)(url))
    check(getattr(client, method)(url, headers={"Authorization": f"Bearer {key.plain}"}))
    client.force_login(member.user)
    check(getattr(client, method)(url))


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_an_owner_of_another_shop_finds_nothing_on_the_desk(client, victim, attacker, model):
    client.force_login(MembershipFactory(merchant=attacker, role=Role.OWNER).user)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"

    check(client.get(reverse(f"{name}_changelist")))
    for row in model._base_manager.all()[:5]:
        if getattr(row, "merchant_id", None) == victim.merchant_id:
            check(client.get(reverse(f"{name}_change", args=[row.pk])))
            check(client.post(reverse(f"{name}_change", args=[row.pk]), {}))


def test_a_delivery_signed_by_another_shop_is_refused(client, victim, attacker):
    theirs = StoreConnectionFactory(merchant=victim.merchant, kind="woocommerce")
    mine = StoreConnectionFactory(merchant=attacker, kind="woocommerce", secret="another")
    body = b'{"id": 1}'

    answer = client.post(
        reverse("webhook", args=["woocommerce", theirs.public_id]),
        data=body,
        content_type="application/json",
        headers={
            "X-WC-Webhook-Topic": "order.created",
            "X-WC-Webhook-Signature": signature(mine.secret, body),
        },
    )

    assert answer.status_code == 401
