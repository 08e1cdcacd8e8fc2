"""Load the demo shop."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from postpurchase.demo import shop


class Command(BaseCommand):
    """`manage.py demo_data`; a second call finds the shop there and changes nothing."""

    help = "Load a demo shop with a believable past."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load it, unless this is a real shop's installation."""
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("The demo shop is loaded only where DEMO or DEBUG is on.")
        facts = shop.load(now=timezone.now())
        self.stdout.write(f"The demo shop is at {facts['portal']}")
