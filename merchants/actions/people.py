"""People join a shop, change role and leave; a shop always keeps an owner who can log in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from merchants.actions.settings import Edit, note_change, save_settings
from merchants.models import Invitation, Membership, Merchant, User
from merchants.policy import Permission, may, may_give
from merchants.statuses import ChangeKind, Role, SettingsPage
from postpurchase.lib.errors import Refused

INVITATION_LASTS = timedelta(days=7)


class NotYours(Refused):
    """One's role does not include this."""

    code = "not_yours"


class AlreadyHere(Refused):
    """The person belongs to the shop."""

    code = "already_here"


class LastOwner(Refused):
    """Without this person nobody could change the shop's team any more."""

    code = "last_owner"


class InvitationGone(Refused):
    """An invitation that was used, taken back or ran out."""

    code = "invitation_gone"


class NoSecondStep(Refused):
    """Who asks others for a second step has one."""

    code = "no_second_step"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts for a shop, and in which role."""

    user: User
    merchant: Merchant
    role: Role

    def edit(self, title: str) -> Edit:
        """Give what the audit says about a change of the team."""
        return Edit(by=self.user, page=SettingsPage.TEAM, title=title)


@transaction.atomic
def invite(actor: Actor, *, email: str, role: Role, now: datetime) -> Invitation:
    """Ask somebody to join. Asking again renews the open invitation, perhaps in another role."""
    _check_may_give(actor, role)
    email = email.strip().lower()
    _lock(actor.merchant)
    if Membership.every.filter(merchant=actor.merchant, user__email=email).exists():
        raise AlreadyHere(_("This person is in your team already."))
    waiting = Invitation.every.filter(
        merchant=actor.merchant, email=email, accepted_at=None, revoked_at=None
    )
    invitation = waiting.first() or Invitation(merchant=actor.merchant, email=email, created_at=now)
    if invitation.pk is not None:
        _check_may_give(actor, Role(invitation.role))
    before = invitation.role
    invitation.role, invitation.invited_by = role, actor.user
    invitation.expires_at = now + INVITATION_LASTS
    invitation.full_clean(exclude=["merchant", "invited_by"])
    is_new = invitation.pk is None
    invitation.save()
    if before != role:
        kind = ChangeKind.ADDED if is_new else ChangeKind.CHANGED
        fields = {"role": [before, str(role)]}
        note_change(invitation, kind=kind, fields=fields, edit=actor.edit(email), now=now)
    return invitation


@transaction.atomic
def renew(actor: Actor, invitation: Invitation, *, now: datetime) -> Invitation:
    """Let an open invitation, even one that ran out, hold for another week."""
    current = _open_invitation(actor, invitation)
    current.expires_at = now + INVITATION_LASTS
    current.save(update_fields=["expires_at"])
    return current


@transaction.atomic
def take_back(actor: Actor, invitation: Invitation, *, now: datetime) -> None:
    """Make an invitation worthless. Doing so twice is harmless."""
    try:
        current = _open_invitation(actor, invitation)
    except InvitationGone:
        return
    current.revoked_at = now
    current.save(update_fields=["revoked_at"])
    fields = {"role": [current.role, ""]}
    edit = actor.edit(current.email)
    note_change(current, kind=ChangeKind.REMOVED, fields=fields, edit=edit, now=now)


@transaction.atomic
def accept(invitation: Invitation, *, user: User, now: datetime) -> Membership:
    """Let the invited person in; who belongs to the shop by now keeps the role they have."""
    current = Invitation.every.select_for_update().get(pk=invitation.pk)
    if not current.is_open(now=now) or user.email != current.email:
        raise InvitationGone(_("This invitation cannot be used any more."))
    current.accepted_at, current.accepted_by = now, user
    current.save(update_fields=["accepted_at", "accepted_by"])
    member, is_new = Membership.every.get_or_create(
        merchant_id=current.merchant_id, user=user, defaults={"role": current.role}
    )
    if not user.is_staff:
        User.objects.filter(pk=user.pk).update(is_staff=True)
        user.is_staff = True
    if is_new:
        edit = Edit(by=user, page=SettingsPage.TEAM, title=str(user))
        fields = {"role": ["", member.role]}
        note_change(member, kind=ChangeKind.ADDED, fields=fields, edit=edit, now=now)
    return member


@transaction.atomic
def join_as_new(invitation: Invitation, *, name: str, password: str, now: datetime) -> Membership:
    """Let in somebody who has no password here yet; their mailbox is proof enough."""
    current = Invitation.every.select_for_update().get(pk=invitation.pk)
    user = User.objects.select_for_update().filter(email=current.email).first()
    is_known = user is not None and (user.has_usable_password() or not user.is_active)
    if is_known or not current.is_open(now=now):
        raise InvitationGone(_("This invitation cannot be used any more."))
    user = user or User(email=current.email)
    user.name = name
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    return accept(current, user=user, now=now)


@transaction.atomic
def change_role(actor: Actor, member: Membership, *, role: Role, now: datetime) -> None:
    """Give a member another role. Giving the same one changes nothing."""
    _lock(actor.merchant)
    current = _member(actor, member)
    if current is None or current.role == role:
        return
    _check_may_give(actor, Role(current.role), role)
    before = current.role
    current.role = role
    _check_owner_stays(current, before=before)
    current.save(update_fields=["role"])
    edit = actor.edit(str(current.user))
    fields = {"role": [before, str(role)]}
    note_change(current, kind=ChangeKind.CHANGED, fields=fields, edit=edit, now=now)


@transaction.atomic
def remove(actor: Actor, member: Membership, *, now: datetime) -> None:
    """Take a member out of the shop. Doing so twice is harmless."""
    _lock(actor.merchant)
    current = _member(actor, member)
    if current is None:
        return
    if current.user_id != actor.user.pk:
        _check_may_give(actor, Role(current.role))
    _let_go(current, edit=actor.edit(str(current.user)), now=now)


@transaction.atomic
def require_second_step(actor: Actor, *, now: datetime) -> None:
    """Let nobody of the shop work without a second step from now on."""
    _check_owns(actor)
    if not has_second_step(actor.user):
        raise NoSecondStep(
            _("Switch on a second step for yourself first. Then you can ask it of everybody.")
        )
    _save_requirement(actor, True, now=now)


@transaction.atomic
def stop_requiring_second_step(actor: Actor, *, now: datetime) -> None:
    """Leave it to each member whether they use a second step."""
    _check_owns(actor)
    _save_requirement(actor, False, now=now)


def change_profile(user: User, *, name: str, language: str) -> None:
    """Let people say what they are called and which language they read."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])


def has_second_step(user: User) -> bool:
    """Tell whether a password alone does not let this person in."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def switch_off_second_step(user: User) -> None:
    """Forget a person's phone and recovery codes; for who lost both and proved who they are."""
    Authenticator.objects.filter(user=user).delete()


def _save_requirement(actor: Actor, required: bool, *, now: datetime) -> None:
    merchant = Merchant.objects.get(pk=actor.merchant.pk)
    merchant.requires_mfa = required
    title = str(_("Second step for everybody"))
    edit = Edit(by=actor.user, page=SettingsPage.SECURITY, title=title)
    save_settings(merchant, edit=edit, now=now)


def _let_go(member: Membership, *, edit: Edit, now: datetime) -> None:
    before, user = member.role, member.user
    member.role = ""
    _check_owner_stays(member, before=before)
    fields = {"role": [before, ""]}
    note_change(member, kind=ChangeKind.REMOVED, fields=fields, edit=edit, now=now)
    member.delete()
    if not user.is_superuser and not Membership.every.filter(user=user).exists():
        User.objects.filter(pk=user.pk).update(is_staff=False)
        for session in UserSession.objects.filter(user=user):
            session.end()


def _lock(merchant: Merchant) -> None:
    # Of two owners who demote each other at once, the second waits here and is refused. The weak
    # lock lets orders of the shop come in meanwhile.
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)


def _member(actor: Actor, member: Membership) -> Membership | None:
    rows = Membership.every.filter(merchant=actor.merchant, pk=member.pk)
    return rows.select_related("user").first()


def _open_invitation(actor: Actor, invitation: Invitation) -> Invitation:
    rows = Invitation.every.select_for_update().filter(merchant=actor.merchant)
    current = rows.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).first()
    if current is None:
        raise InvitationGone(_("This invitation was used or taken back meanwhile."))
    _check_may_give(actor, Role(current.role))
    return current


def _check_may_give(actor: Actor, *roles: Role) -> None:
    if not all(may_give(actor.role, role) for role in roles):
        raise NotYours(_("Only an owner can do this."))


def _check_owns(actor: Actor) -> None:
    if not may(actor.role, Permission.OWN):
        raise NotYours(_("Only an owner can do this."))


def _check_owner_stays(member: Membership, *, before: str) -> None:
    """Refuse to take away the last owner; called under the shop's lock."""
    if before != Role.OWNER or member.role == Role.OWNER:
        return
    owners = Membership.every.filter(
        merchant_id=member.merchant_id, role=Role.OWNER, user__is_active=True
    )
    if not owners.exclude(pk=member.pk).exists():
        raise LastOwner(_("A shop needs an owner. Make somebody else an owner first."))
