"""The ways in which sources prove that a delivery is theirs. All compare in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Iterable

from tracking.carriers.base import Headers

MOST_SIGNATURES = 10
"""While a secret is replaced a delivery is signed with both; more than a few nobody needs."""

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
        parts = _parts(headers, header)
        stamp, given = parts.get("t", ""), parts.get("v1", "")
        signed = stamp.encode() + b"." + body
        return bool(stamp) and _any(given, [_mac(secret, signed).hex() for secret in secrets])

    return verify


def moment_of(header: str) -> Callable[[Headers], str]:
    """Give the moment that `timestamped_hex` covers."""
    return lambda headers: _parts(headers, header).get("t", "")


def standard_webhook(headers: Headers, body: bytes, secrets: Iterable[str]) -> bool:
    """Expect one of several "v1,<base64 HMAC-SHA256 of "id.timestamp.body">" in webhook-signature.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signed = f"{name}.{stamp}.".encode() + body
    wanted = [f"v1,{base64.b64encode(_digest(key, signed)).decode()}" for key in _keys(secrets)]
    given = headers.get("webhook-signature", "").split(" ")[:MOST_SIGNATURES]
    matches = [_any(each, wanted) for each in given]
    return bool(name and stamp) and any(matches)


def _keys(secrets: Iterable[str]) -> list[bytes]:
    """Give the bytes of secrets, which are written as whsec_ and base64."""
    keys = []
    for secret in secrets:
        try:
            keys.append(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
        except ValueError:
            keys.append(secret.encode())
    return [key for key in keys if key]


def _parts(headers: Headers, header: str) -> dict[str, str]:
    given = headers.get(header, "").split(",")
    return dict(part.strip().partition("=")[::2] for part in given)


def _mac(secret: str, body: bytes) -> bytes:
    return _digest(secret.encode(), body)


def _digest(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).digest()


def _any(given: str, wanted: list[str]) -> bool:
    """Compare with every one, so that the time taken tells nothing."""
    matches = [hmac.compare_digest(given.encode(), each.encode()) for each in wanted if each]
    return bool(given) and any(matches)
