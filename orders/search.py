"""Ways to find orders of one merchant by what people have at hand."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from orders.keys import number_key, sku_key, typed_words
from orders.models import Order
from orders.plan import phone_key
from orders.postings import (
    AT_MOST,
    EMAILS,
    PHONES,
    SKUS,
    WORDS,
    Hits,
    newest_under,
    newest_with_all,
)

FEWEST_DIGITS = 6
WORDS_AT_MOST = 4

_BEGINNING = re.compile(r"[\w.+\-]{3,64}")
_PHONE = re.compile(r"\+?[\d\s().\-/\u2010-\u2015]+")


def by_number(text: str, *, merchant_id: int) -> Hits:
    """Find orders by their number, however it is typed."""
    orders = Order.every.of(merchant_id).filter(number_key=number_key(text))
    ids = list(orders.order_by("-pk").values_list("pk", flat=True)[: AT_MOST + 1])
    return Hits(ids[:AT_MOST], has_more=len(ids) > AT_MOST)


def by_email(text: str, *, merchant_id: int) -> Hits:
    """Find orders by an e-mail address or how it begins."""
    return newest_under(EMAILS, [text.strip().lower()], merchant_id=merchant_id)


def by_phone(text: str, *, country: str, merchant_id: int) -> Hits:
    """Find orders by a phone number in any notation, or by its last digits."""
    return newest_under(PHONES, [last_digits(text, country)[::-1]], merchant_id=merchant_id)


def by_sku(text: str, *, merchant_id: int) -> Hits:
    """Find orders with a product, by its SKU or how it begins."""
    return newest_under(SKUS, [sku_key(text)], merchant_id=merchant_id)


def by_name(text: str, *, merchant_id: int) -> Hits:
    """Find orders by words of the buyer's or the recipient's name, or how they begin."""
    words = typed_words(text)[:WORDS_AT_MOST]
    if len(words) == 1:
        return newest_under(WORDS, words[0], merchant_id=merchant_id)
    return newest_with_all(words, merchant_id=merchant_id) if words else Hits([])


def is_number(text: str) -> bool:
    """Tell whether this may be an order number: it has a digit, and is no address."""
    key = number_key(text)
    return "@" not in key and len(key) <= 60 and any(letter.isdigit() for letter in key)


def is_email(text: str) -> bool:
    """Tell whether this may be an e-mail address or its beginning."""
    text = text.strip()
    if "@" in text[1:]:
        return len(text) <= 320 and not re.search(r"\s", text)
    return bool(_BEGINNING.fullmatch(text)) and any(letter.isalpha() for letter in text)


def is_phone(text: str) -> bool:
    """Tell whether this may be a phone number or the end of one."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(_PHONE.fullmatch(plain)) and len(last_digits(plain, "")) >= FEWEST_DIGITS


def is_sku(text: str) -> bool:
    """Tell whether this may be a SKU or its beginning."""
    return "@" not in text and 2 <= len(sku_key(text)) <= 100 and len(text.split()) <= 3


def is_name(text: str) -> bool:
    """Tell whether this may be a name: it has letters, and is no address."""
    has_letters = any(letter.isalpha() for letter in text)
    return "@" not in text and has_letters and bool(typed_words(text))


def last_digits(text: str, country: str) -> str:
    """Give the digits that a phone number ends with in every notation."""
    plain = unicodedata.normalize("NFKC", text)
    try:
        number = phonenumbers.parse(plain, country.upper() or None)
    except phonenumbers.NumberParseException:
        return phonenumbers.normalize_digits_only(plain).lstrip("0")
    return phonenumbers.national_significant_number(number)


def is_same_phone(order_key: str, text: str, country: str) -> bool:
    """Tell whether a text is the whole phone number of an order."""
    return order_key == phone_key(unicodedata.normalize("NFKC", text), country)
