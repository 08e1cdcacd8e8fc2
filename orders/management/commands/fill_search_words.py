"""Makes older orders findable by name. Safe to stop, to repeat, and to run under traffic."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from orders.actions.words import fill_words


class Command(BaseCommand):
    """Fill the words of names, batch by batch."""

    help = "Make orders that came in before version 0.2 findable by name; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask from where to go on."""
        parser.add_argument("--after", type=int, default=0, help="go on after this row number")

    def handle(self, *_args: Any, after: int, **_options: Any) -> None:
        """Go through all orders by primary key."""
        while (done := fill_words(after=after)) is not None:
            after = done
            self.stdout.write(f"up to row {after}")
        self.stdout.write("All orders have their words.")
