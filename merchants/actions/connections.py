"""Connections come, change their names and secrets, and are switched off and on."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from merchants.actions.looks import Viewer
from merchants.actions.settings import Edit, save_settings
from merchants.models import StoreConnection
from merchants.statuses import ConnectionKind, SettingsPage
from postpurchase.lib.crypto import keyed_digest, new_secret
from postpurchase.lib.errors import Refused

OVERLAP = timedelta(days=2)
SHOP_SYSTEMS = (ConnectionKind.SHOPIFY, ConnectionKind.WOOCOMMERCE)
"""Kinds of which a merchant may have several, each with an address and a secret of its own."""
SHORTEST_SECRET = 8


class NoShopSystem(Refused):
    """Connections of this kind are there by themselves."""

    code = "no_shop_system"


class FormUsed(Refused):
    """The id that the form brought is taken."""

    code = "form_used"


class SecretTooShort(Refused):
    """A secret that could be guessed, or was copied in part."""

    code = "secret_too_short"


def add_connection(
    *, public_id: UUID, kind: ConnectionKind, name: str, by: Viewer, now: datetime
) -> tuple[StoreConnection, str]:
    """Add a connection; give it with its secret, which is shown nowhere else.

    Shopify chooses the secret itself: until it is entered there is none. The same `public_id`
    again is the same form sent twice: it gives the connection made before, and no secret.
    """
    if kind not in SHOP_SYSTEMS:
        raise NoShopSystem(_("There is one such connection already. Open it in the list."))
    if known := _known(public_id, by):
        return known, ""
    secret = "" if kind == ConnectionKind.SHOPIFY else new_secret()
    connection = StoreConnection(
        public_id=public_id, merchant_id=by.merchant_id, kind=kind, name=name, secret=secret
    )
    try:
        save_settings(connection, edit=_edit(connection, by), now=now)
    except IntegrityError:
        if known := _known(public_id, by):
            return known, ""
        raise FormUsed(_("This form was used before. Load the page again.")) from None
    return connection, secret


def _known(public_id: UUID, by: Viewer) -> StoreConnection | None:
    return StoreConnection.every.of(by.merchant_id).filter(public_id=public_id).first()


@transaction.atomic
def rename_connection(connection: StoreConnection, *, name: str, by: Viewer, now: datetime) -> None:
    """Give a connection another name."""
    current = _locked(connection)
    current.name = name
    save_settings(current, edit=_edit(current, by), now=now)


@transaction.atomic
def rotate_secret(connection: StoreConnection, *, replaces: str, by: Viewer, now: datetime) -> str:
    """Make a new secret and give it; the old one works for two more days.

    `replaces` is the mark of the secret that was there when the form was shown. Where another one
    is there by now, as after a double click, nothing happens and "" is given.
    """
    current = _locked(connection)
    if replaces != secret_mark(current):
        return ""
    secret = new_secret()
    _take(current, secret, by=by, now=now)
    return secret


@transaction.atomic
def enter_secret(connection: StoreConnection, *, secret: str, by: Viewer, now: datetime) -> None:
    """Take the secret that the shop system chose; the old one works for two more days."""
    if len(secret) < SHORTEST_SECRET:
        raise SecretTooShort(_("Copy the whole secret; it has 8 characters or more."))
    current = _locked(connection)
    if current.secret != secret:
        _take(current, secret, by=by, now=now)


def switch_off(connection: StoreConnection, *, by: Viewer, now: datetime) -> None:
    """Accept no more deliveries. Switching off twice is harmless."""
    _switch(connection, is_active=False, by=by, now=now)


def switch_on(connection: StoreConnection, *, by: Viewer, now: datetime) -> None:
    """Accept deliveries again, also after the shop had cut the connection."""
    _switch(connection, is_active=True, by=by, now=now)


def secret_mark(connection: StoreConnection) -> str:
    """Give a mark of the present secret that tells nothing of it, for forms."""
    purpose = f"connection:{connection.public_id}"
    return keyed_digest(connection.secret, purpose=purpose)[:16]


@transaction.atomic
def _switch(connection: StoreConnection, *, is_active: bool, by: Viewer, now: datetime) -> None:
    current = _locked(connection)
    current.is_active = is_active
    if is_active:
        current.uninstalled_at = None
    save_settings(current, edit=_edit(current, by), now=now)


def _take(current: StoreConnection, secret: str, *, by: Viewer, now: datetime) -> None:
    if current.secret:
        current.previous_secret, current.previous_secret_until = current.secret, now + OVERLAP
    current.secret = secret
    save_settings(current, edit=_edit(current, by), now=now)


def _locked(connection: StoreConnection) -> StoreConnection:
    # Saved as a whole, so what was noted of deliveries meanwhile must be read first.
    return StoreConnection.every.select_for_update().get(pk=connection.pk)


def _edit(connection: StoreConnection, by: Viewer) -> Edit:
    return Edit(by.user, SettingsPage.CONNECTIONS, str(connection))
