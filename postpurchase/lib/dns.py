"""Questions to the domain name system: bounded in time, and never an error.

Where nobody answered, that is said: "no such record" and "we could not ask" are two things, and
merchants act on the difference.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.rdata
import dns.resolver
from django.conf import settings

WHOLE = 3.0  # seconds for one question
AT_ONCE = 8
LONGEST_ANSWER = 2_000  # characters of one record


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of a name and kind; `is_known` is False where nobody could be asked."""

    values: tuple[str, ...] = ()
    is_known: bool = True


NOBODY = Answer(is_known=False)
Question = tuple[str, str]
"""A name and a kind of record, such as ("shop.example", "MX")."""


def ask(name: str, kind: str) -> Answer:
    """Ask for the records of a name: TXT, MX, CNAME, A or AAAA."""
    try:
        found = _resolver().resolve(dns.name.from_text(name), kind, lifetime=WHOLE, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return Answer()
    except (dns.exception.DNSException, OSError, UnicodeError, ValueError):
        return NOBODY
    return Answer(tuple(_text(row) for row in found))


def ask_all(questions: Sequence[Question]) -> dict[Question, Answer]:
    """Ask several questions at once; it takes as long as the slowest of them."""
    asked = list(dict.fromkeys(questions))
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return dict(zip(asked, pool.map(lambda one: ask(*one), asked), strict=True))


def _text(row: dns.rdata.Rdata) -> str:
    strings = getattr(row, "strings", None)
    if strings is not None:
        # A long text comes in pieces of 255 bytes that belong together (RFC 7208, 3.3).
        return b"".join(strings).decode("utf-8", "replace")[:LONGEST_ANSWER]
    target = getattr(row, "exchange", None) or getattr(row, "target", None)
    return str(target or row).rstrip(".").lower()[:LONGEST_ANSWER]


def _resolver() -> dns.resolver.Resolver:
    """Give the system's resolver, or the servers that the settings name as "address:port"."""
    if not settings.DNS_SERVERS:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [server.rpartition(":")[0] for server in settings.DNS_SERVERS]
    resolver.nameserver_ports = {
        address: int(port)
        for address, _, port in (server.rpartition(":") for server in settings.DNS_SERVERS)
    }
    return resolver


def is_address(text: str) -> bool:
    """Tell whether this is an IP address rather than a name."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
