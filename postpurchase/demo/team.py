"""Who works for the demo shop: one person in each role, with a password to log in with."""

from __future__ import annotations

from dataclasses import dataclass

from merchants.models import Membership, Merchant, User
from merchants.statuses import Role
from postpurchase.lib.crypto import new_secret

NAMES = {
    Role.OWNER: "Ana Lindner",
    Role.MANAGER: "Jonas Brandt",
    Role.AGENT: "Mira Sauer",
    Role.READER: "Emil Roth",
}


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the team; the password is known only while it is new."""

    role: Role
    user: User
    password: str


def team_of(merchant: Merchant) -> list[Colleague]:
    """Give one person in each role a new password; who is missing joins."""
    return [_with_password(merchant, role, name) for role, name in NAMES.items()]


def _with_password(merchant: Merchant, role: Role, name: str) -> Colleague:
    email = f"{role}@{merchant.slug}.example"
    user = User.objects.filter(email=email).first() or User(email=email)
    password = new_secret(9)
    user.name, user.is_staff = name, True
    user.set_password(password)
    user.save()
    Membership.every.get_or_create(merchant=merchant, user=user, defaults={"role": role})
    return Colleague(role, user, password)
