"""Accounts with carriers and aggregators come, change secrets and log-ins, and are switched off.

Everything is written down as a change of settings; secrets are never shown again.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from merchants.actions.connections import OVERLAP, SHORTEST_SECRET, FormUsed, SecretTooShort
from merchants.actions.looks import Viewer
from merchants.actions.settings import Edit, save_settings
from merchants.statuses import SettingsPage
from postpurchase.lib.crypto import keyed_digest, new_secret
from postpurchase.lib.errors import Refused
from tracking.actions.pace import restart
from tracking.carriers import POLLERS, SOURCES
from tracking.carriers.polling.form import Field
from tracking.models import CarrierAccount

LAST = 1000


class UnknownSource(Refused):
    """Nobody of that name tells us of parcels."""

    code = "unknown_source"


class LogInIncomplete(Refused):
    """A carrier cannot be asked without all of its log-in."""

    code = "log_in_incomplete"


def add_account(
    *, public_id: UUID, source: str, name: str, by: Viewer, now: datetime
) -> tuple[CarrierAccount, str]:
    """Add an account; give it with its secret, which is shown nowhere else.

    Where the source chooses the secret itself, or is asked and tells nothing by itself, there is
    none. The same `public_id` again is the same form sent twice: it gives the account made before,
    and no secret.
    """
    if source not in SOURCES and source not in POLLERS:
        raise UnknownSource(_("Choose who tells of your parcels."))
    if known := _known(public_id, by):
        return known, ""
    secret = _own_secret(source)
    account = CarrierAccount(
        public_id=public_id,
        merchant_id=by.merchant_id,
        source=source,
        name=name,
        secret=secret,
        priority=_next_priority(by.merchant_id),
    )
    try:
        save_settings(account, edit=_edit(account, by), now=now)
    except IntegrityError:
        if known := _known(public_id, by):
            return known, ""
        raise FormUsed(_("This form was used before. Load the page again.")) from None
    return account, secret


def makes_secret(source: str) -> bool:
    """Tell whether the source chooses the secret, so that the merchant has to enter it."""
    return source in SOURCES and SOURCES[source].makes_secret


def _own_secret(source: str) -> str:
    """Make a secret in the form in which the source takes it; nothing where it makes its own."""
    if source not in SOURCES or makes_secret(source):
        return ""
    if source == "generic":
        # Standard Webhooks writes a key of 24 to 64 bytes as whsec_ and base64.
        return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    return new_secret()


def _known(public_id: UUID, by: Viewer) -> CarrierAccount | None:
    return CarrierAccount.every.of(by.merchant_id).filter(public_id=public_id).first()


def _next_priority(merchant_id: int) -> int:
    taken = CarrierAccount.every.of(merchant_id).order_by("-priority")
    last = taken.values_list("priority", flat=True).first()
    return min((last or 0) + 10, LAST)


@transaction.atomic
def rename_account(account: CarrierAccount, *, name: str, by: Viewer, now: datetime) -> None:
    """Give an account another name."""
    current = _locked(account)
    current.name = name
    save_settings(current, edit=_edit(current, by), now=now)


@transaction.atomic
def rotate_secret(account: CarrierAccount, *, replaces: str, by: Viewer, now: datetime) -> str:
    """Make a new secret and give it; the old one works for two more days.

    `replaces` is the mark of the secret that was there when the form was shown. Where another one
    is there by now, as after a double click, or the source makes its own, nothing happens and ""
    is given.
    """
    current = _locked(account)
    secret = _own_secret(current.source)
    if replaces != secret_mark(current) or not secret:
        return ""
    _take(current, secret, by=by, now=now)
    return secret


@transaction.atomic
def enter_secret(account: CarrierAccount, *, secret: str, by: Viewer, now: datetime) -> None:
    """Take the secret that the source chose; the old one works for two more days."""
    if len(secret) < SHORTEST_SECRET:
        raise SecretTooShort(_("Copy the whole secret; it has 8 characters or more."))
    current = _locked(account)
    if current.secret != secret:
        _take(current, secret, by=by, now=now)


@transaction.atomic
def enter_log_in(
    account: CarrierAccount, *, log_in: Mapping[str, str], by: Viewer, now: datetime
) -> None:
    """Take the log-in for asking a carrier; a secret left empty stays what it was.

    The carrier is asked at once, however long it was to be left alone.
    """
    current = _locked(account)
    fields = POLLERS[current.source].fields if current.source in POLLERS else ()
    known = log_in_of(current)
    _refuse_plain(log_in.get("base_url", "").strip())
    if _goes_elsewhere(known, log_in, fields):
        # Whoever moves the address has to know the secrets: they would be sent there.
        known = {}
    told = {
        field.name: log_in.get(field.name, "").strip()
        or (known.get(field.name, "") if field.is_secret else "")
        or field.default
        for field in fields
    }
    if missing := [str(field.label) for field in fields if not told[field.name]]:
        raise LogInIncomplete(_("Enter “%(field)s”.") % {"field": missing[0]})
    current.credentials = json.dumps(told, sort_keys=True)
    current.paused_until = None
    save_settings(current, edit=_edit(current, by), now=now)
    restart(current, now=now)


def _goes_elsewhere(
    known: Mapping[str, str], log_in: Mapping[str, str], fields: Iterable[Field]
) -> bool:
    """Tell whether another host would be asked than the one that the secrets were meant for."""
    defaults = {field.name: field.default for field in fields}
    before = known.get("base_url", "")
    after = log_in.get("base_url", "").strip() or defaults.get("base_url", "")
    return bool(known) and before.rstrip("/") != after.rstrip("/")


def _refuse_plain(address: str) -> None:
    is_plain = address.lower().startswith("http://")
    if is_plain and not settings.ALLOW_PRIVATE_ADDRESSES:
        raise LogInIncomplete(_("The address has to begin with https://."))


def log_in_of(account: CarrierAccount) -> dict[str, str]:
    """Give the log-in for asking; never to be shown."""
    found = json.loads(account.credentials) if account.credentials else {}
    return {str(name): str(value) for name, value in found.items()}


def switch_off(account: CarrierAccount, *, by: Viewer, now: datetime) -> None:
    """Accept no more deliveries and ask no more. Switching off twice is harmless."""
    _switch(account, is_active=False, by=by, now=now)


def switch_on(account: CarrierAccount, *, by: Viewer, now: datetime) -> None:
    """Accept deliveries and ask again."""
    _switch(account, is_active=True, by=by, now=now)


@transaction.atomic
def prefer(account: CarrierAccount, *, by: Viewer, now: datetime) -> None:
    """Move an account up by one place; of several that know a parcel the first is believed."""
    rows = CarrierAccount.every.of(account.merchant_id).select_for_update()
    accounts = list(rows.order_by("priority", "pk"))
    place = [each.pk for each in accounts].index(account.pk)
    if place:
        accounts[place - 1], accounts[place] = accounts[place], accounts[place - 1]
    for position, each in enumerate(accounts, start=1):
        if each.priority != position * 10:
            each.priority = position * 10
            save_settings(each, edit=_edit(each, by), now=now)


def secret_mark(account: CarrierAccount) -> str:
    """Give a mark of the present secret that tells nothing of it, for forms."""
    purpose = f"carrier account:{account.public_id}"
    return keyed_digest(account.secret, purpose=purpose)[:16]


@transaction.atomic
def _switch(account: CarrierAccount, *, is_active: bool, by: Viewer, now: datetime) -> None:
    current = _locked(account)
    current.is_active = is_active
    save_settings(current, edit=_edit(current, by), now=now)
    if is_active:
        restart(current, now=now)


def _take(current: CarrierAccount, secret: str, *, by: Viewer, now: datetime) -> None:
    if current.secret:
        current.previous_secret, current.previous_secret_until = current.secret, now + OVERLAP
    current.secret = secret
    save_settings(current, edit=_edit(current, by), now=now)


def _locked(account: CarrierAccount) -> CarrierAccount:
    # Saved as a whole, so what was noted of deliveries meanwhile must be read first.
    return CarrierAccount.every.select_for_update().get(pk=account.pk)


def _edit(account: CarrierAccount, by: Viewer) -> Edit:
    return Edit(by.user, SettingsPage.CARRIERS, account.name or _label(account.source))


def _label(source: str) -> str:
    known = SOURCES.get(source) or POLLERS.get(source)
    return known.label if known else source
