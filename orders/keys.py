"""How what people type is folded, so that it meets what is stored. Pure: no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

ADDED = "added:"
"""Begins the ids of fulfilments that did not come with the shop's own documents, but were stated
beside them: by a program, a file or a person."""
WORDS_AT_MOST = 16
"""So many words of an order's names are kept for the search; names are shorter."""
LONGEST_WORD = 40

# Letters that Unicode does not take apart into a base and an accent; ß is folded by casefold().
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"}
)
# How German writes its umlauts where there are none.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_APOSTROPHES = re.compile(r"[’'ʼ`´]")
_WORD = re.compile(r"[^\W_]+")
# Chinese, Japanese and Korean: one letter is a name there.
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def number_key(number: str) -> str:
    """Fold an order number as people type it: "#1042", " 1042 " and "１０４２" are one."""
    folded = unicodedata.normalize("NFKC", number).upper()
    return re.sub(r"[\s#\u200b-\u200f\ufeff]", "", folded)[:200]


def name_words(names: Iterable[str]) -> list[str]:
    """Give the words that names are found by: without accents, each once, in a steady order.

    "Zoë Müller-O’Brien" gives brien, muller, mueller, obrien, zoe.
    """
    words = {word for name in names for spelling in _spellings(name) for word in _words(spelling)}
    return sorted(words)[:WORDS_AT_MOST]


def typed_words(text: str) -> list[list[str]]:
    """Give the words somebody types for a name, each with the spellings it may have been meant in.

    What begins with one of them is found; a single Latin letter finds nothing.
    """
    joined = _APOSTROPHES.sub("", _composed(text))
    plain, german = (_WORD.findall(_plain(one)) for one in (joined, joined.translate(_UMLAUTS)))
    return [
        sorted({word[:LONGEST_WORD], other[:LONGEST_WORD]})
        for word, other in zip(plain, german, strict=True)
        if _is_enough(word)
    ]


def sku_key(text: str) -> str:
    """Fold a SKU as people type it; stored ones are compared in capitals."""
    return unicodedata.normalize("NFKC", text).strip().upper()[:200]


def _spellings(name: str) -> set[str]:
    text = _composed(name)
    joined, parted = _APOSTROPHES.sub("", text), _APOSTROPHES.sub(" ", text)
    return {joined, parted, joined.translate(_UMLAUTS)}


def _words(text: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in _WORD.findall(_plain(text)) if _is_enough(word)]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:500].replace("\0", "")).casefold()


def _plain(text: str) -> str:
    """Take accents and vowel signs away."""
    parts = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in parts if unicodedata.category(letter)[0] != "M")
    return unicodedata.normalize("NFC", letters.translate(_LETTERS))


def _is_enough(word: str) -> bool:
    return len(word) > 1 or bool(_DENSE.match(word))
