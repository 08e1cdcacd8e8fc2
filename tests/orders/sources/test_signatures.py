"""Signatures against published vectors, and names of events."""

import base64

import pytest

from orders.sources import SOURCES
from orders.sources.signatures import event_key, fingerprint, is_signed_by_any

# RFC 4231, test case 2.
KEY = "Jefe"
BODY = b"what do ya want for nothing?"
SIGNATURE = base64.b64encode(
    bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
).decode()
HEADERS = {"shopify": "x-shopify-hmac-sha256", "woocommerce": "x-wc-webhook-signature"}


@pytest.mark.parametrize("kind", HEADERS)
@pytest.mark.parametrize("secrets", [[KEY], ["old", KEY], [KEY, "new"]])
def test_any_active_secret_signs(kind, secrets):
    headers = {HEADERS[kind]: SIGNATURE}

    assert SOURCES[kind].verify(secrets=secrets, headers=headers, body=BODY)


@pytest.mark.parametrize("kind", HEADERS)
@pytest.mark.parametrize(
    ("secrets", "signature", "body"),
    [
        ([], SIGNATURE, BODY),
        ([""], SIGNATURE, BODY),
        (["wrong"], SIGNATURE, BODY),
        ([KEY], "", BODY),
        ([KEY], SIGNATURE.lower(), BODY),
        ([KEY], "é" * 44, BODY),
        ([KEY], "\ud800", BODY),
        ([KEY], SIGNATURE, BODY + b"\n"),
    ],
)
def test_anything_else_is_refused(kind, secrets, signature, body):
    headers = {HEADERS[kind]: signature}

    assert not SOURCES[kind].verify(secrets=secrets, headers=headers, body=body)


def test_without_a_header_nothing_is_signed():
    for source in SOURCES.values():
        assert not source.verify(secrets=[KEY], headers={}, body=BODY)


def test_an_empty_secret_signs_nothing():
    signature = "thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0="  # of nothing, with an empty key

    assert not is_signed_by_any([""], signature=signature, body=b"")


def test_woocommerce_signs_with_the_unescaped_secret():
    from orders.sources.signatures import hmac_sha256_base64

    headers = {"x-wc-webhook-signature": hmac_sha256_base64("a&b<c>'d\"", BODY)}
    stored = "a&amp;b&lt;c&gt;&#039;d&quot;"

    assert SOURCES["woocommerce"].verify(secrets=[stored], headers=headers, body=BODY)


def test_parts_of_a_fingerprint_do_not_run_together():
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


def test_event_keys_are_short_whatever_the_sender_writes():
    for event_id in ("", "1", "x" * 5000, "\x00\n", "é"):
        assert len(event_key("orders/create", event_id=event_id, body=b"{}")) <= 200


def test_event_keys_tell_topics_and_bodies_apart():
    keys = {
        event_key(topic, event_id=event_id, body=body)
        for topic in ("orders/create", "orders/paid")
        for event_id, body in (("1", b"{}"), ("2", b"{}"), ("", b"{}"), ("", b"[]"))
    }

    assert len(keys) == 8
