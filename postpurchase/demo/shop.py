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

from analytics.actions import rebuild
from merchants.actions import create_merchant
from merchants.models import ApiKey, Merchant, StoreConnection
from merchants.statuses import ConnectionKind, Role, Scope
from orders.actions.intake import Intake, take_in
from orders.actions.relations import url_digest
from orders.models import Order, Picture, Product
from orders.statuses import PictureState
from postpurchase.demo.goods import GOODS
from postpurchase.demo.orders import place_order
from postpurchase.demo.parcels import give_parcels_a_past
from postpurchase.demo.past import past_orders
from postpurchase.demo.rules import give_look, set_policies
from postpurchase.demo.team import Colleague, team_of
from postpurchase.demo.today import set_scene

SLUG = "alma-fern"
FRESH_ORDERS = 3


def load(*, now: datetime) -> dict[str, Any]:
    """Load the shop once and write `.local/demo.json`; give what it says."""
    path = Path(settings.LOCAL_DIR) / "demo.json"
    merchant = Merchant.objects.filter(slug=SLUG).first()
    known = json.loads(path.read_text()) if path.exists() else {}
    if merchant is None:
        facts = _load(now=now)
        rebuild(Merchant.objects.get(slug=SLUG).pk)
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
    """Give the team new passwords and the shop a new API key: the old ones are gone."""
    team = team_of(merchant)
    key = ApiKey.issue(merchant=merchant, name="Demo", scopes=list(Scope.values))[1]
    return _facts(merchant, team, key=key)


def _facts(merchant: Merchant, team: list[Colleague], *, key: str) -> dict[str, Any]:
    latest = Order.every.of(merchant.pk).order_by("-placed_at")[0]
    people = {
        str(colleague.role): {"email": colleague.user.email, "password": colleague.password}
        for colleague in team
    }
    return {
        "merchant": str(merchant.public_id),
        "admin": people[Role.OWNER],
        "people": people,
        "api": {"key": key},
        "lookup": {"number": latest.number, "email": latest.email},
    }


def _addresses(facts: dict[str, Any]) -> dict[str, Any]:
    base = settings.PUBLIC_URL
    return {
        "portal": base + reverse("portal:lookup", args=[SLUG]),
        "mailbox": f"{base}/mailbox/",
        "parcels": f"{base}/parcels/",
        "dashboard": base + reverse("dashboard:home", args=[SLUG]),
        "admin": facts["admin"] | {"url": base + reverse("admin:index")},
        "api": facts["api"] | {"url": f"{base}/api/v1/docs/"},
    }


@transaction.atomic
def _load(*, now: datetime) -> dict[str, Any]:
    made = create_merchant(
        slug=SLUG,
        name="Alma & Fern",
        owner_email=f"owner@{SLUG}.example",
        legal_name="Alma & Fern GmbH",
        postal_address="Oranienstraße 25\n10999 Berlin\nGermany",
        zone_name="Europe/Berlin",
        country="DE",
        support_email="hello@alma-fern.example",
        support_phone="+49 30 5557 0110",
        shop_url="https://alma-fern.example",
    )
    team = team_of(made.merchant)
    set_policies(made.merchant, by=made.owner, now=now)
    give_look(made.merchant, by=made.owner, now=now)
    connection = made.connections[ConnectionKind.SHOPIFY]
    _pictures(connection)
    take_in(Intake(connection, now=now, is_history=True), list(past_orders(now)))
    give_parcels_a_past(made.merchant, now=now)
    set_scene(connection, team=team, now=now)
    for index in range(FRESH_ORDERS):
        place_order(connection, now=now - timedelta(minutes=3 * index + 1))
    return _facts(made.merchant, team, key=made.api_key)


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
