"""Create a merchant with owner, connections and API key."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from merchants.actions import NewMerchant, create_merchant
from merchants.models import StoreConnection
from merchants.statuses import ConnectionKind
from postpurchase.lib.errors import Refused

WEBHOOKS = (ConnectionKind.SHOPIFY, ConnectionKind.WOOCOMMERCE)


class Command(BaseCommand):
    """`manage.py create_merchant --slug … --owner-email … [--json]`."""

    help = "Create a merchant with its owner, shop connections and first API key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the merchant's and the owner's names."""
        parser.add_argument("--slug", required=True, help="short name in addresses")
        parser.add_argument("--owner-email", required=True)
        parser.add_argument("--owner-password", default=None, help="else none: set it later")
        parser.add_argument("--name", default="", help="name that shoppers read")
        parser.add_argument("--zone", default="UTC", help="such as Europe/Berlin")
        parser.add_argument("--language", default="en")
        parser.add_argument("--currency", default="EUR")
        parser.add_argument("--country", default="")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Create it and print how to reach it."""
        try:
            made = create_merchant(
                slug=options["slug"],
                owner_email=options["owner_email"],
                password=options["owner_password"],
                name=options["name"],
                zone_name=options["zone"],
                language=options["language"],
                currency=options["currency"],
                country=options["country"],
            )
        except Refused as refusal:
            raise CommandError(str(refusal.reason)) from refusal
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        facts = describe(made)
        if options["json"]:
            self.stdout.write(json.dumps(facts))
        else:
            self._tell(facts)

    def _tell(self, facts: dict[str, Any]) -> None:
        self.stdout.write(f"Portal       {facts['merchant']['portal_url']}")
        self.stdout.write(f"Desk         {facts['owner']['login_url']}")
        self.stdout.write(f"API key      {facts['api_key']}   (shown once)")
        for kind, connection in facts["connections"].items():
            self.stdout.write(f"{kind:<12} {connection['url']}")
            self.stdout.write(f"{'':<12} secret {connection['secret']}")


def describe(made: NewMerchant) -> dict[str, Any]:
    """Put a new merchant into one object for scripts and operators."""
    portal = reverse("portal:lookup", args=[made.merchant.slug])
    return {
        "merchant": {
            "slug": made.merchant.slug,
            "public_id": str(made.merchant.public_id),
            "portal_url": settings.PUBLIC_URL + portal,
        },
        "owner": {
            "email": made.owner.email,
            "login_url": settings.PUBLIC_URL + reverse("admin:login"),
        },
        "api_key": made.api_key,
        "connections": {
            kind.value: {
                "url": webhook_url(made.connections[kind]),
                "secret": made.connections[kind].secret,
            }
            for kind in WEBHOOKS
        },
    }


def webhook_url(connection: StoreConnection) -> str:
    """Give the address a shop system posts to."""
    path = reverse("webhook", args=[connection.kind, connection.public_id])
    return settings.PUBLIC_URL + path
