"""Tolerant reading of other people's JSON: whatever comes in, what goes out can be stored.

Nothing here raises for a strange value unless the order cannot do without it; then it raises
Unusable with a sentence for people. Texts come out without NUL bytes, control characters and
lone surrogates, which Postgres refuses; moments come out in UTC.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from orders.sources.base import Malformed, Unusable
from orders.sources.document import AddressDoc, QuantityOf

JsonObject = dict[str, Any]

TEXT = 500
LONG_TEXT = 5000
URL = 2000
KEY = 200
MOST_LINES = 10_000
MOST_UNITS = 2_000_000_000
LARGEST_AMOUNT = Decimal(10) ** 14
"""A hundred thousand billion: more than any shop sells, and safe in a 64-bit count of cents."""

_UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_GAPS = re.compile(r"[\s\u2028\u2029]+")
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BREAKS = re.compile(r"[\r\n\t]+")
_PLAIN = re.compile(r"[ -~\xa1-\u1fff]*\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_EPOCH = re.compile(r"[0-9]{9,10}(?:\.[0-9]+)?\Z")
_EPOCH_MS = re.compile(r"[0-9]{12,13}\Z")

_decoder = msgspec.json.Decoder(float_hook=Decimal)


def json_object(body: bytes) -> JsonObject:
    """Decode a JSON object with its decimals kept exact. Raises Malformed for anything else."""
    try:
        value = _decoder.decode(body)
    except (ValueError, ArithmeticError, RecursionError):
        value = _json_by_the_library(body)
    if not isinstance(value, dict):
        raise Malformed("The body is JSON but not an object.")
    return value


def _json_by_the_library(body: bytes) -> object:
    """Decode what the fast decoder refuses but senders do send: lone surrogates, a BOM."""
    try:
        return json.loads(
            body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=str, strict=False
        )
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8.") from None
    except (ValueError, ArithmeticError) as error:
        raise Malformed(f"The body is not JSON: {str(error)[:200]}.") from None


def within(value: object, *path: str) -> object:
    """Give what lies at the path of keys, or None where the path ends early."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def mapping(value: object) -> JsonObject:
    """Give the object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[JsonObject]:
    """Give the objects of a list; of PHP's numbered arrays, which arrive as objects, the values."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return []
    return [each for each in value if isinstance(each, dict)]


def scalars(value: object) -> Iterator[str]:
    """Give the non-empty texts of a list, or the one text that stands in its place."""
    for each in value if isinstance(value, list) else [value]:
        if found := text(each):
            yield found


def text(value: object, *, limit: int = TEXT) -> str:
    """Give one clean line of at most `limit` characters; objects and lists count as empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = value[: limit + TEXT]
        if not _PLAIN.match(value):
            value = _GAPS.sub(" ", _UNSTORABLE.sub("", value))
        return value.strip()[:limit].rstrip()
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not _is_short(value):
        return ""
    return (str(value) if isinstance(value, int) else f"{value:f}")[:limit]


def _is_short(number: int | Decimal) -> bool:
    """Tell whether writing the number out takes a bearable number of digits."""
    if isinstance(number, int):
        return abs(number) < 10**40
    return number.is_finite() and -40 < number.adjusted() < 40


def first_text(*values: object, limit: int = TEXT) -> str:
    """Give the first value that is not empty as text."""
    for value in values:
        if found := text(value, limit=limit):
            return found
    return ""


def long_text(value: object) -> str:
    """Give a clean text that may have several lines."""
    if not isinstance(value, str):
        return text(value, limit=LONG_TEXT)
    return _UNSTORABLE.sub("", _NEWLINES.sub("\n", value)).strip()[:LONG_TEXT].rstrip()


def web_address(value: object) -> str:
    """Give an http(s) address, or nothing: a cut or unsafe address helps nobody."""
    if isinstance(value, str):
        # What mail programs and log files broke is whole again without the break.
        value = _BREAKS.sub("", value[: URL + TEXT])
    found = text(value, limit=URL + 1)
    if len(found) > URL or not found.lower().startswith(("http://", "https://")):
        return ""
    return found.replace(" ", "%20")[:URL]


def identifier(value: object) -> str:
    """Give an id as text; ids arrive as numbers, strings, and 0 or null for none."""
    found = text(value, limit=KEY)
    if isinstance(value, Decimal) and "." in found:
        found = found.rstrip("0").rstrip(".")
    return "" if found == "0" else found


def decimal(value: object) -> Decimal | None:
    """Read a number as JSON has them, or None where there is none of a storable size."""
    if value is None or isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return None
    try:
        number = Decimal(value[:60].strip() if isinstance(value, str) else value)
    except (InvalidOperation, ValueError):
        return None
    if not number.is_finite() or abs(number) >= LARGEST_AMOUNT:
        return None
    return number


def _shown(number: Decimal) -> str:
    """Write a number of storable size with at most 12 decimals, no exponent and no minus zero."""
    if number.adjusted() < -12:
        return "0"
    written = f"{number:f}"
    if len(written) > 13 and -int(number.as_tuple().exponent) > 12:
        written = f"{round(number, 12).normalize():f}"
    return written if number else written.removeprefix("-")


def amount(*values: object) -> str:
    """Give the first value that is an amount of money as a decimal string, else "0"."""
    for value in values:
        if (number := decimal(value)) is not None:
            return _shown(number)
    return "0"


def required_amount(value: object, *, name: str) -> str:
    """Give an amount that the order cannot do without. Raises Unusable."""
    if (number := decimal(value)) is None:
        raise Unusable(f"{name} is no amount of money: {text(value, limit=60)!r}.")
    return _shown(number)


def total_of(*values: object) -> Decimal:
    """Add up what can be read as numbers."""
    return sum((decimal(value) or Decimal(0) for value in values), Decimal(0))


def shown(number: Decimal) -> str:
    """Write a computed amount as a decimal string. Raises Unusable past the storable size."""
    if abs(number) >= LARGEST_AMOUNT:
        raise Unusable("The amounts add up to more than can be stored.")
    return _shown(number)


def units(value: object) -> int:
    """Give a whole count of at least 0; refunds state theirs as negative numbers."""
    number = decimal(value)
    return 0 if number is None else min(int(abs(number)), MOST_UNITS)


def moment(value: object, *, zone: tzinfo = UTC) -> datetime | None:
    """Read a moment and give it in UTC; None for empty, "0000-00-00" and impossible dates.

    A moment without an offset is taken to be in `zone`. A day without a time becomes its noon,
    which is the same day in nearly every zone. Whole numbers are Unix time.
    """
    found = text(value, limit=40)
    if not found:
        return None
    try:
        read = _from_epoch(found) or datetime.fromisoformat(found)
        if len(found) == 10 and read.time() == time():
            read = read.replace(hour=12)
        if read.tzinfo is None:
            read = read.replace(tzinfo=zone)
        read = read.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    # What lies further off is a mistake, and at its end overflows in other zones.
    return read if 1900 <= read.year < 2200 else None


def _from_epoch(found: str) -> datetime | None:
    """Read Unix seconds or milliseconds."""
    if _EPOCH.match(found):
        return datetime.fromtimestamp(int(float(found)), tz=UTC)
    if _EPOCH_MS.match(found):
        return datetime.fromtimestamp(int(found) // 1000, tz=UTC)
    return None


def country(value: object) -> str:
    """Give an ISO 3166 alpha-2 code, or nothing. The UK is GB."""
    found = text(value).upper()
    if found == "UK":
        return "GB"
    return found if _COUNTRY.match(found) else ""


def currency(*values: object) -> str:
    """Give the first ISO 4217 code among the values. Raises Unusable where there is none."""
    for value in values:
        found = text(value).upper()
        if _CURRENCY.match(found):
            return found
    raise Unusable("The document does not say its currency.")


def address(**parts: object) -> AddressDoc | None:
    """Give a postal address, or None where every part but the country is empty."""
    land = country(parts.pop("country", None))
    clean = {name: text(value) for name, value in parts.items()}
    return AddressDoc(country=land, **clean) if any(clean.values()) else None


def distinct(keys: Iterator[str]) -> list[str]:
    """Make keys of lines unique and non-empty: a missing one becomes its position."""
    given: list[str] = []
    seen: set[str] = set()
    for position, key in enumerate(keys, start=1):
        unique, copy = key or f"line-{position}", 2
        while unique in seen:
            unique, copy = f"{key[: KEY - 12] or 'line'}~{position}.{copy}", copy + 1
        seen.add(unique)
        given.append(unique)
    return given


def quantities(pairs: Iterator[tuple[str, int]]) -> tuple[QuantityOf, ...]:
    """Add up units by line and leave out lines without any."""
    counted: dict[str, int] = {}
    for line_id, count in pairs:
        if line_id and count:
            counted[line_id] = min(counted.get(line_id, 0) + count, MOST_UNITS)
    return tuple(QuantityOf(line_id=line, quantity=count) for line, count in counted.items())


_encoder = msgspec.json.Encoder()
_checkers: dict[type[Struct], msgspec.json.Decoder[Struct]] = {}

Doc = TypeVar("Doc", bound=Struct)


def checked(doc: Doc) -> Doc:
    """Give the document back after holding it against its own limits. Raises Unusable.

    The constructors of documents check nothing; this costs a few microseconds and keeps what
    a source overlooked out of the tables.
    """
    kind = type(doc)
    if kind not in _checkers:
        _checkers[kind] = msgspec.json.Decoder(kind)
    try:
        _checkers[kind].decode(_encoder.encode(doc))
    except msgspec.ValidationError as error:
        raise Unusable(f"The document does not fit: {error}.") from error
    return doc
