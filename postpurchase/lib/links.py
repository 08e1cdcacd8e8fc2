"""Signed links: short opaque tokens that open one thing for one purpose until some moment.

A token is 42 bytes in URL-safe base64 (56 characters): a version, the public id of what it opens,
that thing's link epoch, the expiry, and half of an HMAC-SHA-256. It holds no personal data. Raising
the epoch of a thing revokes every link to it. The purpose is part of the key, so a token made for
one purpose opens nothing else.
"""

import base64
import binascii
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

VERSION = b"\x01"
MAC_BYTES = 16
TOKEN_BYTES = 1 + 16 + 4 + 5 + MAC_BYTES
TOKEN_LENGTH = TOKEN_BYTES * 4 // 3


class BadLink(Exception):
    """The token was not made by us, or for another purpose."""


@dataclass(frozen=True)
class Link:
    """What a genuine token says. Whoever opens it compares the epoch and heeds `expired`."""

    subject: UUID
    epoch: int
    expires_at: datetime
    expired: bool


def sign(*, purpose: str, subject: UUID, epoch: int, expires_at: datetime) -> str:
    """Make the token; the expiry is rounded down to a whole second."""
    expiry = int(expires_at.timestamp()).to_bytes(5, "big")
    payload = VERSION + subject.bytes + epoch.to_bytes(4, "big") + expiry
    mac = _mac(payload, purpose=purpose, key=settings.SECRET_KEY)
    return base64.urlsafe_b64encode(payload + mac).decode("ascii")


def read(token: str, *, purpose: str, now: datetime) -> Link:
    """Check a token and say what it opens; raise BadLink unless we made it for this purpose."""
    payload, mac = _split(token)
    genuine = [hmac.compare_digest(mac, _mac(payload, purpose=purpose, key=key)) for key in _keys()]
    if payload[:1] != VERSION or not any(genuine):
        raise BadLink
    expires_at = datetime.fromtimestamp(int.from_bytes(payload[21:26], "big"), tz=UTC)
    return Link(
        subject=UUID(bytes=payload[1:17]),
        epoch=int.from_bytes(payload[17:21], "big"),
        expires_at=expires_at,
        expired=expires_at <= now,
    )


def _split(token: str) -> tuple[bytes, bytes]:
    if len(token) != TOKEN_LENGTH or not token.isascii():
        raise BadLink
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadLink from error
    if len(raw) != TOKEN_BYTES:
        raise BadLink
    return raw[:-MAC_BYTES], raw[-MAC_BYTES:]


def _mac(payload: bytes, *, purpose: str, key: str | bytes) -> bytes:
    salt = f"postpurchase.links.{purpose}"
    return salted_hmac(salt, payload, secret=key, algorithm="sha256").digest()[:MAC_BYTES]


def _keys() -> Iterator[str | bytes]:
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS
