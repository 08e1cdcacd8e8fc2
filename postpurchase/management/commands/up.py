"""`manage.py up`: the whole platform on this machine, for trying it out."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from postpurchase.local.demo import Demo
from postpurchase.local.notes import CannotStart


class Command(BaseCommand):
    """Starts PostgreSQL, Valkey, web, worker and beat, with a demo shop in them."""

    help = "Run everything on this machine, with a demo shop; Ctrl-C stops it."
    # There is no database to check anything against before the command has started one.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the port."""
        parser.add_argument("--port", type=int, default=8000, help="of 127.0.0.1 (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        # `manage.py` lifted the limit for itself; what it starts serves requests.
        if os.environ.get("STATEMENT_TIMEOUT") == "0":
            del os.environ["STATEMENT_TIMEOUT"]
        try:
            Demo(settings.LOCAL_DIR, port=options["port"]).run()
        except CannotStart as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise SystemExit(130) from None
