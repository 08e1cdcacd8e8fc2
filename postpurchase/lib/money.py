"""Money: whole minor units and a currency, never a float.

Exponents follow ISO 4217 (https://www.six-group.com/en/products-services/financial-information/data-standards.html);
all currencies not named here have two decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

ZERO_DECIMALS = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
        *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
FOUR_DECIMALS = frozenset(["CLF", "UYW"])

# What a Postgres bigint holds, with room for sums.
LARGEST = 10**17


class NotMoney(ValueError):
    """The text is no amount that can be stored."""


def exponent(currency: str) -> int:
    """Give the number of decimals of an ISO 4217 currency code (unknown codes: 2)."""
    if currency in ZERO_DECIMALS:
        return 0
    if currency in THREE_DECIMALS:
        return 3
    return 4 if currency in FOUR_DECIMALS else 2


def to_minor(amount: str | int | Decimal, currency: str) -> int:
    """Turn "12.34" into 1234 minor units; digits past the currency's are rounded half up.

    Raises NotMoney for anything that is not a finite decimal number of storable size.
    """
    try:
        value = Decimal(amount)
        if not value.is_finite() or abs(value) >= LARGEST:
            raise NotMoney(f"{str(amount)[:40]!r} is not an amount of money")
        scaled = value.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    except (InvalidOperation, ValueError, TypeError) as error:
        raise NotMoney(f"{str(amount)[:40]!r} is not an amount of money") from error
    if abs(scaled) >= LARGEST:
        raise NotMoney(f"{str(amount)[:40]!r} is too large an amount of money")
    return int(scaled)


def to_decimal(minor: int, currency: str) -> Decimal:
    """Turn 1234 minor units into Decimal("12.34")."""
    return Decimal(minor).scaleb(-exponent(currency))


def to_text(minor: int, currency: str) -> str:
    """Turn 1234 minor units into "12.34", the form used in the API."""
    return f"{to_decimal(minor, currency):f}"


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share a total by weight so that the parts add up to it (largest remainder).

    Weights below zero count as zero; where all are zero the first part takes everything.
    """
    weights = [max(weight, 0) for weight in weights]
    whole = sum(weights)
    if not weights:
        return []
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    sign, size = (-1, -total) if total < 0 else (1, total)
    parts = [size * weight // whole for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda index: (-(size * weights[index] % whole), index)
    )
    for index in by_remainder[: size - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units of one currency."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{to_text(self.minor, self.currency)} {self.currency}"

    @property
    def decimal(self) -> Decimal:
        """Give the amount as a Decimal of the major unit."""
        return to_decimal(self.minor, self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} cannot be added to {self.currency}")
        return other.minor
