"""Requests to the outside: bounded in time and size, never to private addresses.

The name is resolved once, every address it has is checked, and the connection goes to the checked
address, so that a name cannot change its mind in between. Redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx
from django.conf import settings

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
# All that is handed out (RFC 4291). Outside of it lie IPv4 addresses in disguise: NAT64 (RFC 6052),
# compatible and translated ones.
UNICAST = ipaddress.ip_network("2000::/3")
WHOLE = 30.0  # seconds for one request, however slowly the bytes drip


class OutboundError(Exception):
    """A request did not work out. `is_final`: trying again would not help."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class AddressRefused(OutboundError):
    """The address is not one that may be asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, is_final=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer."""

    content: bytes
    content_type: str


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the open internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if inner := ip.ipv4_mapped or ip.sixtofour:
            ip = inner
        elif ip not in UNICAST:
            return False
    return ip.is_global and not ip.is_multicast


@dataclass(frozen=True, slots=True)
class Reply:
    """Any answer at all. The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class _Clock(threading.local):
    """When the request that this thread waits for has to be over, by `time.monotonic`."""

    ends_at: float | None = None


_clock = _Clock()


class TimedStream(httpcore.NetworkStream):
    """A connection whose reads and writes end with the whole request, however small they are."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go on encrypted."""
        left = _left(timeout, httpcore.ConnectTimeout)
        return TimedStream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """Tell what is known of the connection."""
        return self._inner.get_extra_info(info)


def _left(timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    """Give the seconds that one step may take. Raises `error` where the time is over."""
    if _clock.ends_at is None:
        return timeout
    left = _clock.ends_at - time.monotonic()
    if left <= 0:
        raise error("The whole request took too long.")
    return left if timeout is None else min(left, timeout)


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Bound all that this thread asks for inside."""
    _clock.ends_at = time.monotonic() + seconds
    try:
        yield
    finally:
        _clock.ends_at = None


class GuardedBackend(httpcore.SyncBackend):
    """Opens connections to public addresses only."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check, and connect to the address that was checked."""
        address = checked_address(host, port)
        left = _left(timeout, httpcore.ConnectTimeout)
        return TimedStream(super().connect_tcp(address, port, left, local_address, socket_options))


def checked_address(host: str, port: int) -> str:
    """Give the first address of a host. Raises AddressRefused if any of them is private."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise AddressRefused("This is not the name of a host.") from error
    except OSError as error:
        raise OutboundError("The name could not be resolved.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not settings.ALLOW_PRIVATE_ADDRESSES and not all(map(is_public, addresses)):
        raise AddressRefused("The address is a private one.")
    return addresses[0]


@lru_cache
def client() -> httpx.Client:
    """Give the process's one outbound client."""
    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False),
        max_connections=20,
        keepalive_expiry=10,
        network_backend=GuardedBackend(),
    )
    return httpx.Client(
        transport=transport,
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "Postpurchase/1"},
        # One client serves all merchants: what one of them is given must not be shown for another.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )


class Untrusted(OutboundError):
    """The host has no certificate that fits its name."""


def fetch(url: str, *, max_bytes: int, host: str = "") -> Answer:
    """GET a public address. Raises OutboundError: private, slow, too large, not 200.

    Where the URL holds an IP address, `host` is the name that is asked for there, and whose
    certificate has to be shown.
    """
    if not url.startswith(("https://", "http://")):
        raise AddressRefused("Only http and https addresses are fetched.")
    name = host.partition(":")[0]
    named: dict[str, Any] = {"headers": {"Accept-Encoding": "identity"}}
    if host:
        named["headers"]["Host"] = host
        named["extensions"] = {"sni_hostname": name}
    try:
        with client().stream("GET", url, **named) as response:
            if response.status_code != 200:
                is_final = response.status_code < 500 and response.status_code != 429
                raise OutboundError(f"It answered {response.status_code}.", is_final=is_final)
            content = _read(response, max_bytes=max_bytes)
            return Answer(content, response.headers.get("content-type", ""))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise AddressRefused("This is not a web address.") from error
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.TimeoutException) as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error) or "SSL" in str(error):
            raise Untrusted("Its certificate does not fit.") from error
        raise OutboundError(f"It did not answer ({type(error).__name__}).") from error


def exchange(request: httpx.Request, *, max_bytes: int, whole: float = WHOLE) -> Reply:
    """Send a request and give whatever is answered, of any status, within `whole` seconds.

    Time-outs of single steps are the request's own (`extensions["timeout"]`). Raises
    OutboundError: private, slow, too large, not reached.
    """
    if request.url.scheme not in {"https", "http"}:
        raise AddressRefused("Only http and https addresses are asked.")
    try:
        with _at_most(whole):
            response = client().send(request, stream=True)
            try:
                content = _read(response, max_bytes=max_bytes, whole=whole)
            finally:
                response.close()
    except (httpx.InvalidURL, UnicodeError) as error:
        raise AddressRefused("This is not a web address.") from error
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.TimeoutException) as error:
        raise OutboundError(f"It did not answer ({type(error).__name__}).") from error
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, content)


def _read(response: httpx.Response, *, max_bytes: int, whole: float = WHOLE) -> bytes:
    end = time.monotonic() + whole
    parts, size = [], 0
    # As it came: what is packed in several layers grows without bounds while it is unpacked.
    for part in response.iter_raw():
        size += len(part)
        if size > max_bytes:
            raise OutboundError("The answer is too large.", is_final=True)
        if time.monotonic() > end:
            raise OutboundError("It took too long.")
        parts.append(part)
    packing = response.headers.get("content-encoding", "").strip().lower()
    return _unpacked(b"".join(parts), packing, max_bytes=max_bytes)


def _unpacked(content: bytes, packing: str, *, max_bytes: int) -> bytes:
    """Unpack one layer of gzip or zlib, which some send unasked, up to a size."""
    if packing in {"", "identity"}:
        return content
    if packing not in {"gzip", "x-gzip", "deflate"}:
        raise OutboundError("The answer is packed in an unknown way.", is_final=True)
    try:
        found = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS).decompress(content, max_bytes + 1)
    except zlib.error as error:
        raise OutboundError("The answer is packed in an unknown way.", is_final=True) from error
    if len(found) > max_bytes:
        raise OutboundError("The answer is too large.", is_final=True)
    return found
