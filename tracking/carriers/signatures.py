"""The ways in which sources prove that a delivery is theirs. All compare in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Iterable

from tracking.carriers.base import Headers

Verify = Callable[[Headers, bytes, Iterable[str]], bool]


def hmac_base64(header: str) -> Verify:
    """Expect base64(HMAC-SHA256(secret, body)) in a header."""

    def verify(headers: Headers, body: bytes, secrets: Iterable[str]) -> bool:
        given = headers.get(header, "").strip()
        return _any(given, [base64.b64encode(_mac(secret, body)).decode() for secret in secrets])

    return verify


def hmac_hex(header: str, *, prefix: str = "", decomposed: bool = False) -> Verify:
    """Expect hex(HMAC-SHA256(secret, body)) behind a prefix; perhaps with the secret in NFKD."""

    def verify(headers: Headers, body: bytes, secrets: Iterable[str]) -> bool:
        given = headers.get(header, "").strip()
        keys = [unicodedata.normalize("NFKD", key) if decomposed else key for key in secrets]
        return _any(given, [prefix + _mac(key, body).hex() for key in keys])

    return verify


def sha256_with_key(header: str, *, between: bytes) -> Verify:
    """Expect hex(SHA256(body + between + secret))."""

    def verify(headers: Headers, body: bytes, secrets: Iterable[str]) -> bool:
        given = headers.get(header, "").strip()
        return _any(
            given,
            [hashlib.sha256(body + between + secret.encode()).hexdigest() for secret in secrets],
        )

    return verify


def fixed_secret(header: str) -> Verify:
    """Expect the secret itself in a header: no better than a password, so https is needed."""

    def verify(headers: Headers, body: bytes, secrets: Iterable[str]) -> bool:
        return _any(headers.get(header, "").strip(), list(secrets))

    return verify


def timestamped_hex(header: str) -> Verify:
    """Expect "t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">", as Shippo signs."""

    def verify(headers: Headers, body: bytes, secrets: Iterable[str]) -> bool:
        parts = dict(
            part.strip().partition("=")[::2] for part in headers.get(header, "").split(",")
        )
        stamp, given = parts.get("t", ""), parts.get("v1", "")
        signed = stamp.encode() + b"." + body
        return bool(stamp) and _any(given, [_mac(secret, signed).hex() for secret in secrets])

    return verify


def _mac(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def _any(given: str, wanted: list[str]) -> bool:
    """Compare with every one, so that the time taken tells nothing."""
    matches = [hmac.compare_digest(given.encode(), each.encode()) for each in wanted if each]
    return bool(given) and any(matches)
