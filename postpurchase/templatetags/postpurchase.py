"""What templates need to write money, dates, phone numbers and icons."""

from datetime import date, datetime
from functools import lru_cache

import phonenumbers
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from postpurchase.lib import locales
from postpurchase.lib.money import Money

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the lucide package; a word always stands beside it."""
    return _svg(name)


@register.filter
def money(value: Money) -> str:
    """Write an amount: "€47.00"."""
    return locales.money_text(value)


@register.filter
def day(value: date | None) -> str:
    """Write a day: "Tue 24 Nov"; nothing for nothing."""
    return locales.day_text(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Write day and time in the active zone: "Tue 24 Nov, 18:00"; nothing for nothing."""
    return locales.moment_text(value) if value else ""


@register.filter
def country(code: str) -> str:
    """Name a country from its two letters."""
    return locales.country_text(code)


@register.filter
def phone(text: str) -> str:
    """Write a phone number with spaces where its country puts them; else leave it as it is."""
    number = _number(text)
    if number is None:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@register.filter
def phone_link(text: str) -> str:
    """Give the digits that a tel: link dials."""
    number = _number(text)
    if number is None:
        return "".join(letter for letter in text if letter.isascii() and letter in "+0123456789")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@register.filter
def together(text: str, part: str | None) -> str:
    """Keep a part of a text on one line where it fits: dates in large headings."""
    if not part or part not in text:
        return text
    before, _, after = text.partition(part)
    return format_html('{}<span class="together">{}</span>{}', before, part, after)


@lru_cache(maxsize=128)
def _svg(name: str) -> SafeString:
    attributes = {"class": "icon", "aria-hidden": "true", "focusable": "false"}
    return SafeString(lucide(str(name), size=24, **attributes).replace("\n", ""))


def _number(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
