"""Forget what was learnt of delivery times, and learn it anew from the parcels."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from merchants.models import Merchant
from tracking.actions.learning import learn_due, relearn


class Command(BaseCommand):
    """Safe to stop: the workers go on where it ended."""

    help = "Learn delivery times anew, from all parcels that arrived."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one merchant, or all."""
        parser.add_argument("--merchant", help="slug of one shop; without it, all")

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget, and learn until nothing is left."""
        merchants = Merchant.objects.order_by("pk")
        if options["merchant"]:
            merchants = merchants.filter(slug=options["merchant"])
            if not merchants:
                raise CommandError(f"There is no shop called {options['merchant']}.")
        for merchant in merchants:
            relearn(merchant.pk)
        total = 0
        while count := learn_due(now=timezone.now()):
            total += count
        self.stdout.write(f"Learnt from {total:,} parcels.")
