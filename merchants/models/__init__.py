"""The tables of shops: people, looks, connections, keys, and who changed what."""

from merchants.models.acts import IdempotencyKey
from merchants.models.audit import PersonalDataLook, SettingChange
from merchants.models.brands import Appearance, Brand, BrandVersion, Domain
from merchants.models.connections import ApiKey, StoreConnection
from merchants.models.people import Invitation, Membership, User, UserManager
from merchants.models.rules import SupportHours
from merchants.models.shops import Merchant, check_zone

__all__ = [
    "ApiKey",
    "Appearance",
    "Brand",
    "BrandVersion",
    "Domain",
    "IdempotencyKey",
    "Invitation",
    "Membership",
    "Merchant",
    "PersonalDataLook",
    "SettingChange",
    "StoreConnection",
    "SupportHours",
    "User",
    "UserManager",
    "check_zone",
]
