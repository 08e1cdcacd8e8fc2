"""What makes an installation unsafe, and the refusal to start with it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from postpurchase import env


def unsafe_values() -> Iterator[tuple[str, str]]:
    """Yield (variable, sentence that helps) for each setting that production must not have."""
    if settings.SECRET_KEY == settings.UNSAFE_SECRET_KEY or len(settings.SECRET_KEY) < 50:
        yield "SECRET_KEY", "Set SECRET_KEY to 50 random characters (`manage.py new_secrets`)."
    if not settings.FIELD_KEYS_GIVEN:
        yield "FIELD_KEYS", "Set FIELD_KEYS to one or more Fernet keys (`manage.py new_secrets`)."
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS", "Set ALLOWED_HOSTS to the host names that shoppers use."
    if settings.ALLOW_PRIVATE_ADDRESSES:
        yield "ALLOW_PRIVATE_ADDRESSES", "Unset ALLOW_PRIVATE_ADDRESSES: it is for tests."
    if not settings.PUBLIC_URL.startswith("https://"):
        yield "PUBLIC_URL", "Set PUBLIC_URL to the https:// address that shoppers use."


def missing_servers() -> Iterator[tuple[str, str]]:
    """Yield (variable, sentence) for each server nobody named."""
    if settings.DATABASE_URL == env.NO_DATABASE or settings.REDIS_URL == env.NO_REDIS:
        yield "DATABASE_URL", env.NO_SERVERS


@register(Tags.security, deploy=True)
def check_production(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Report every unsafe value to `manage.py check --deploy`."""
    problems = [*unsafe_values(), *missing_servers()]
    if settings.DEMO:
        problems.append(("DEMO", "Unset DEMO: it shows every mail to everybody."))
    return [Error(text, id=f"postpurchase.{variable}") for variable, text in problems]


def refuse_unsafe_start() -> None:
    """Raise with all sentences if this process must not serve anybody with its settings."""
    problems = [] if settings.DEBUG or settings.DEMO else list(unsafe_values())
    problems += missing_servers()
    if problems:
        raise ImproperlyConfigured(" ".join(text for _, text in problems))
