"""Where somebody is logged in, in words, and no more exact than needed."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest
from django.utils.translation import gettext as _

from postpurchase.lib.throttle import client_address

# The first that occurs names it: Edge and Opera call themselves Chrome too, Chrome Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
NOWHERE = "::"


def in_words(user_agent: str) -> str:
    """Name a device: "Firefox on Windows"."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A device we do not know")


def network(request: HttpRequest) -> str:
    """Give the network that a request came from: an IPv4 /24 or an IPv6 /48, as its first address.

    Enough to tell home from abroad, and all that is kept.
    """
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return NOWHERE
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False).network_address)


def network_in_words(first_address: str) -> str:
    """Write a network: "203.0.113.…"."""
    if first_address == NOWHERE:
        return ""
    if ":" in first_address:
        return f"{first_address.rstrip(':')}:…"
    return f"{first_address.rpartition('.')[0]}.…"


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in table if mark in text), "")
