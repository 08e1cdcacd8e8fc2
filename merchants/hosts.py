"""Which host names are merchants' own, and which address a merchant's links begin with."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error as DatabaseError

from merchants.models import Domain
from merchants.statuses import DomainState
from postpurchase.lib.crypto import keyed_digest
from postpurchase.lib.kept import KEPT_FOR

LONGEST_HOST = 253
LONGEST_TOKEN = 64

# A domain that no longer leads here is still answered: what comes in by it was meant for us.
ANSWERED = (DomainState.VERIFIED, DomainState.BROKEN)

_slugs: dict[str, str] = {}
_read_at = [float("-inf")]


def slug_of(host: str) -> str:
    """Give the shop that a host name belongs to, or nothing; known to each process for seconds."""
    if time.monotonic() - _read_at[0] > KEPT_FOR:
        try:
            rows = Domain.every.filter(state__in=ANSWERED, merchant__is_active=True)
            found = dict(rows.values_list("host", "merchant__slug"))
        except DatabaseError:
            # While the database is away we go on with what we knew.
            found = dict(_slugs)
        _slugs.clear()
        _slugs.update(found)
        _read_at[0] = time.monotonic()
    return _slugs.get(host.lower(), "")


def forget() -> None:
    """Have the next request read all host names anew."""
    _read_at[0] = float("-inf")


def base_url(merchant_id: int) -> str:
    """Give the address that a merchant's links begin with: its own domain once that is ready."""
    own = next(iter(Domain.kept(merchant_id)), None)
    if own is None or own.state != DomainState.VERIFIED:
        return settings.PUBLIC_URL
    return url_on(own.host)


def url_on(host: str) -> str:
    """Give our address under another host name: same scheme, same port."""
    public = urlsplit(settings.PUBLIC_URL)
    port = f":{public.port}" if public.port else ""
    return f"{public.scheme}://{host}{port}"


def our_host() -> str:
    """Give the host name that this installation itself is known by."""
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def proof_of(domain: Domain) -> str:
    """Give what only we answer at a domain's address of proof; no server can guess it."""
    return keyed_digest(f"{domain.host}:{domain.token}", purpose="own-domain")


def answer_to_check(*, host: str, token: str) -> str:
    """Give the answer to whoever asks a host name for its proof; nothing if it is no claim."""
    if not token.isprintable() or len(token) > LONGEST_TOKEN or len(host) > LONGEST_HOST:
        return ""
    row = Domain.every.filter(host=host.lower()).first() if host.isprintable() else None
    return proof_of(row) if row is not None and row.token == token else ""


def may_have_certificate(host: str) -> bool:
    """Tell a proxy whether a name is a merchant's own, proven by its DNS records."""
    if not host or len(host) > LONGEST_HOST or not host.isprintable():
        return False
    row = Domain.every.filter(host=host.lower(), merchant__is_active=True).first()
    return row is not None and (row.verified_at is not None or row.findings.get("proof") == "ok")
