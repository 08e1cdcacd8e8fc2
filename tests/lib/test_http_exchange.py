"""Any answer is given whole, or given up in time, however it comes."""

import socket
import threading
import time

import httpx
import pytest

from postpurchase.lib.http import AddressRefused, OutboundError, exchange
from tests.tracking.carrier_server import Says, carrier_server


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True


def send(url, *, max_bytes=1000, whole=5.0, **more):
    request = httpx.Request("POST" if "content" in more else "GET", url, **more)
    return exchange(request, max_bytes=max_bytes, whole=whole)


def test_status_headers_and_body_are_given_whatever_they_are():
    with carrier_server() as server:
        server.behave(Says(418, b"tea", {"X-Kind": "Assam"}))

        reply = send(f"{server.address}/pot", content=b"milk", headers={"X-Sugar": "two"})

    [asked] = server.asked
    assert (reply.status, reply.content, reply.headers["x-kind"]) == (418, b"tea", "Assam")
    assert (asked.method, asked.path, asked.body) == ("POST", "/pot", b"milk")
    assert asked.headers["x-sugar"] == "two"


def test_more_than_wanted_is_not_read():
    with carrier_server() as server:
        server.behave(Says(200, b"x" * 1001))

        with pytest.raises(OutboundError, match="too large") as error:
            send(server.address)

    assert error.value.is_final


def test_headers_that_drip_end_with_the_whole_request():
    with dripping() as address:
        began = time.monotonic()
        with pytest.raises(OutboundError):
            send(address, whole=0.2)

    assert time.monotonic() - began < 1


def test_a_private_address_and_other_schemes_are_refused(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    for url in ("http://127.0.0.1:9/", "ftp://example.com/", "file:///etc/passwd"):
        with pytest.raises(AddressRefused):
            send(url)


class dripping:
    """A server that never comes to the end of its headers."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._drip, daemon=True)
        self.thread.start()
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def _drip(self):
        connection, _ = self.socket.accept()
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            for place in range(200):
                connection.sendall(b"X-%d: a\r\n" % place)
                time.sleep(0.02)
        except OSError:
            """It had enough."""
        connection.close()

    def __exit__(self, *_):
        self.thread.join(timeout=6)
        self.socket.close()
