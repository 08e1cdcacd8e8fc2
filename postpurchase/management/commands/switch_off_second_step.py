"""Let somebody in again who lost both phone and recovery codes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from merchants.actions.people import switch_off_second_step
from merchants.models import User


class Command(BaseCommand):
    """`manage.py switch_off_second_step ana@shop.example`."""

    help = "Switch off the second step of a person, who then logs in with the password alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the person's address."""
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Switch it off and say so."""
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("Nobody has this address.")
        switch_off_second_step(user)
        self.stdout.write("Switched off. A shop that asks for it has them set it up anew.")
