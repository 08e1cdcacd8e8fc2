"""Signatures of deliveries: a keyed hash over the bytes as they came, compared in constant time."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

LONGEST_KEY = 200


def hmac_sha256_base64(secret: str, body: bytes) -> str:
    """Sign bytes the way Shopify and WooCommerce do: base64 of HMAC-SHA256."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def is_signed_by_any(secrets: Iterable[str], *, signature: str, body: bytes) -> bool:
    """Tell whether one of the secrets made the signature. Every secret is tried, found or not."""
    given = signature.strip().encode("utf-8", "replace")
    found = False
    for secret in secrets:
        if secret and given:
            expected = hmac_sha256_base64(secret, body).encode()
            found |= hmac.compare_digest(expected, given)
    return found


def fingerprint(*parts: str | bytes) -> str:
    """Hash parts into a short text that differs when any part does."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "replace") if isinstance(part, str) else part
        # The length keeps ("ab", "c") apart from ("a", "bc").
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()


def event_key(topic: str, *, event_id: str, body: bytes) -> str:
    """Name an event by its sender's id for it, or by its bytes where there is no usable id.

    The topic is part of the name: senders use one id for all topics that one event concerns.
    """
    key = f"{topic}:{event_id}"
    if event_id and len(key) <= LONGEST_KEY and key.isascii() and key.isprintable():
        return key
    return f"sha256:{fingerprint(topic, event_id, body)}"
