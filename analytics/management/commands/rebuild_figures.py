"""Count figures from scratch."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.actions import rebuild
from merchants.models import Merchant


class Command(BaseCommand):
    """`manage.py rebuild_figures [--merchant alma-fern]`."""

    help = "Count the figures of one merchant, or of all, from scratch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the short name of a merchant."""
        parser.add_argument("--merchant", help="the merchant's short name; else all")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Count, and say how long it took."""
        merchants = Merchant.objects.order_by("pk")
        if options["merchant"]:
            merchants = merchants.filter(slug=options["merchant"])
            if not merchants:
                raise CommandError(f"There is no merchant {options['merchant']}.")
        for merchant in merchants:
            start = time.monotonic()
            rebuild(merchant.pk)
            self.stdout.write(f"{merchant.slug}: {time.monotonic() - start:.1f} s")
