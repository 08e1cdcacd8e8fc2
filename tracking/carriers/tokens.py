"""Short-lived tokens of carriers that want a log-in first: fetched, kept, and renewed.

A token is kept in this process and, sealed, in the cache, so that all workers share one log-in.
"""

from __future__ import annotations

import hashlib
import json
import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache

from postpurchase.lib.crypto import seal, unseal
from tracking.carriers.asking import Client, FetchResult, Request, State, post_form, said
from tracking.carriers.base import Unreadable, object_of, text_of
from tracking.carriers.documents import json_document

logger = logging.getLogger(__name__)

EARLY = timedelta(seconds=60)
"""So long before its end a token is not used any more."""
LONGEST = timedelta(hours=24)
KEPT_AT_MOST = 1000

Credentials = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Token:
    """What a carrier gave for a log-in, and until when it counts."""

    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in. `read` gives the token and its seconds, or raises Unreadable."""

    request: Callable[[Credentials], Request]
    read: Callable[[bytes], tuple[str, float]]


_kept: dict[str, Token] = {}


def token(
    login: Login, client: Client, credentials: Credentials, *, refused: str = ""
) -> str | FetchResult:
    """Give a token for a log-in, kept or new, but not the one that was refused.

    Where there is none, the result says why. The credentials' `base_url` tells carriers apart.
    """
    key = _key(credentials)
    for found in (_kept.get(key), _shared(key)):
        if found and found.text != refused and found.until - EARLY > client.now:
            _kept[key] = found
            return found.text
    return _new(login, client, credentials, key)


def oauth(path: str, *, scope: str = "", in_header: bool = True) -> Login:
    """Describe OAuth 2 client credentials (RFC 6749, 4.4) at a path below `base_url`.

    The credentials' `client_id` and `client_secret` go into the header, or into the form.
    """

    def request(credentials: Credentials) -> Request:
        who = {key: credentials[key] for key in ("client_id", "client_secret")}
        form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
        url = credentials["base_url"] + path
        if not in_header:
            return post_form(url, {**form, **who})
        return post_form(url, form, headers={"Authorization": basic(*who.values())})

    return Login(request, _read_oauth)


def basic(name: str, password: str) -> str:
    """Write an Authorization header of a name and a password (RFC 7617)."""
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def _new(login: Login, client: Client, credentials: Credentials, key: str) -> str | FetchResult:
    reply = client.ask(login.request(credentials))
    if isinstance(reply, FetchResult):
        return reply
    refusal = client.refusal(reply)
    if refusal and refusal.state == State.BAD_PAYLOAD:
        # RFC 6749 answers 400 to a wrong log-in.
        return said(State.AUTH, reply, f"It refused the log-in ({reply.status}).")
    try:
        text, seconds = login.read(reply.content)
    except Unreadable as error:
        if error.code == "auth":
            return said(State.AUTH, reply, error.reason)
        return refusal or said(State.BAD_PAYLOAD, reply, f"Logging in: {error.reason}")
    if refusal:
        return refusal
    _keep(key, Token(text, client.now + min(timedelta(seconds=seconds), LONGEST)), client.now)
    return text


def _read_oauth(raw: bytes) -> tuple[str, float]:
    answer = object_of(json_document(raw))
    text = text_of(answer.get("access_token"), at_most=10_000)
    if not text:
        raise Unreadable("The answer to the log-in holds no token.")
    seconds = text_of(answer.get("expires_in"))
    return text, float(seconds[:9]) if seconds.isascii() and seconds.isdigit() else 0.0


def _key(credentials: Credentials) -> str:
    told = json.dumps([settings.SECRET_KEY, *sorted(credentials.items())])
    return hashlib.sha256(told.encode()).hexdigest()


def _keep(key: str, new: Token, now: datetime) -> None:
    seconds = int((new.until - EARLY - now).total_seconds())
    if seconds <= 0:
        return
    if len(_kept) >= KEPT_AT_MOST:
        _kept.clear()
    _kept[key] = new
    try:
        sealed = seal(json.dumps([new.text, new.until.isoformat()]))
        cache.set(f"carrier-token:{key}", sealed, timeout=seconds)
    except Exception as error:
        # Each cache backend raises its own errors; without it every process logs in for itself.
        logger.warning("tokens: the cache is away (%s)", type(error).__name__)


def _shared(key: str) -> Token | None:
    try:
        sealed = cache.get(f"carrier-token:{key}")
        if not sealed:
            return None
        text, until = json.loads(unseal(sealed))
        return Token(text, datetime.fromisoformat(until))
    except Exception as error:
        # As above; and a token sealed with a key that is gone is no token.
        logger.warning("tokens: the cache is away (%s)", type(error).__name__)
        return None
