"""`manage.py new_secrets`: the secrets a new installation needs, ready for its `.env`."""

import secrets
from typing import Any

from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Prints fresh secrets; it stores nothing and needs no database."""

    help = "Print fresh values for SECRET_KEY, FIELD_KEYS and the servers' passwords."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each."""
        self.stdout.write(f"SECRET_KEY={secrets.token_urlsafe(64)}")
        self.stdout.write(f"FIELD_KEYS={Fernet.generate_key().decode()}")
        self.stdout.write(f"POSTGRES_PASSWORD={secrets.token_urlsafe(24)}")
        self.stdout.write(f"REDIS_PASSWORD={secrets.token_urlsafe(24)}")
