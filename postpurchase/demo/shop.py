"""Load the demo shop; a second call finds it there and changes nothing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from merchants.actions import NewMerchant, create_merchant
from merchants.models import ApiKey, Brand, Membership, Merchant, StoreConnection, User
from merchants.statuses import ConnectionKind, Role, Scope
from orders.actions.intake import Intake, take_in
from orders.actions.relations import url_digest
from orders.models import Order, OrderPolicy, Picture, Product
from orders.statuses import PictureState
from postpurchase.demo.goods import GOODS
from postpurchase.demo.orders import place_order
from postpurchase.demo.past import past_orders
from postpurchase.lib.crypto import new_secret
from returns.models import ReturnPolicy
from tracking.models import ShippingPromise

SLUG = "alma-fern"
FRESH_ORDERS = 3


def load(*, now: datetime) -> dict[str, Any]:
    """Load the shop once and write `.local/demo.json`; give what it says."""
    path = Path(settings.LOCAL_DIR) / "demo.json"
    merchant = Merchant.objects.filter(slug=SLUG).first()
    known = json.loads(path.read_text()) if path.exists() else {}
    if merchant is None:
        facts = _load(now=now)
    elif known.get("merchant") != str(merchant.public_id):
        facts = _with_new_keys(merchant)
    else:
        facts = known
    facts |= _addresses(facts)  # the port may be another one today
    path.touch(mode=0o600)
    path.write_text(json.dumps(facts, indent=2))
    return facts


@transaction.atomic
def _with_new_keys(merchant: Merchant) -> dict[str, Any]:
    """Give the owner a new password and the shop a new API key: the old ones are gone."""
    owner = User.objects.filter(memberships__merchant=merchant, memberships__role=Role.OWNER)[0]
    password = new_secret(9)
    owner.set_password(password)
    owner.save(update_fields=["password"])
    key = ApiKey.issue(merchant=merchant, name="Demo", scopes=list(Scope.values))[1]
    return _facts(merchant, owner, password=password, key=key)


def _facts(merchant: Merchant, owner: User, *, password: str, key: str) -> dict[str, Any]:
    latest = Order.every.of(merchant.pk).order_by("-placed_at")[0]
    return {
        "merchant": str(merchant.public_id),
        "admin": {"email": owner.email, "password": password},
        "api": {"key": key},
        "lookup": {"number": latest.number, "email": latest.email},
    }


def _addresses(facts: dict[str, Any]) -> dict[str, Any]:
    base = settings.PUBLIC_URL
    return {
        "portal": base + reverse("portal:lookup", args=[SLUG]),
        "mailbox": f"{base}/mailbox/",
        "admin": facts["admin"] | {"url": base + reverse("admin:index")},
        "api": facts["api"] | {"url": f"{base}/api/v1/docs/"},
    }


@transaction.atomic
def _load(*, now: datetime) -> dict[str, Any]:
    password = new_secret(9)
    made = create_merchant(
        slug=SLUG,
        name="Alma & Fern",
        owner_email="owner@alma-fern.example",
        password=password,
        legal_name="Alma & Fern GmbH",
        postal_address="Oranienstraße 25\n10999 Berlin\nGermany",
        zone_name="Europe/Berlin",
        country="DE",
        support_email="hello@alma-fern.example",
        support_phone="+49 30 5557 0110",
        support_hours="Mon–Fri 9:00–17:00",
        shop_url="https://alma-fern.example",
    )
    _set_up(made, now=now)
    _pictures(made.connections[ConnectionKind.SHOPIFY])
    connection = made.connections[ConnectionKind.SHOPIFY]
    take_in(Intake(connection, now=now, is_history=True), list(past_orders(now)))
    for index in range(FRESH_ORDERS):
        place_order(connection, now=now - timedelta(minutes=3 * index + 1))
    return _facts(made.merchant, made.owner, password=password, key=made.api_key)


def _set_up(made: NewMerchant, *, now: datetime) -> None:
    merchant = made.merchant
    long_ago = now - timedelta(days=365)
    Brand.every.filter(merchant=merchant).update(
        colour="#2f5d50",
        sender_name="Alma & Fern",
        sender_email="hello@alma-fern.example",
        footer="Made slowly, sent quickly.",
        shows_credit=True,
    )
    OrderPolicy.every.create(merchant=merchant, in_force_from=long_ago)
    ReturnPolicy.every.create(merchant=merchant, in_force_from=long_ago, days=30)
    ShippingPromise.every.create(merchant=merchant, in_force_from=long_ago)
    ShippingPromise.every.create(
        merchant=merchant,
        in_force_from=long_ago,
        country="DE",
        transit_min_days=1,
        transit_max_days=2,
    )
    agent = User.objects.filter(email="agent@alma-fern.example").first()
    agent = agent or User.objects.create_user("agent@alma-fern.example", is_staff=True)
    Membership.every.create(merchant=merchant, user=agent, role=Role.AGENT)


def _pictures(connection: StoreConnection) -> None:
    for good in GOODS:
        url = f"https://cdn.alma-fern.example/{good.key}.jpg"
        picture = Picture(
            merchant_id=connection.merchant_id,
            url_digest=url_digest(url),
            source_url=url,
            state=PictureState.READY,
        )
        picture.file.save(f"{picture.url_digest[:32]}.jpg", ContentFile(good.picture()))
        Product.every.create(
            merchant_id=connection.merchant_id,
            connection=connection,
            external_id=f"gid://shopify/Product/{good.key}",
            title=good.title,
            picture=picture,
        )
