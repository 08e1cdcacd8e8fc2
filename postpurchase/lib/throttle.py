"""How often something may be tried.

Counts live in the cache, in windows of fixed length. While the cache is away each process counts
for itself: guessing gets a little easier for that long, but no page fails.
"""

import hashlib
import ipaddress
import logging
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import ngettext

logger = logging.getLogger(__name__)

LOCAL_KEYS_AT_MOST = 10_000
CACHE_REST_SECONDS = 5.0


@dataclass(frozen=True)
class Hit:
    """One try: the how-manieth in its window, whether it may go on, and else when to come back."""

    count: int
    allowed: bool
    retry_after_seconds: int


class _LocalCounts:
    """The stand-in for the cache: this process's own counts, forgotten with their window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}
        self.cache_rests_until = 0.0

    def add(self, key: str, *, ends_at: float, now: float) -> int:
        """Count one more and tell how many there are."""
        with self._lock:
            if len(self._counts) >= LOCAL_KEYS_AT_MOST:
                self._counts = {k: v for k, v in self._counts.items() if v[1] > now}
            if len(self._counts) >= LOCAL_KEYS_AT_MOST:
                self._counts.clear()
            count = self._counts.get(key, (0, ends_at))[0] + 1
            self._counts[key] = (count, ends_at)
            return count


_local = _LocalCounts()


def hit(key: str, *, limit: int, seconds: int) -> Hit:
    """Count one try under a key, of which `limit` may happen in each window of `seconds`.

    The key may hold personal data: only a digest of it is stored. Never raises.
    """
    now = time.time()
    window = int(now // seconds)
    ends_at = (window + 1) * seconds
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{key}".encode(errors="replace")).hexdigest()
    count = _count(f"throttle:{digest[:32]}:{seconds}:{window}", ends_at=ends_at, now=now)
    return Hit(
        count=count,
        allowed=count <= limit,
        retry_after_seconds=0 if count <= limit else max(1, round(ends_at - now)),
    )


def wait_text(seconds: int) -> str:
    """Say when to come back, in minutes or hours, rounded up."""
    if seconds <= 3600:
        minutes = -(-seconds // 60)
        return ngettext(
            "There were many tries. Try again in %(count)d minute.",
            "There were many tries. Try again in %(count)d minutes.",
            minutes,
        ) % {"count": minutes}
    hours = -(-seconds // 3600)
    return ngettext(
        "There were many tries. Try again in %(count)d hour.",
        "There were many tries. Try again in %(count)d hours.",
        hours,
    ) % {"count": hours}


def client_address(request: HttpRequest) -> str:
    """Give the address that a request came from, as far as our own proxies vouch for it.

    With n trusted proxies in front, the n-th entry of X-Forwarded-For from the right was written
    by the outermost of them; anything further left may be invented.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies = int(settings.TRUSTED_PROXIES)
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if not proxies or len(forwarded) < proxies:
        return direct
    return _valid(forwarded[-proxies].strip()) or direct


def client_network(request: HttpRequest) -> str:
    """Give what is counted as one visitor: an IPv4 address, or the /64 around an IPv6 one."""
    address = _valid(client_address(request))
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def _valid(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return ""


def _count(key: str, *, ends_at: float, now: float) -> int:
    if now >= _local.cache_rests_until:
        try:
            return _count_in_cache(key, seconds=int(ends_at - now) + 1)
        except Exception as error:
            # Each cache backend raises its own errors; whichever it is, the page goes on. The
            # rest keeps an outage from costing every request a time-out.
            logger.warning("throttle: the cache is away (%s), counting here", type(error).__name__)
            _local.cache_rests_until = now + CACHE_REST_SECONDS
    return _local.add(key, ends_at=ends_at, now=now)


def _count_in_cache(key: str, *, seconds: int) -> int:
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:
        # The window ended between the two calls.
        cache.set(key, 1, timeout=seconds)
        return 1
