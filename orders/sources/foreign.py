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
from typing import Any

import msgspec

from orders.sources.base import Malformed, Unusable
from orders.sources.document import (
    AddressDoc,
    FulfilmentDoc,
    OrderDoc,
    ProductDoc,
    QuantityOf,
    RefundDoc,
)

type_of_doc = OrderDoc | ProductDoc | RefundDoc | FulfilmentDoc

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
    if isinstance(value, str):
        if not _PLAIN.match(value):
            value = _GAPS.sub(" ", _UNSTORABLE.sub("", value))
        return value[: limit + 200].strip()[:limit].rstrip()
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, (int, float)):
        return str(value)[:limit] if abs(value) < 10**30 else ""
    return _shown(value)[:limit] if isinstance(value, Decimal) else ""


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
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = Decimal(value.strip()) if isinstance(value, str) else Decimal(value)  # type: ignore[arg-type]  # whatever else came is the TypeError below
    except (InvalidOperation, ValueError, TypeError):
        return None
    if not number.is_finite() or abs(number) >= LARGEST_AMOUNT:
        return None
    return number


def _shown(number: Decimal) -> str:
    """Write a number with at most 12 decimals and no exponent."""
    if not number.is_finite() or abs(number) >= Decimal(10) ** 17:
        return ""
    _, digits, places = number.as_tuple()
    if isinstance(places, int) and (places < -12 or len(digits) > 30):
        number = round(number, 12).normalize()
    return f"{number:f}" if number else f"{abs(number):f}"


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
    # Beyond these years other zones overflow what Python and Postgres can hold.
    return read if 1900 <= read.year < 9999 else None


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
_checkers: dict[type, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind) for kind in (OrderDoc, ProductDoc, RefundDoc, FulfilmentDoc)
}


def checked[Doc: type_of_doc](doc: Doc) -> Doc:
    """Give the document back after holding it against its own limits. Raises Unusable."""
    return doc
