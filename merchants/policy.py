"""Who may do what for a merchant: one table, asked by dashboard, desk and actions alike."""

from __future__ import annotations

from enum import StrEnum

from merchants.statuses import Role


class Permission(StrEnum):
    """Something that a member may or may not do."""

    LOOK = "look"
    """See orders, figures and settings."""
    SERVE = "serve"
    """What support does: notes, tags, sending again, reading a delivery again."""
    SET_UP = "set_up"
    """Change brand, connections, policies and keys; import; revert."""
    PRIVACY = "privacy"
    """Export and erase a person's data."""
    TEAM = "team"
    """Invite, change roles, remove; in roles below one's own unless one is an owner."""
    OWN = "own"
    """Name owners, require a second step of everybody."""


ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: frozenset(Permission) - {Permission.OWN},
    Role.AGENT: frozenset({Permission.LOOK, Permission.SERVE}),
    Role.READER: frozenset({Permission.LOOK}),
}

GIVES: dict[Role, frozenset[Role]] = {
    Role.OWNER: frozenset(Role),
    Role.MANAGER: frozenset({Role.AGENT, Role.READER}),
    Role.AGENT: frozenset(),
    Role.READER: frozenset(),
}
"""Which roles a member may give and take."""


def may(role: Role, permission: Permission) -> bool:
    """Tell whether a role includes a permission."""
    return permission in ALLOWED[role]


def may_give(role: Role, other: Role) -> bool:
    """Tell whether a member of one role may give, change or take another."""
    return other in GIVES[role]


def roles_with(permission: Permission) -> list[Role]:
    """Give the roles that include a permission, so that a page can say whom to ask."""
    return [role for role in Role if may(role, permission)]
