"""Secrets at rest, and keys of which only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Encrypt a secret with the newest of settings.FIELD_KEYS (Fernet: AES-128-CBC + HMAC)."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt what `seal` made with any of settings.FIELD_KEYS.

    Raises ValueError where none of the keys fits.
    """
    try:
        return _box(tuple(settings.FIELD_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ValueError("A stored secret cannot be read with the keys in FIELD_KEYS.") from error


class SealedField(models.TextField[str, str]):
    """Text that the database only ever sees encrypted. Cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return seal(value) if value else ""

    def from_db_value(self, value: str | None, *_: object) -> str:
        return unseal(value) if value else ""


def new_secret(size: int = 32) -> str:
    """Make a secret of so many random bytes, as URL-safe text."""
    return secrets.token_urlsafe(size)


def digest(secret: str) -> str:
    """Hash a long random secret so that it can be looked up but not read back.

    Fit for keys of 128 random bits and more; passwords and short codes need a slow or keyed hash.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_digest(text: str, *, purpose: str) -> str:
    """Hash something guessable, such as a six-digit code, with a key from outside the database."""
    key = f"{purpose}:{settings.SECRET_KEY}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
