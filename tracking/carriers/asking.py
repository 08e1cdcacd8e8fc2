"""Asking a carrier: one bounded request, and what came of it in our words.

All of HTTP that a polling client meets is here. Nothing that the network or the carrier does
raises an error: it becomes a `FetchResult` with a state that says what to do next.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import httpx

from postpurchase.lib.http import AddressRefused, OutboundError, Reply, exchange
from tracking.carriers.base import ParcelDoc

LONGEST_WAIT = 24 * 3600
WAIT_UNTOLD = 60
"""Seconds to leave a carrier alone that says "too many" without saying for how long."""


class State(StrEnum):
    """What came of a question."""

    OK = "ok"
    NOT_FOUND = "not_found"
    """The carrier does not know the number (yet): ask again at the usual pace."""
    RATE_LIMITED = "rate_limited"
    """Leave the whole account alone for `retry_after` seconds."""
    AUTH = "auth"
    """The account's log-in or address is wrong: asking again helps nobody until it is mended."""
    TEMPORARY = "temporary"
    """The carrier or the way to it is down: ask again later."""
    BAD_PAYLOAD = "bad_payload"
    """An answer that is not understood: kept, and asked again at the usual pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What came of asking about one number. `doc` is there exactly where `state` is ok.

    `reason` is for the people who look after the account; it never holds a secret.
    """

    state: State
    retry_after: int | None = None
    """Seconds, where the carrier names a time."""
    http_status: int | None = None
    raw: bytes = field(default=b"", repr=False)
    doc: ParcelDoc | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. Its repr shows neither headers nor body, for both hold secrets."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    """With a body it is a POST, else a GET."""


def get(url: str, *, headers: Mapping[str, str], query: Mapping[str, str] | None = None) -> Request:
    """Make a GET."""
    return Request(url=f"{url}?{urlencode(query)}" if query else url, headers=headers)


def post_json(url: str, document: Any, *, headers: Mapping[str, str]) -> Request:
    """Make a POST of JSON."""
    told = {**headers, "Content-Type": "application/json"}
    return Request(url=url, headers=told, body=json.dumps(document).encode())


def post_form(
    url: str, values: Mapping[str, str], *, headers: Mapping[str, str] | None = None
) -> Request:
    """Make a POST of a form."""
    told = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"}
    return Request(url=url, headers=told, body=urlencode(values).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How patiently to ask: times in seconds, size in bytes. `now` dates Retry-After."""

    now: datetime
    connect: float = 5.0
    read: float = 10.0
    whole: float = 30.0
    most_bytes: int = 2_000_000

    def ask(self, request: Request) -> Reply | FetchResult:
        """Send a request: the answer, whatever its status, or what went wrong on the way."""
        patience = httpx.Timeout(self.read, connect=self.connect).as_dict()
        try:
            _refuse_controls(request)
            wired = httpx.Request(
                "GET" if request.body is None else "POST",
                request.url,
                headers={"Accept-Encoding": "identity", **request.headers},
                content=request.body,
                extensions={"timeout": patience},
            )
            return exchange(wired, max_bytes=self.most_bytes, whole=self.whole)
        except AddressRefused as error:
            return FetchResult(state=State.AUTH, reason=str(error))
        except OutboundError as error:
            state = State.BAD_PAYLOAD if error.is_final else State.TEMPORARY
            return FetchResult(state=state, reason=str(error))
        except (httpx.InvalidURL, ValueError, OverflowError):
            # The error's own words would repeat the address and the headers.
            return FetchResult(state=State.AUTH, reason="The address or the log-in cannot be sent.")

    def refusal(self, reply: Reply) -> FetchResult | None:
        """Say what a status means by itself; None where the body has to be read."""
        status = reply.status
        if status in {401, 403, 407}:
            return said(State.AUTH, reply, f"It refused the log-in ({status}).")
        if status == 429:
            wait = self.retry_after(reply)
            wait = WAIT_UNTOLD if wait is None else wait
            return said(State.RATE_LIMITED, reply, "It was asked too often.", retry_after=wait)
        if status >= 500 or status == 408:
            wait = self.retry_after(reply)
            return said(State.TEMPORARY, reply, f"It answered {status}.", retry_after=wait)
        if not 200 <= status < 300:
            return said(State.BAD_PAYLOAD, reply, f"It answered {status}.")
        return None

    def retry_after(self, reply: Reply) -> int | None:
        """Read Retry-After in seconds, written as such or as a date (RFC 9110, 10.2.3)."""
        text = reply.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return min(int(text[:9]), LONGEST_WAIT)
        try:
            at = parsedate_to_datetime(text)
            seconds = (at.replace(tzinfo=at.tzinfo or UTC) - self.now).total_seconds()
        except (ValueError, OverflowError):
            return None
        return min(max(0, round(seconds)), LONGEST_WAIT)


def _refuse_controls(request: Request) -> None:
    """Raise ValueError for what would start another header or line."""
    if not all(value.isprintable() for value in (request.url, *request.headers.values())):
        raise ValueError("There are control characters in it.")


def said(state: State, reply: Reply, reason: str, *, retry_after: int | None = None) -> FetchResult:
    """Make a result of what was answered."""
    return FetchResult(
        state=state,
        retry_after=retry_after,
        http_status=reply.status,
        raw=reply.content,
        reason=reason,
    )
