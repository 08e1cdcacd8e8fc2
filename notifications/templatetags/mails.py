"""What the templates of mails need besides the common tags."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString

register = template.Library()

_PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,/:?=%#()+!*;~$@"
)


@register.filter
def attribute(value: object) -> SafeString:
    """Write text into an attribute so that the MJML converter leaves it as it is.

    It prints attributes in Rust's debug notation, which doubles backslashes and turns combining
    marks into "\\u{301}"; numeric references pass through.
    """
    return SafeString(
        "".join(letter if letter in _PLAIN else f"&#{ord(letter)};" for letter in str(value))
    )


@register.filter
def spaced(code: str) -> str:
    """Write a code in two halves, so that it can be read at a glance: "123 456"."""
    half = (len(code) + 1) // 2
    return f"{code[:half]} {code[half:]}".strip()


@register.filter
def text_lines(value: str) -> SafeString:
    """Write a text of several lines as HTML, each line escaped."""
    lines = (" ".join(line.split()) for line in str(value).splitlines())
    return joined(line for line in lines if line)


@register.filter
def joined(lines: Iterable[str]) -> SafeString:
    """Write lines as HTML, one below the other, each escaped."""
    return SafeString("<br />".join(escape(line) for line in lines))
