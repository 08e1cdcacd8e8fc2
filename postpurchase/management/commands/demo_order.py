"""Place an order in the demo shop."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from merchants.models import StoreConnection
from merchants.statuses import ConnectionKind
from postpurchase.demo import orders, shop


class Command(BaseCommand):
    """`manage.py demo_order [--email …]` while `make demo` runs in another window."""

    help = "Place an order in the demo shop, as its shop system would: by a signed webhook."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the shopper's address."""
        parser.add_argument("--email", default="", help="whose order it is")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Post it and say where its confirmation will be."""
        connection = StoreConnection.every.filter(
            merchant__slug=shop.SLUG, kind=ConnectionKind.SHOPIFY
        ).first()
        if connection is None:
            raise CommandError("There is no demo shop here. Start one with: make demo")
        number = orders.post_order(connection, now=timezone.now(), email=options["email"])
        mailbox = f"{settings.PUBLIC_URL}/mailbox/"
        self.stdout.write(f"Order {number} was placed; its confirmation comes to {mailbox}")
