"""Merchants come into being."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from merchants.actions.settings import Edit, save_settings
from merchants.models import (
    ApiKey,
    Brand,
    Membership,
    Merchant,
    SettingChange,
    StoreConnection,
    User,
)
from merchants.statuses import ConnectionKind, Role, Scope
from postpurchase.lib.crypto import new_secret
from postpurchase.lib.errors import Refused


class MerchantExists(Refused):
    """Another merchant has this short name."""

    code = "merchant_exists"


@dataclass(frozen=True, slots=True)
class NewMerchant:
    """A merchant with all it needs to start. `api_key` cannot be had again."""

    merchant: Merchant
    owner: User
    api_key: str
    connections: dict[str, StoreConnection]


@transaction.atomic
def create_merchant(
    *, slug: str, owner_email: str, name: str = "", password: str | None = None, **fields: str
) -> NewMerchant:
    """Make a merchant, its owner, brand, connections and first API key.

    A person who exists already becomes the owner as they are. Raises MerchantExists, and
    ValidationError for values that do not fit their fields.
    """
    if Merchant.objects.filter(slug=slug).exists():
        raise MerchantExists(_("There is a merchant of this name already."))
    merchant = Merchant(slug=slug, name=name or slug.replace("-", " ").title(), **fields)
    if not merchant.support_email:
        merchant.support_email = owner_email
    merchant.full_clean()
    merchant.save()
    owner = _owner(owner_email, password)
    Membership.every.create(merchant=merchant, user=owner, role=Role.OWNER)
    Brand.every.create(merchant=merchant)
    key = ApiKey.issue(merchant=merchant, name=str(_("First key")), scopes=list(Scope.values))[1]
    connections = {
        kind: StoreConnection.every.create(
            merchant=merchant, kind=kind, name=str(ConnectionKind(kind).label), secret=new_secret()
        )
        for kind in ConnectionKind.values
    }
    return NewMerchant(merchant=merchant, owner=owner, api_key=key, connections=connections)


def _owner(email: str, password: str | None) -> User:
    email = email.strip().lower()
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User(email=email)
        user.set_password(password)
        user.full_clean(exclude=["password"])
    user.is_staff = True
    user.save()
    return user


def change_shop(merchant: Merchant, *, edit: Edit, now: datetime) -> SettingChange | None:
    """Save a shop's details and write down what changed. Raises ValidationError."""
    return save_settings(merchant, edit=edit, now=now)
