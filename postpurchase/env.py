"""Reads the environment for the settings, so that those stay a plain list.

A variable that is set wins. While neither `DATABASE_URL` nor `REDIS_URL` names a server, what is
missing comes from the demo that runs in this directory: it notes its own environment in
`.local/running.json`.
"""

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = Path(os.environ.get("LOCAL_DIR") or BASE_DIR / ".local")
RUNNING = LOCAL_DIR / "running.json"

# Nothing listens there: settings can be read without a server, connecting fails at once.
NO_DATABASE = "postgres://postpurchase@127.0.0.1:1/postpurchase"
NO_REDIS = "redis://127.0.0.1:1/0"
NO_SERVERS = "No database or broker is known: set DATABASE_URL and REDIS_URL, or run `make demo`."

# Where a provider's key goes when anymail does not call it `<PROVIDER>_API_KEY`.
_ANYMAIL_KEYS = {
    "mailersend": "MAILERSEND_API_TOKEN",
    "mailtrap": "MAILTRAP_API_TOKEN",
    "postmark": "POSTMARK_SERVER_TOKEN",
    "scaleway": "SCALEWAY_SECRET_KEY",
}


def running_demo() -> dict[str, str]:
    """Return the environment of the demo running in this directory, or nothing."""
    try:
        state = json.loads(RUNNING.read_text())
        os.kill(state["pid"], 0)
    except PermissionError:
        pass  # It lives, as another user.
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return cast(dict[str, str], state["env"])


def environment() -> environ.Env:
    """Return the reader of all variables, with a running demo's values behind the given ones."""
    named = "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ
    env = environ.Env()
    env.ENVIRON = {**({} if named else running_demo()), **os.environ}
    return env


def database(url: str, *, statement_timeout: int) -> dict[str, Any]:
    """Return Django's settings for a Postgres URL.

    `statement_timeout` is in seconds, 0 for none. Waiting for a lock ends after 3 seconds
    everywhere: a request, a task or a migration that waits longer blocks all behind it.
    """
    config = dict(environ.Env.db_url_config(url))
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must start with postgres://")
    timeouts = f"-c lock_timeout=3s -c statement_timeout={statement_timeout}s"
    options = {"connect_timeout": 5, "options": timeouts, **config.get("OPTIONS", {})}
    return {**config, "OPTIONS": options, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}


def redis_database(url: str, *, after: int) -> str:
    """Return the URL of the Redis database `after` places behind the one that `url` names."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured("REDIS_URL must start with redis:// or rediss://")
    number = int(parts.path.strip("/") or 0) + after
    return urlunsplit(parts._replace(path=f"/{number}"))


def field_keys(given: list[str], *, secret_key: str) -> list[str]:
    """Return the Fernet keys for secrets at rest, newest first; one made of the secret if none."""
    for key in given:
        try:
            Fernet(key)
        except ValueError as error:
            hint = "`manage.py new_secrets` makes good ones"
            raise ImproperlyConfigured(f"FIELD_KEYS holds a bad key; {hint}.") from error
    if given:
        return given
    digest = hashlib.sha256(b"postpurchase.field_keys:" + secret_key.encode()).digest()
    return [base64.urlsafe_b64encode(digest).decode()]


def email(url: str) -> dict[str, Any]:
    """Return Django's mail settings for an `EMAIL_URL`.

    `smtp://`, `smtp+tls://` (STARTTLS), `smtps://`, `eml:///directory`, `console://`, and
    `anymail+<provider>://<key>@` with further settings of that provider as its query.
    """
    parts = urlsplit(url)
    if parts.scheme == "eml":
        directory = Path(unquote(parts.netloc + parts.path))
        return {
            "EMAIL_BACKEND": "postpurchase.local.eml.EmailBackend",
            "EMAIL_FILE_PATH": directory,
        }
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme in {"smtp", "smtp+tls", "smtps"}:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname or "127.0.0.1",
            "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_USE_SSL": parts.scheme == "smtps",
        }
    if parts.scheme.startswith("anymail+"):
        return _anymail(url)
    schemes = "smtp://, smtp+tls://, smtps://, eml:///, console:// or anymail+<provider>://"
    raise ImproperlyConfigured(f"EMAIL_URL must start with {schemes}")


def _anymail(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    provider = parts.scheme.removeprefix("anymail+").replace("-", "_")
    settings = {f"{provider}_{key}".upper(): value for key, value in parse_qsl(parts.query)}
    if parts.username:
        name = _ANYMAIL_KEYS.get(provider, f"{provider.upper()}_API_KEY")
        settings[name] = unquote(parts.username)
    if parts.password:
        settings[f"{provider.upper()}_SECRET_KEY"] = unquote(parts.password)
    # A provider that hangs must not hold a sender longer than its lease.
    settings["REQUESTS_TIMEOUT"] = cast(str, 10)
    return {"EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend", "ANYMAIL": settings}
