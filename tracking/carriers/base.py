"""What every source of tracking looks like to us, whatever it looks like to others.

A source is one module with a `Source`: how its deliveries are verified, and how its documents are
read. It holds a table from its words to ours and no policy: what a scan means for the parcel is
worked out in `tracking.journey`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracking.statuses import Cause, Milestone


class Unreadable(ValueError):
    """A document that says nothing about a parcel, in words for those who look after it."""

    def __init__(self, reason: str, *, code: str = "unreadable") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class Word:
    """What a source's word means to us."""

    milestone: Milestone | None
    cause: Cause = Cause.NONE
    is_delay: bool = False
    is_guess: bool = False
    """Read from the carrier's sentence (`tracking.carriers.lexicon`), its code being unknown."""


UNKNOWN_WORD = Word(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One thing that a source says happened. `occurred_at` is UTC.

    `code` is the source's own word and `text` its own sentence; both are kept as they came.
    """

    occurred_at: datetime
    word: Word
    code: str = ""
    text: str = ""
    place: str = ""
    country: str = ""
    external_id: str = ""
    is_day_only: bool = False
    """The source names the day alone: the time is noon of our making."""
    zone_assumed: bool = False
    """The source names no offset: its usual zone was taken."""
    to_addressee: bool | None = None
    is_synthetic: bool = False
    """Not an event of the source's, but made of the status that it gives on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelDoc:
    """All that one document says of one parcel."""

    number: str
    also_known_as: tuple[str, ...] = ()
    """Other numbers under which the source keeps this same parcel."""
    carrier: str = ""
    """The carrier as the source calls it."""
    sightings: tuple[Sighting, ...] = ()
    expected_from: date | None = None
    expected_until: date | None = None
    event_id: str = ""
    """The source's name of this delivery; empty where it has none."""
    order_number: str = ""
    is_return: bool = False
    signed_by: str = ""
    unknown_words: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)


Headers = Mapping[str, str]
"""Names in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A partner that tells us of parcels by webhook.

    `verify(headers, body, secrets)` says whether one of the secrets signed the raw body, in
    constant time; `read(document)` gives the parcels or raises Unreadable.
    """

    name: str
    label: str
    verify: Callable[[Headers, bytes, Iterable[str]], bool]
    read: Callable[[Any], list[ParcelDoc]]
    is_signed: bool = True
    """Else it shows a fixed secret in a header, which https alone protects."""
    signed_at: Callable[[Headers], str] | None = None
    """Gives the moment that the signature covers (seconds since 1970), where it covers one."""
    event_header: str = ""
    """The header, or …"""
    event_field: str = ""
    """… the field of the document that is the same in every repeat of a delivery."""
    makes_secret: bool = True
    """Else the merchant takes a secret of ours to the source."""


def words(table: Mapping[str, Word], *codes: str) -> Word:
    """Look words up, the most telling first; one that is not in the table says nothing."""
    for code in codes:
        found = table.get(code)
        if found is not None:
            return found
    return UNKNOWN_WORD


def text_of(value: Any, *, at_most: int = 1000) -> str:
    """Give a text of a document, whatever stands in its place."""
    if value is None or isinstance(value, dict | list):
        return ""
    text = str(value).replace("\0", "").strip()[:at_most]
    # A lone surrogate is no character: neither a database nor a browser would take it.
    return text.encode(errors="replace").decode()


def rows_of(value: Any) -> list[dict[str, Any]]:
    """Give the objects of a list; whatever else stands there is left out."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def object_of(value: Any) -> dict[str, Any]:
    """Give an object, empty where something else stands."""
    return value if isinstance(value, dict) else {}


def place_of(*parts: Any) -> str:
    """Write a place from its parts, each once."""
    told: list[str] = []
    for part in parts:
        text = text_of(part, at_most=200)
        if text and text not in told:
            told.append(text)
    return ", ".join(told)


def number_of(document: Mapping[str, Any], key: str) -> str:
    """Give a parcel's number. Raises Unreadable where there is none."""
    number = text_of(document.get(key), at_most=100)
    if not number:
        raise Unreadable("The document names no tracking number.", code="no_number")
    return number


def unknown_words(sightings: Iterable[Sighting]) -> tuple[str, ...]:
    """Give the words that are in no table of ours, each once, in their order."""
    unknown = (each for each in sightings if each.word is UNKNOWN_WORD or each.word.is_guess)
    return tuple(dict.fromkeys(each.code for each in unknown if each.code))
