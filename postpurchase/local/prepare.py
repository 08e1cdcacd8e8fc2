"""Makes a database and the files ready to serve: `python -m postpurchase.local.prepare`."""

import os
import sys

import django
from django.conf import settings
from django.core.management import call_command, get_commands

from postpurchase.local import translations


def main() -> None:
    """Make the directories, compile translations, migrate, and load the demo shop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postpurchase.settings")
    # A migration may take its time.
    os.environ["STATEMENT_TIMEOUT"] = "0"
    django.setup()
    for directory in (settings.STATIC_ROOT, settings.MEDIA_ROOT):
        directory.mkdir(parents=True, exist_ok=True)
    translations.compile_changed(settings.BASE_DIR / "locale")
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO and "demo_data" in get_commands():
        call_command("demo_data", stdout=sys.stderr)


if __name__ == "__main__":
    main()
