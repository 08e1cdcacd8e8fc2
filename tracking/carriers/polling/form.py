"""The form of a polling client, and how one asks: the same for every carrier."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from postpurchase.lib.http import Reply
from tracking.carriers.asking import WAIT_UNTOLD, Client, FetchResult, Request, State, said
from tracking.carriers.base import ParcelDoc, Unreadable, Word
from tracking.carriers.tokens import Credentials, Login, token

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What readers say with the code of an Unreadable; any other code is an answer not understood.
STATES = {state.value: state for state in State if state != State.OK}
NUMBER = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{2,48})[A-Z0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the form in which a merchant writes the log-in."""

    name: str
    label: str | _StrPromise
    is_secret: bool = False
    """Shown as a password, and never shown again."""
    default: str = ""
    """Taken where nothing is written; a field without one has to be filled in."""


def base_url(address: str) -> Field:
    """Make the field of the address that is asked; a sandbox has another one."""
    return Field("base_url", _("Address of the API"), default=address)


def _no_misses(document: Any) -> Mapping[str, Unreadable]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """A carrier that is asked about parcels.

    `request` makes one request for up to `most_at_once` numbers; the credentials it gets are
    complete and hold a `token` where there is a `login`. `decode` and `read` make parcels of the
    answer or raise Unreadable, whose code may name a `State`; `read` is given the number where
    one was asked for, since some answers do not repeat it. `misses` says why single numbers of a
    list have no parcel. `rate` is in requests per second.
    """

    name: str
    label: str
    serves: tuple[str, ...]
    """The carriers, as `tracking.detection` calls them, whose numbers it can be asked about."""
    fields: tuple[Field, ...]
    words: Mapping[str, Word]
    request: Callable[[Credentials, Sequence[str]], Request]
    decode: Callable[[bytes], Any]
    read: Callable[[Any, str], list[ParcelDoc]]
    misses: Callable[[Any], Mapping[str, Unreadable]] = _no_misses
    login: Login | None = None
    most_at_once: int = 1
    rate: float = 1.0
    burst: int = 1
    zone: tzinfo = UTC
    """Where the times lie that come without an offset."""

    def fetch(
        self, client: Client, credentials: Credentials, numbers: Sequence[str]
    ) -> dict[str, FetchResult]:
        """Ask about up to `most_at_once` numbers, in one request and perhaps a log-in.

        Gives a result for each, whatever the network or the carrier does.
        """
        if not 0 < len(numbers) <= self.most_at_once:
            raise ValueError(f"{self.name} is asked about 1 to {self.most_at_once} numbers.")
        written = {number: plain(number) for number in numbers}
        askable = [each for each in dict.fromkeys(written.values()) if NUMBER.fullmatch(each)]
        filled = self._filled(credentials)
        results = self._results(client, filled, askable) if askable else {}
        results = {each: self._hushed(result, filled) for each, result in results.items()}
        nobodys = FetchResult(state=State.NOT_FOUND, reason="This is no tracking number.")
        return {number: results.get(each, nobodys) for number, each in written.items()}

    def parcel(self, raw: bytes, number: str) -> ParcelDoc:
        """Read a kept answer again. Raises Unreadable where it does not tell of the number."""
        document = self.decode(raw)
        result = self._of_document(document, [plain(number)])[plain(number)]
        if result.doc is None:
            raise Unreadable(result.reason, code=result.state.value)
        return result.doc

    def _filled(self, credentials: Credentials) -> dict[str, str]:
        told = {each.name: credentials.get(each.name, "").strip() for each in self.fields}
        filled = {each.name: told[each.name] or each.default for each in self.fields}
        if "base_url" in filled:
            filled["base_url"] = filled["base_url"].rstrip("/")
        return filled

    def _hushed(self, result: FetchResult, credentials: Mapping[str, str]) -> FetchResult:
        """Take secrets out of the reason, which may repeat what the carrier said of them."""
        reason = result.reason
        for each in self.fields:
            if each.is_secret and credentials[each.name]:
                reason = reason.replace(credentials[each.name], "…")
        return result if reason == result.reason else replace(result, reason=reason)

    def _results(
        self, client: Client, credentials: dict[str, str], numbers: list[str]
    ) -> dict[str, FetchResult]:
        lacking = [each.name for each in self.fields if not credentials[each.name]]
        if lacking:
            reason = f"The log-in is not complete: {', '.join(lacking)}."
            return dict.fromkeys(numbers, FetchResult(state=State.AUTH, reason=reason))
        if self.login is None:
            return self._asked(client, credentials, numbers)
        refused = ""
        results: dict[str, FetchResult] = {}
        for _attempt in range(2):
            given = token(self.login, client, credentials, refused=refused)
            if isinstance(given, FetchResult):
                return dict.fromkeys(numbers, given)
            results = self._asked(client, {**credentials, "token": given}, numbers)
            if not _wants_a_new_token(results):
                break
            refused = given
        return results

    def _asked(
        self, client: Client, credentials: Credentials, numbers: list[str]
    ) -> dict[str, FetchResult]:
        reply = client.ask(self.request(credentials, numbers))
        if isinstance(reply, FetchResult):
            return dict.fromkeys(numbers, reply)
        refusal = client.refusal(reply)
        if refusal and refusal.state in {State.AUTH, State.RATE_LIMITED}:
            return dict.fromkeys(numbers, refusal)
        try:
            results = self._of_document(self.decode(reply.content), numbers)
        except Unreadable as error:
            return dict.fromkeys(numbers, _explained(client, reply, error))
        if refusal and any(each.state == State.OK for each in results.values()):
            return dict.fromkeys(numbers, refusal)
        return {number: _of_reply(result, reply) for number, result in results.items()}

    def _of_document(self, document: Any, numbers: list[str]) -> dict[str, FetchResult]:
        """Give each number what the document says of it. Raises Unreadable for all of them."""
        misses = {plain(number): why for number, why in self.misses(document).items()}
        docs: list[ParcelDoc] = []
        try:
            docs = self.read(document, numbers[0] if len(numbers) == 1 else "")
        except Unreadable:
            if not any(number in misses for number in numbers):
                raise
        strangers = [doc for doc in docs if not _names(doc) & set(numbers)]
        results = {}
        for number in numbers:
            mine = [doc for doc in docs if number in _names(doc)]
            if mine:
                results[number] = FetchResult(state=State.OK, doc=newest(mine))
            elif number in misses:
                results[number] = _missed(misses[number])
            elif strangers:
                reason = "The answer is about another parcel."
                results[number] = FetchResult(state=State.BAD_PAYLOAD, reason=reason)
            else:
                reason = "The answer does not mention the number."
                results[number] = FetchResult(state=State.NOT_FOUND, reason=reason)
        return results


def plain(number: str) -> str:
    """Write a number in capitals and without spaces, as numbers are compared."""
    return re.sub(r"\s", "", number).upper()


def newest(docs: Sequence[ParcelDoc]) -> ParcelDoc:
    """Of several parcels of one number give the one last heard of: carriers use numbers again."""
    return max(docs, key=last_heard)


def last_heard(doc: ParcelDoc) -> float:
    """Give the moment of a parcel's last scan, in seconds since 1970; 0 where it has none."""
    return max((each.occurred_at.timestamp() for each in doc.sightings), default=0.0)


def _names(doc: ParcelDoc) -> set[str]:
    return {plain(number) for number in (doc.number, *doc.also_known_as)}


def _wants_a_new_token(results: Mapping[str, FetchResult]) -> bool:
    return any(each.state == State.AUTH and each.http_status != 403 for each in results.values())


def _missed(why: Unreadable) -> FetchResult:
    state = STATES.get(why.code, State.BAD_PAYLOAD)
    return FetchResult(state=state, reason=why.reason)


def _of_reply(result: FetchResult, reply: Reply) -> FetchResult:
    return replace(result, http_status=reply.status, raw=reply.content)


def _explained(client: Client, reply: Reply, error: Unreadable) -> FetchResult:
    """Say what an answer without a parcel means: by its own words, else by its status."""
    state = STATES.get(error.code)
    if state is None:
        return client.refusal(reply) or said(State.BAD_PAYLOAD, reply, error.reason)
    wait = client.retry_after(reply)
    if state == State.RATE_LIMITED and wait is None:
        wait = WAIT_UNTOLD
    return said(state, reply, error.reason, retry_after=wait)
