"""Whose number is it? Candidates with the reasons for and against, the likeliest first.

A pattern alone says little: fourteen digits may be anybody's. What counts is a check digit that
holds, what the shop said, which carriers the merchant uses, and where the parcel goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from tracking.carriers.numbers import FORMATS

CHECKED, PLAIN = 4, 1
DISTINCT = 2
"""For letters that few others write, such as 1Z or JJD."""
SAID, ENABLED, AT_HOME, ABROAD = 8, 4, 2, -2
CLEAR_LEAD = 3
"""By so much the first must lead for the number to be taken as its."""

# Where a carrier delivers above all; posts and integrators are at home everywhere.
HOME: dict[str, frozenset[str]] = {
    "usps": frozenset({"US"}),
    "canada_post": frozenset({"CA"}),
    "canpar": frozenset({"CA", "US"}),
    "purolator": frozenset({"CA", "US"}),
    "ontrac": frozenset({"US"}),
    "lasership": frozenset({"US"}),
    "old_dominion": frozenset({"US", "CA", "MX"}),
    "speedee": frozenset({"US"}),
    "gofo": frozenset({"US"}),
    "yodel": frozenset({"GB", "IE"}),
    "dhl_paket": frozenset({"DE", "AT"}),
    "hermes": frozenset({"DE", "AT", "GB"}),
    "postnl": frozenset({"NL", "BE"}),
    "bpost": frozenset({"BE"}),
    "packeta": frozenset({"CZ", "SK", "HU", "RO", "PL"}),
    "inpost": frozenset({"PL", "GB", "IT", "FR"}),
    "brt": frozenset({"IT"}),
    "fan": frozenset({"RO"}),
    "sameday": frozenset({"RO", "HU", "BG"}),
    "russian_post": frozenset({"RU"}),
    "cdek": frozenset({"RU", "KZ", "BY"}),
    "gls": frozenset(
        {"DE", "AT", "IT", "FR", "NL", "BE", "RO", "SK", "CZ", "HU", "PL", "SI", "DK"}
    ),
}
# What shops write in the carrier's field, and the hosts of tracking pages.
NAMES: dict[str, str] = {
    "ups": "ups", "unitedparcelservice": "ups", "fedex": "fedex", "usps": "usps",
    "dhlexpress": "dhl", "dhl": "dhl", "dhlpaket": "dhl_paket", "dhlparcel": "dhl_paket",
    "dhlgermany": "dhl_paket", "deutschepost": "dhl_paket", "dhlecommerce": "dhl_ecommerce",
    "dpd": "dpd", "gls": "gls", "hermes": "hermes", "evri": "hermes", "postnl": "postnl",
    "bpost": "bpost", "packeta": "packeta", "zasilkovna": "packeta", "inpost": "inpost",
    "brt": "brt", "bartolini": "brt", "fan": "fan", "fancourier": "fan", "sameday": "sameday",
    "russianpost": "russian_post", "pochta": "russian_post", "cdek": "cdek",
    "canadapost": "canada_post", "purolator": "purolator", "canpar": "canpar", "yodel": "yodel",
    "ontrac": "ontrac", "lasership": "lasership", "amazon": "amazon",
    "amazonlogistics": "amazon", "yunexpress": "yunexpress", "landmarkglobal": "landmark",
    "royalmail": "post", "laposte": "post", "colissimo": "post", "correos": "post",
}  # fmt: skip
FAMILY = {"dhl": frozenset({"dhl", "dhl_paket", "dhl_ecommerce"})}
"""Shops say "DHL" and mean any of its companies."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What else is known of a parcel: the merchant's own carriers, the country of the door."""

    said: str = ""
    url: str = ""
    carriers: Collection[str] = ()
    country: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carrier whose number it may be. `is_checked`: a check digit holds."""

    carrier: str
    format: str
    score: int
    is_checked: bool


def compact(number: str) -> str:
    """Write a number in capitals, with plain digits, without spaces and invisible signs."""
    folded = unicodedata.normalize("NFKC", number).upper()
    return re.sub(r"[\s\u200b-\u200f\u2060\ufeff]", "", folded)[:100]


def candidates(number: str, hints: Hints | None = None) -> list[Candidate]:
    """Give whose number it may be, the likeliest first; of each carrier its best format."""
    hints = hints or Hints()
    written = compact(number)
    said = _said(hints)
    best: dict[str, Candidate] = {}
    for each in FORMATS:
        if not each.fits(written):
            continue
        checked = each.checks is not None
        score = (CHECKED if checked else PLAIN) + _by_hints(each.carrier, hints, said)
        if re.match(r"[A-Z]", written) or written.startswith(("1Z", "00340", "3S", "3232")):
            score += DISTINCT
        found = Candidate(each.carrier, each.name, score, checked)
        if each.carrier not in best or best[each.carrier].score < score:
            best[each.carrier] = found
    return sorted(best.values(), key=lambda one: (-one.score, not one.is_checked, one.carrier))


def carrier_of(number: str, hints: Hints | None = None) -> str:
    """Name the one carrier whose number it clearly is, or nobody; the shop's word decides."""
    found = candidates(number, hints)
    said = _said(hints or Hints())
    is_proof = bool(found) and found[0].is_checked and found[0].score >= CHECKED + DISTINCT
    if len(said) == 1 and not is_proof and said.isdisjoint(each.carrier for each in found):
        # The shop may use a carrier whose numbers follow no published pattern.
        return next(iter(said))
    if not found:
        return ""
    # Nobody else writes so; but digits alone that no check digit holds together say nothing.
    runner_up = found[1].score if len(found) > 1 else PLAIN - CLEAR_LEAD + 1
    return found[0].carrier if found[0].score - runner_up >= CLEAR_LEAD else ""


def _said(hints: Hints) -> frozenset[str]:
    """Give whom the shop's words and the tracking page's host name."""
    named = _named(re.sub(r"[^a-z]", "", _plain(hints.said)))
    if named:
        return named
    host = (urlsplit(hints.url).hostname or "").lower() if _is_url(hints.url) else ""
    for part in host.split("."):
        named = _named(part.replace("-", ""))
        if named:
            return named
    return frozenset()


def _named(word: str) -> frozenset[str]:
    carrier = NAMES.get(word, "")
    return FAMILY.get(carrier, frozenset({carrier})) if carrier else frozenset()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).lower()


def _is_url(text: str) -> bool:
    try:
        return urlsplit(text).scheme in {"http", "https"}
    except ValueError:
        return False


def _by_hints(carrier: str, hints: Hints, said: frozenset[str]) -> int:
    score = SAID if carrier in said else 0
    score += ENABLED if carrier in hints.carriers else 0
    home = HOME.get(carrier)
    if home is not None and hints.country:
        score += AT_HOME if hints.country.upper() in home else ABROAD
    return score
