"""A merchant's own domain: claimed, proven by DNS, checked again each day, given up."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import idna
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from merchants import hosts
from merchants.actions.reach import look_at_names, look_at_page
from merchants.actions.settings import Edit, note_change
from merchants.models import Domain, Merchant, SettingChange, User
from merchants.statuses import ChangeKind, DomainState, SettingsPage
from postpurchase.lib.crypto import new_secret
from postpurchase.lib.dns import is_address
from postpurchase.lib.errors import Refused

TITLE = "Domain"
FREE_AFTER = timedelta(days=7)
"""How long a name stays with a merchant who did not prove it, while another one wants it."""
PATIENCE = timedelta(days=2)
UNCERTAIN = {"ok", "unknown", "silent"}
LONGEST_INPUT = 300
CHECK_READY_AFTER = timedelta(hours=23)
CHECK_WAITING_AFTER = timedelta(hours=1)
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
# Names that never lead anywhere on the internet (RFC 6761, RFC 6762, RFC 9476 and ICANN's own).
_NOWHERE = ("localhost", "local", "internal", "invalid", "test", "onion", "alt", "arpa")


class NotAHost(Refused):
    """What was typed is not a name that a portal can have."""

    code = "not_a_host"


class HostTaken(Refused):
    """Another merchant has this name."""

    code = "host_taken"


class DomainExists(Refused):
    """The merchant has a domain already."""

    code = "domain_exists"


def read_host(text: str) -> str:
    """Bring what somebody typed or pasted to a host name in ASCII. Raises NotAHost."""
    text = text.strip()[:LONGEST_INPUT].lower()
    if "://" in text:
        text = _host_of(text)
    name = text.rstrip("/.")
    if is_address(name):
        raise NotAHost(_("Enter a name such as orders.your-shop.com, not an IP address"))
    try:
        host = idna.encode(name, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise NotAHost(_("Enter a name such as orders.your-shop.com")) from error
    if not _HOST.fullmatch(host) or host.rpartition(".")[2] in _NOWHERE:
        raise NotAHost(_("Enter a name such as orders.your-shop.com"))
    if _is_ours(host):
        raise NotAHost(_("This name belongs to the platform itself. Enter a name of your own."))
    return host


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_ours(host: str) -> bool:
    ours = {hosts.our_host(), *settings.ALLOWED_HOSTS}
    names = [name.lower().lstrip(".") for name in ours if name]
    return any(host == name or host.endswith(f".{name}") for name in names)


@transaction.atomic
def claim_domain(merchant: Merchant, *, host: str, by: User, now: datetime) -> Domain:
    """Note that a merchant wants a name; it is used once `check_domain` finds it proven.

    Claiming the same name twice is harmless. Raises NotAHost, HostTaken, DomainExists.
    """
    host = read_host(host)
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    mine = Domain.every.of(merchant.pk).first()
    if mine is not None and mine.host == host:
        return mine
    if mine is not None:
        raise DomainExists(_("Remove %(host)s first.") % {"host": mine.host})
    _take_over(host, now=now)
    row = Domain(merchant=merchant, host=host, token=new_secret(24))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise HostTaken(_("Another shop on this platform has just claimed this name.")) from error
    edit = Edit(by, SettingsPage.DOMAIN, TITLE)
    note_change(row, kind=ChangeKind.ADDED, fields={"host": ["", host]}, edit=edit, now=now)
    return row


def _take_over(host: str, *, now: datetime) -> None:
    """Free a name that another merchant claimed and did not prove. Raises HostTaken."""
    other = Domain.every.select_for_update().filter(host=host).first()
    if other is None:
        return
    idle_since = other.created_at if other.verified_at is None else other.verified_at
    if other.state == DomainState.VERIFIED or now - idle_since < FREE_AFTER:
        raise HostTaken(
            _(
                "Another shop on this platform has claimed this name. "
                "Unless it proves to be theirs, it is free again after 7 days."
            )
        )
    SettingChange.every.create(
        merchant_id=other.merchant_id,
        at=now,
        page=SettingsPage.DOMAIN,
        kind=ChangeKind.REMOVED,
        table=Domain._meta.label_lower,
        row=other.pk,
        title=TITLE,
        fields={"host": [host, ""]},
    )
    other.delete()


@transaction.atomic
def give_up_domain(merchant: Merchant, *, by: User, now: datetime) -> None:
    """Stop using a merchant's own domain; links begin with our address again."""
    row = Domain.every.select_for_update().filter(merchant=merchant).first()
    if row is None:
        return
    edit = Edit(by, SettingsPage.DOMAIN, TITLE)
    note_change(row, kind=ChangeKind.REMOVED, fields={"host": [row.host, ""]}, edit=edit, now=now)
    row.delete()
    transaction.on_commit(hosts.forget)


def check_domain(domain: Domain, *, now: datetime) -> Domain:
    """Look whether a domain is proven and leads here, and remember what was found.

    Takes seconds, so it holds no lock meanwhile. What is found in the DNS is kept before the page
    is asked for: a proxy may get its certificate only for a name that is proven.
    """
    found = look_at_names(domain)
    _keep(domain, found, now=now)
    found |= look_at_page(domain, addresses=found["addresses"])
    return _keep(domain, found, now=now)


@transaction.atomic
def _keep(domain: Domain, found: dict[str, Any], *, now: datetime) -> Domain:
    row = Domain.every.select_for_update().filter(pk=domain.pk, token=domain.token).first()
    if row is None:
        return domain  # Given up meanwhile.
    row.findings, row.checked_at = found, now
    row.state = _state_after(row, found, now=now)
    if row.state == DomainState.VERIFIED:
        row.verified_at = now
    row.save(update_fields=["findings", "checked_at", "state", "verified_at"])
    transaction.on_commit(hosts.forget)
    return row


def _state_after(row: Domain, found: dict[str, Any], *, now: datetime) -> str:
    """Decide by what is certain; where nobody answered, a name in use is given two days."""
    results = {found["proof"], found.get("page", "unknown")}
    if results == {"ok"}:
        return DomainState.VERIFIED
    if row.verified_at is None:
        return DomainState.WAITING
    if results <= UNCERTAIN and now - row.verified_at < PATIENCE:
        return row.state
    return DomainState.BROKEN


def domains_to_check(*, now: datetime, limit: int = 50) -> list[Domain]:
    """Give the domains whose check is due: those in use each day, new ones each hour for a week."""
    rows = Domain.every.filter(merchant__is_active=True).order_by("checked_at", "pk")
    known = rows.filter(verified_at__isnull=False, checked_at__lte=now - CHECK_READY_AFTER)
    new = rows.filter(
        state=DomainState.WAITING,
        verified_at=None,
        created_at__gt=now - FREE_AFTER,
        checked_at__lte=now - CHECK_WAITING_AFTER,
    )
    return [*known[:limit], *new[:limit]][:limit]
