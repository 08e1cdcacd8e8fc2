"""How carriers write their numbers: pattern, check digit, and where to look one up.

Formats and check digits as https://github.com/jkeen/tracking_number_data (2.0.0, MIT) documents
them, whose valid and invalid numbers our tests run; below those, European, Romanian and Russian
ones. A number is compared in capitals and without spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tracking.carriers import check_digits as check

Check = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing numbers. Group `s` is what the check digit, group `c`, is made of."""

    carrier: str
    name: str
    pattern: re.Pattern[str]
    checks: Check | None = None
    prefix: str = ""
    """Put before the serial number for the check where it does not stand there yet."""

    def fits(self, number: str) -> bool:
        """Tell whether a number, in capitals and without spaces, is written this way."""
        found = self.pattern.fullmatch(number)
        if found is None:
            return False
        if self.checks is None:
            return True
        serial = found["s"]
        if self.prefix and not serial.startswith(self.prefix):
            serial = self.prefix + serial
        return self.checks(serial, found["c"])


def _format(
    carrier: str, name: str, pattern: str, checks: Check | None = None, *, prefix: str = ""
) -> Format:
    return Format(carrier, name, re.compile(pattern, re.ASCII), checks, prefix)


_FEDEX_12: Final = check.weighted((3, 1, 7) * 3 + (3, 1), 11, 10)
_FEDEX_13: Final = check.weighted((1, 7, 3) * 4 + (1,), 11, 10)
_FROM_RIGHT: Final = check.mod10(even=3, odd=1)
_TWO_ONE: Final = check.mod10(even=1, odd=2)
_THREE_ONE: Final = check.mod10(even=1, odd=3)
_MAILER: Final = r"(?:9\d{8}(?:\d{15}|\d{11}|\d{7})|[0-8]\d{5}(?:\d{14}|\d{10}))"
_MAILER_C: Final = r"(?:9\d{8}(?:\d{11}|\d{7})|[0-8]\d{5}(?:\d{14}|\d{10}))"
_ZIP: Final = r"(?:420(?:\d{5}|\d{9}))?"

FORMATS: Final[tuple[Format, ...]] = (
    _format("ups", "UPS", r"1Z(?P<s>[A-Z0-9]{15})(?P<c>\d)", check.mod10_letters(even=1, odd=2)),
    _format("ups", "UPS waybill", r"[AHJKTV](?P<s>\d{9})(?P<c>\d)", _TWO_ONE),
    _format("fedex", "FedEx Express 12", r"(?P<s>\d{11})(?P<c>\d)", _FEDEX_12),
    _format("fedex", "FedEx Express 34", r"[0-8]\d{14}\d{5}(?P<s>\d{13})(?P<c>\d)", _FEDEX_13),
    _format("fedex", "FedEx ASTRA 32", r"3\d{15}(?P<s>\d{11})(?P<c>\d)\d{4}", _FEDEX_12),
    _format("fedex", "FedEx Ground 15", r"(?P<s>\d{14})(?P<c>\d)", _THREE_ONE),
    _format("fedex", "FedEx Ground SSCC", r"\d\d(?P<s>\d{15})(?P<c>\d)", _FROM_RIGHT),
    _format("fedex", "FedEx Ground 96", r"96\d{5}(?P<s>\d{14})(?P<c>\d)", _THREE_ONE),
    _format("fedex", "FedEx Ground 34", r"96\d{2}\d{5}\d{10}\d(?P<s>\d{13})(?P<c>\d)", _FEDEX_13),
    _format("usps", "USPS 20", r"(?P<s>\d{19})(?P<c>\d)", _FROM_RIGHT),
    _format("usps", "USPS IMpb N", _ZIP + r"(?P<s>94\d{3}" + _MAILER + r")(?P<c>\d)",
            check.mod10(even=3, odd=1, reverse=True)),
    _format("usps", "USPS IMpb C",
            _ZIP + r"(?P<s>(?:92(?=\d{3}9)|93(?=\d{3}[0-8])|95)\d{3}" + _MAILER_C + r")(?P<c>\d)",
            _FROM_RIGHT),
    _format("usps", "USPS 22", r"(?:420\d{5}(?:\d{4})?)?(?P<s>(?:91)?\d{19})(?P<c>\d)", _FROM_RIGHT,
            prefix="91"),
    _format("dhl", "DHL Express", r"(?P<s>\d{9,10})(?P<c>\d)", check.mod7),
    _format("dhl", "DHL piece", r"J[A-Z]{2,3}\d{9,10}"),
    _format("dhl_ecommerce", "DHL eCommerce",
            r"(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)(?=[A-Z]*\d)[0-9A-Z]{10,39}"),
    _format("dhl_ecommerce", "DHL eCommerce 14", r"\d{14}"),
    _format("dpd", "DPD 28", r"(?P<s>\d{27})(?P<c>[0-9A-Z])", check.mod_37_36),
    _format("dpd", "DPD 15", r"(?P<s>\d{14})(?P<c>[0-9A-Z])", check.mod_37_36),
    _format("canada_post", "Canada Post", r"(?P<s>\d{15})(?P<c>\d)", _FROM_RIGHT),
    _format("canpar", "Canpar", r"[CDKLSUXZ]\d{21}"),
    _format("purolator", "Purolator", r"(?P<s>[0-5]\d{10})(?P<c>\d)", check.luhn),
    _format("purolator", "Purolator PIN", r"[A-Z]{3}\d{9}"),
    _format("amazon", "Amazon Logistics", r"TB[ACM]\d{12}"),
    _format("amazon", "Amazon International", r"[AFC]\d{10}"),
    _format("ontrac", "OnTrac C", r"C(?P<s>\d{13})(?P<c>\d)", _TWO_ONE, prefix="4"),
    _format("ontrac", "OnTrac D", r"D(?P<s>\d{13})(?P<c>\d)", _TWO_ONE, prefix="5"),
    _format("lasership", "LaserShip LX", r"L[AIEHNX][1-3]\d{7}"),
    _format("lasership", "LaserShip 1LS7", r"1LS7[12]\d{10}"),
    _format("lasership", "LaserShip 1LS7 (18)", r"1LS7[12]\d{2}01[1-4]\d{6}-1"),
    _format("lasership", "LaserShip 1LSCX", r"1LSCX[0-9A-Z]{10}"),
    _format("old_dominion", "Old Dominion", r"(?P<s>(?:77[78]|072|780)\d{7})(?P<c>\d)", check.luhn),
    _format("old_dominion", "Old Dominion Guaranteed", r"(?P<s>80\d{8})(?P<c>\d)", check.luhn),
    _format("speedee", "Spee-Dee", r"SP\d{18}"),
    _format("landmark", "Landmark", r"LTN\d{8}N1"),
    _format("gofo", "GOFO", r"GFUS\d{14}"),
    _format("yodel", "Yodel", r"JJ?D\d{16}"),
    _format("yunexpress", "YunExpress", r"YT\d{16}"),
    _format("post", "S10", r"[A-Z]{2}(?P<s>\d{8}(?=\d[A-Z]{2}$))(?P<c>\d[A-Z]{2})", check.s10),
    # Europe, Romania, Russia: from the carriers' own look-up pages; where no check digit is
    # published, the pattern alone speaks.
    _format("dhl_paket", "DHL Paket SSCC", r"00(?P<s>34043\d{12})(?P<c>\d)", _FROM_RIGHT),
    _format("dhl_paket", "DHL Paket JJD", r"JJD(?:00|01|14)\d{16,18}"),
    _format("gls", "GLS 11", r"\d{11}"),
    _format("gls", "GLS Track-ID", r"(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{8}"),
    _format("hermes", "Hermes", r"H\d{19}"),
    _format("postnl", "PostNL", r"3S[A-Z0-9]{11,13}"),
    _format("bpost", "bpost", r"3232\d{20}"),
    _format("packeta", "Packeta", r"Z\d{10}"),
    _format("inpost", "InPost", r"\d{24}"),
    _format("brt", "BRT", r"\d{15}"),
    _format("fan", "FAN Courier", r"[2-9]\d{12}"),
    _format("sameday", "Sameday", r"[1-9][A-Z]{2,4}\d{8,14}"),
    _format("russian_post", "Russian Post", r"(?P<s>\d{13})(?P<c>\d)", check.mod10(even=3, odd=1)),
    _format("cdek", "CDEK", r"1\d{9,10}"),
)  # fmt: skip
"""In no order that matters: `tracking.detection` ranks what fits."""
