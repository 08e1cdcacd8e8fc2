"""Check digits of tracking numbers. Each takes the serial number and what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from babel import Locale

Check = Callable[[str, str], bool]
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def mod10(*, even: int, odd: int, reverse: bool = False) -> Check:
    """Weigh digits by their place, counted from the left (or the right), and round up to ten."""
    return _mod10(int, even=even, odd=odd, reverse=reverse)


def mod10_letters(*, even: int, odd: int) -> Check:
    """As `mod10`; letters count by their place in the alphabet (A is 2, B is 3 … modulo 10)."""
    return _mod10(_digit_of, even=even, odd=odd, reverse=False)


def _mod10(value: Callable[[str], int], *, even: int, odd: int, reverse: bool) -> Check:
    def holds(serial: str, last: str) -> bool:
        signs = serial[::-1] if reverse else serial
        total = sum(value(sign) * (odd if place % 2 else even) for place, sign in enumerate(signs))
        return last.isdigit() and (10 - total % 10) % 10 == int(last)

    return holds


def _digit_of(sign: str) -> int:
    return int(sign) if sign.isdigit() else (ord(sign) - 63) % 10


def mod7(serial: str, last: str) -> bool:
    """Expect the remainder of a division by seven (DHL Express)."""
    return int(serial) % 7 == int(last)


def luhn(serial: str, last: str) -> bool:
    """Expect the digit of ISO/IEC 7812."""
    total = 0
    for place, sign in enumerate(reversed(serial)):
        digit = int(sign) * (1 if place % 2 else 2)
        total += digit - 9 if digit > 9 else digit
    return (10 - total % 10) % 10 == int(last)


def weighted(weights: Sequence[int], first: int, second: int) -> Check:
    """Weigh digits, take the sum modulo one number, then modulo another (FedEx)."""

    def holds(serial: str, last: str) -> bool:
        total = sum(int(sign) * weight for sign, weight in zip(serial, weights, strict=True))
        return total % first % second == int(last)

    return holds


def mod_37_36(serial: str, last: str) -> bool:
    """Expect the sign of ISO/IEC 7064 MOD 37,36 (DPD)."""
    carry = 36
    for sign in serial:
        carry = (carry + ALPHABET.index(sign)) % 36 or 36
        carry = carry * 2 % 37
    return ALPHABET[(37 - carry) % 36] == last


def s10(serial: str, last: str) -> bool:
    """Expect the digit and a country of UPU standard S10; `last` is both, such as 5GB."""
    total = sum(int(sign) * weight for sign, weight in zip(serial, S10_WEIGHTS, strict=True))
    wanted = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    return wanted == int(last[0]) and last[1:] in _countries()


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if code.isalpha() and code not in {"ZZ", "EU"})
