"""Token buckets: how fast we may ask others, whoever of our processes asks.

A bucket refills steadily and holds `burst` at most. It lives in Redis and is changed there in one
step, so that a hundred workers together keep to the one rate. While Redis is away each process
goes on alone and slowly.
"""

import hashlib
import logging
import threading
from datetime import datetime
from functools import lru_cache
from typing import cast

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

CAREFUL_SECONDS = 1.0
"""While Redis is away one process takes one token of a bucket in so many seconds."""
REST_SECONDS = 5.0
LOCAL_KEYS_AT_MOST = 10_000

# The bucket is one number: the moment at which it will be full again (GCRA, the generic cell rate
# algorithm of ITU-T I.371).
TAKE = """
local each, burst, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + each
local wait = full - now - burst * each
if wait > 0.001 then return tostring(wait) end
redis.call('SET', KEYS[1], string.format('%.6f', full), 'PX', math.ceil((full - now) * 1000) + 1000)
return '0'
"""


class _Careful:
    """The stand-in for Redis: when this process took from which bucket last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}
        self.redis_rests_until = 0.0

    def take(self, key: str, *, seconds: float, now: float) -> float:
        """Take a token, or tell how long to wait for one."""
        with self._lock:
            wait = self._free_at.get(key, 0.0) - now
            if wait > 0:
                return wait
            if len(self._free_at) >= LOCAL_KEYS_AT_MOST:
                self._free_at.clear()
            self._free_at[key] = now + seconds
            return 0.0


_careful = _Careful()


def take(key: str, *, rate: float, burst: int, now: datetime) -> float:
    """Take one token: 0 where there was one, else the seconds until there is.

    `rate` is in tokens per second. A wait takes nothing: ask again when it is over. The key may
    hold what is secret: only a digest of it is stored. An absent Redis is no error.
    """
    if rate <= 0 or burst < 1:
        raise ValueError("A bucket needs a rate above 0 and room for one token.")
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{key}".encode(errors="replace")).hexdigest()
    name, at = f"bucket:{digest[:32]}", now.timestamp()
    if at >= _careful.redis_rests_until:
        try:
            client = _redis(str(settings.CACHES["default"]["LOCATION"]))
            return float(cast(str, client.eval(TAKE, 1, name, 1 / rate, burst, at)))
        except redis.RedisError as error:
            # The rest keeps an outage from costing every question a time-out.
            logger.warning("bucket: Redis is away (%s), going slowly", type(error).__name__)
            _careful.redis_rests_until = at + REST_SECONDS
    return _careful.take(name, seconds=max(CAREFUL_SECONDS, 1 / rate), now=at)


@lru_cache(maxsize=4)
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=0.25, socket_connect_timeout=0.25)
