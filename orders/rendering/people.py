"""Names and addresses as people read them, in full and cut short for strangers' eyes."""

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

from orders.models import Address
from orders.rendering.views import AddressView


def first_name(name: str) -> str:
    """Give how to greet a person: the first word of the name, or nothing."""
    words = name.split()
    return words[0][:60] if words else ""


def mask_email(email: str) -> str:
    """Hide most of an address: "ana.pop@example.com" gives "a•••@example.com"."""
    name, at, host = email.partition("@")
    return f"{name[:1]}•••{at}{host}" if at else ""


def country_name(code: str) -> str:
    """Give a country's name in the active language; an unknown code stays as it is."""
    try:
        locale = Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(locale.territories.get(code.upper(), code))


def address_view(address: Address | None) -> AddressView | None:
    if address is None:
        return None
    place = " ".join(part for part in (address.postcode, address.city) if part)
    country = country_name(address.country)
    tail = [place, address.province, country]
    full = [address.name, address.company, address.street, address.street2, *tail]
    masked = [first_name(address.name), mask_street(address.street), *tail]
    return AddressView(
        lines=tuple(part for part in full if part),
        masked_lines=tuple(part for part in masked if part),
        phone=address.phone,
        country=country,
        city=address.city,
    )


def mask_street(street: str) -> str:
    """Cut a street short so that its owner knows it and a stranger does not: "Lin…"."""
    return f"{street[:3]}…" if street else ""
