"""Reading single cells of a spreadsheet, with Excel's habits undone.

Each reader takes the text of a cell and raises ValueError with half a sentence ("is no …") that
the caller completes with row, column and value.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Literal

from babel import Locale

from orders.sources.foreign import LARGEST_AMOUNT, MOST_UNITS, moment, shown, text

DateOrder = Literal["", "dmy", "mdy"]
DecimalMark = Literal["", ".", ","]

THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
SYMBOLS = {
    "€": "EUR", "£": "GBP", "$": "USD", "us$": "USD", "¥": "JPY", "zł": "PLN", "lei": "RON",
    "kč": "CZK", "chf": "CHF", "fr.": "CHF", "₽": "RUB", "₹": "INR", "₺": "TRY", "₴": "UAH",
}  # fmt: skip
YES = frozenset({"1", "yes", "y", "true", "ja", "j", "wahr", "x"})
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner", "feb february februar", "mar march mär märz mrz",
            "apr april", "may mai", "jun june juni", "jul july juli", "aug august",
            "sep sept september", "oct october okt oktober", "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_AMOUNT = re.compile(
    r"(?P<before>[^\d.,+\-−()]{0,6})(?P<sign>[+\-−(]?)(?P<between>[^\d.,+\-−()]{0,6})"
    r"(?P<number>\d[\d.,'’ \xa0\u2009\u202f]*(?:[eE][+\-]?\d{1,2})?|[.,]\d+)"
    r"(?:(?<=[.,])[-–—])?(?P<after>[^\d.,+\-−()]{0,6})(?P<end>[-−)]?)\Z"
)
_SIMPLE = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,2})?\Z")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+(\d{1,2})\Z")
_DAY_FIRST = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})\b")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})\b")
_NAMED = re.compile(r"(\d{1,2})[. -]+([a-zä]{3,9})\.?[, -]+(\d{4}|\d{2})\b", re.IGNORECASE)
_NAMED_US = re.compile(r"([a-zä]{3,9})\.? (\d{1,2}),? (\d{4})\b", re.IGNORECASE)
_TIME = re.compile(
    r"[\s,T]*(?:um |at )?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?\s*"
    r"(am|pm|uhr)?\s*(utc|gmt|z|[+-]\d{2}:?\d{2})?\Z",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?\Z")
_ISO_OFFSET = re.compile(r"\s+(?:(UTC|GMT)|([+-]\d{2}):?(\d{2}))\Z")


@dataclass(frozen=True, slots=True)
class Habits:
    """How a file writes what can be read in two ways."""

    decimal_mark: DecimalMark = ""
    date_order: DateOrder = ""
    zone: tzinfo = UTC
    currency: str = ""


def cell(value: str) -> str:
    """Give a cell without Excel's armour: a leading apostrophe, ="…", surrounding space."""
    if not value or value.isalnum():
        return value
    found = value.strip().strip("\ufeff\xa0")
    if found.startswith('="') and found.endswith('"') and len(found) > 2:
        found = found[2:-1]
    return found[1:].strip() if found.startswith("'") else found


def identifier(value: str) -> str:
    """Read an id or a number of an order. One that Excel rounded is refused, not guessed."""
    found = text(value, limit=200)
    if match := _SCIENTIFIC.match(found):
        digits, power = f"{match[1]}{match[2] or ''}", int(match[3])
        if len(digits) != power + 1:
            raise ValueError("was shortened by Excel; format the column as text and export again")
        return digits
    if re.fullmatch(r"\d+[.,]0", found):
        return found[:-2]
    return found


def decimal_mark_of(cells: Iterable[str]) -> DecimalMark:
    """Tell from amounts which mark they write before decimals; nothing where they disagree."""
    votes: Counter[str] = Counter()
    for each in cells:
        match = _AMOUNT.match(each)
        number = re.sub("[^0-9.,]", "", match["number"]) if match else ""
        marks = [mark for mark in number if mark in ".,"]
        if not marks or "E" in each.upper():
            continue
        last = marks[-1]
        if len(set(marks)) == 2:
            votes[last] += 1
        elif len(marks) > 1:
            votes["," if last == "." else "."] += 1
        elif len(number.rpartition(last)[2]) != 3:
            votes[last] += 1
    if len(votes) != 1:
        return ""
    return "." if "." in votes else ","


def amount(value: str, habits: Habits) -> str:
    """Read an amount of money in any usual notation and give it as a decimal string.

    The last of two marks is the decimal one. A single mark before exactly three digits is read
    as the rest of the file writes; where that says nothing it separates thousands, except in
    currencies with three decimals.
    """
    if _SIMPLE.match(value):
        return value
    match = _AMOUNT.match(value)
    if match is None:
        raise ValueError("is no amount of money")
    written = re.sub(r"['’ \xa0\u2009\u202f]", "", match["number"])
    try:
        number = Decimal(_with_point(written.rstrip(".,"), habits))
    except InvalidOperation:
        raise ValueError("is no amount of money") from None
    if match["sign"] in ("-", "−", "(") or match["end"] in ("-", "−"):
        number = -number
    if abs(number) >= LARGEST_AMOUNT:
        raise ValueError("is more money than can be stored")
    return shown(number)


def _with_point(number: str, habits: Habits) -> str:
    """Write a number with a point before its decimals and nothing between its thousands."""
    mantissa, exponent, power = number.partition("E" if "E" in number else "e")
    if exponent:
        return f"{mantissa.replace(',', '.')}E{power}"
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return number
    mark, other = number[last], "," if number[last] == "." else "."
    if other in number:
        whole = number[:last].replace(other, "")
        return f"{whole}.{number[last + 1 :]}" if mark not in whole else "unreadable"
    if number.count(mark) > 1:
        return number.replace(mark, "")
    if len(number) - last - 1 == 3 and 0 < last < 4 and not number.startswith("0"):
        ours: str = habits.decimal_mark or (mark if habits.currency in THREE_DECIMALS else other)
        return number.replace(mark, "." if mark == ours else "")
    return number.replace(mark, ".")


def currency_in(value: str) -> str:
    """Give the currency that an amount is written with, or nothing."""
    match = _AMOUNT.match(value)
    if match is None:
        return ""
    sign = (match["before"] + match["between"] + match["after"]).strip().lower()
    return SYMBOLS.get(sign, sign.upper() if re.fullmatch("[a-z]{3}", sign) else "")


def quantity(value: str) -> int:
    """Read a count of pieces."""
    try:
        number = Decimal(amount(value, Habits(decimal_mark=".")))
    except ValueError:
        raise ValueError("is no quantity") from None
    if number != int(number) or not 0 <= number <= MOST_UNITS:
        raise ValueError("is no quantity")
    return int(number)


def flag(value: str) -> bool:
    """Tell whether a cell says yes."""
    return value.strip().lower() in YES


def date_order_of(cells: Iterable[str]) -> DateOrder:
    """Tell from dates with slashes whether day or month comes first; nothing if none shows it."""
    orders: set[DateOrder] = set()
    for each in cells:
        if match := _SLASHED.match(each):
            if int(match[1]) > 12:
                orders.add("dmy")
            elif int(match[2]) > 12:
                orders.add("mdy")
    return orders.pop() if len(orders) == 1 else ""


def when(value: str, habits: Habits) -> datetime:
    """Read a date with or without a time, and give it in UTC.

    Without an offset it is in the file's zone; without a time it is noon.
    """
    iso = _ISO_OFFSET.sub(lambda found: f"{found[2]}:{found[3]}" if found[2] else "Z", value)
    found = None if value.isdecimal() and len(value) < 9 else moment(iso, zone=habits.zone)
    if found is None and _SERIAL.match(value):
        # Excel's day number: https://support.microsoft.com/office/date-systems-in-excel
        days = timedelta(days=float(value.replace(",", ".")))
        serial = (datetime(1899, 12, 30) + days).isoformat(timespec="seconds")  # noqa: DTZ001  # Excel has no zones
        found = moment(serial.removesuffix("T00:00:00"), zone=habits.zone)
    if found is None:
        day, rest = _day(value, habits.date_order)
        found = moment(f"{day}{_clock(rest)}", zone=habits.zone)
    if found is None:
        raise ValueError("is no date")
    return found


def _day(value: str, order: DateOrder) -> tuple[str, str]:
    """Give the day as ISO 8601 and what follows it in the cell."""
    if match := _DAY_FIRST.match(value):
        day, month, year = match[1], match[2], match[3]
    elif match := _YEAR_FIRST.match(value):
        year, month, day = match[1], match[2], match[3]
    elif match := _SLASHED.match(value):
        day, month = _in_order(match[1], match[2], order)
        year = match[3]
    elif (match := _NAMED.match(value)) and match[2].lower() in MONTHS:
        day, month, year = match[1], str(MONTHS[match[2].lower()]), match[3]
    elif (match := _NAMED_US.match(value)) and match[1].lower() in MONTHS:
        day, month, year = match[2], str(MONTHS[match[1].lower()]), match[3]
    else:
        raise ValueError("is no date")
    year = f"20{year}" if len(year) == 2 else year
    return f"{year}-{month:0>2}-{day:0>2}", value[match.end() :]


def _in_order(first: str, second: str, order: DateOrder) -> tuple[str, str]:
    """Tell day from month."""
    if int(first) > 12:
        return first, second
    if int(second) > 12:
        return second, first
    if first == second or order == "dmy":
        return first, second
    if order == "mdy":
        return second, first
    raise ValueError("may be day/month or month/day; say which with --date-order dmy or mdy")


def _clock(rest: str) -> str:
    """Give the time of day as ISO 8601 writes it after a date."""
    if not rest.strip():
        return ""
    match = _TIME.match(rest)
    if match is None:
        raise ValueError("is no date")
    hour, half = int(match[1]), (match[4] or "").lower()
    if half in ("am", "pm"):
        hour = hour % 12 + (12 if half == "pm" else 0)
    offset = (match[5] or "").upper()
    offset = "Z" if offset in ("UTC", "GMT", "Z") else offset
    return f"T{hour:02}:{match[2]}:{match[3] or '00'}{offset}"


@cache
def _countries() -> dict[str, str]:
    """Give codes by the English and German names of countries."""
    names = {"uk": "GB", "england": "GB", "usa": "US", "holland": "NL"}
    for language in ("de", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names[name.lower()] = code
    return names


def country(value: str) -> str:
    """Give the ISO 3166 code of a country written as a code or a name; nothing if unknown."""
    if len(value) == 2 and value.isascii() and value.isalpha():
        return {"UK": "GB"}.get(value.upper(), value.upper())
    return _countries().get(value.strip().lower(), "")
