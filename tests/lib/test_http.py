"""Requests to the outside: never to private addresses, bounded, redirects not followed."""

import pytest

from postpurchase.lib.http import AddressRefused, OutboundError, checked_address, fetch, is_public
from tests.local_site import site


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::7f00:1", False),
        ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("fec0::1", False),
        ("2001:0:7f00:1::1", False),
    ],
)
def test_only_the_open_internet_is_public(address, public):
    assert is_public(address) == public


def test_a_private_address_is_refused_before_anything_is_sent():
    with site({"/": (200, {}, b"secret")}) as (address, asked), pytest.raises(AddressRefused):
        fetch(f"{address}/", max_bytes=100)
    assert asked == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://x", "http://", "http://a b/", "x", "http://a..b/", "http://xn--/",
     f"http://{'a' * 64}.example/", "http://../../etc/passwd", "http://[::1", "http://\u202e.example/"],
)  # fmt: skip
def test_other_addresses_are_refused(url):
    with pytest.raises(OutboundError):
        fetch(url, max_bytes=100)


def test_numeric_forms_of_a_private_address_are_seen_through():
    for host in ("2130706433", "0x7f.1", "127.1"):
        with pytest.raises(OutboundError):
            checked_address(host, 80)


def test_a_page_is_fetched_whole(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with site({"/a": (200, {"Content-Type": "image/png"}, b"x" * 50)}) as (address, _):
        answer = fetch(f"{address}/a", max_bytes=50)

    assert (len(answer.content), answer.content_type) == (50, "image/png")


def test_size_redirects_and_errors(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    pages = {
        "/large": (200, {}, b"x" * 51),
        "/away": (302, {"Location": "/large"}, b""),
        "/busy": (503, {}, b""),
    }
    with site(pages) as (address, asked):
        finals = {}
        for path in ("/large", "/away", "/busy", "/none"):
            with pytest.raises(OutboundError) as refused:
                fetch(address + path, max_bytes=50)
            finals[path] = refused.value.is_final

    assert finals == {"/large": True, "/away": True, "/busy": False, "/none": True}
    assert asked == ["/large", "/away", "/busy", "/none"]
