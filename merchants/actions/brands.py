"""A shop's look: drawn up as a draft, published, and brought back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.actions.settings import Edit, save_settings
from merchants.models import Appearance, Brand, BrandVersion, Merchant, User
from merchants.statuses import SettingsPage
from postpurchase.lib.errors import Refused
from postpurchase.lib.tenancy import TenantQuerySet

TITLE = "Brand"
LOOK = tuple(field.name for field in Appearance._meta.local_fields)
"""The names of all that belongs to a look."""


class ChangedMeanwhile(Refused):
    """Somebody saved, discarded or published the draft after this person opened it."""

    code = "changed_meanwhile"

    def __init__(self, reason: str, *, draft: BrandVersion | None) -> None:
        super().__init__(reason)
        self.draft = draft


class NoDraft(Refused):
    """There is nothing to publish."""

    code = "no_draft"


class LogoGone(Refused):
    """The logo of an earlier look is no longer stored."""

    code = "logo_gone"


def values_of_look(row: Appearance) -> dict[str, Any]:
    """Give all that belongs to a look, so that another row can take it over."""
    return {name: _plain(row, name) for name in LOOK}


def same_look(one: Appearance, other: Appearance) -> bool:
    """Tell whether two rows look alike."""
    return all(_plain(one, name) == _plain(other, name) for name in LOOK)


def _plain(row: Appearance, name: str) -> Any:
    value = getattr(row, name)
    return (value.name or "") if name == "logo" else value


def draft_of(merchant_id: int) -> BrandVersion | None:
    """Give the draft that a merchant's people work on, if there is one."""
    rows = BrandVersion.every.of(merchant_id).filter(published_at=None)
    return rows.select_related("by").first()


def look_of(merchant: Merchant, *, asked: str) -> Brand | None:
    """Give the look to be shown to staff: a version by its id, else the draft or what is in force.

    None for a version that is not this merchant's.
    """
    if not asked:
        draft = draft_of(merchant.pk)
        return as_brand(draft, merchant) if draft else Brand.of(merchant)
    try:
        public_id = UUID(asked)
    except ValueError:
        return None
    version = BrandVersion.every.of(merchant.pk).filter(public_id=public_id).first()
    return as_brand(version, merchant) if version else None


def as_brand(version: BrandVersion, merchant: Merchant) -> Brand:
    """Give a version as if it were in force, to be looked at; it is never saved."""
    return Brand(merchant=merchant, **values_of_look(version))


@transaction.atomic
def save_draft(
    merchant: Merchant, look: Mapping[str, Any], *, seen: str, by: User, now: datetime
) -> BrandVersion:
    """Keep a look as the merchant's one draft. Raises ChangedMeanwhile.

    `seen` is the `mark` of the draft that was on the person's screen, empty where there was none.
    Saving what is saved already is harmless.
    """
    brand = _locked_brand(merchant)
    draft = draft_of(merchant.pk)
    wanted = BrandVersion(merchant=merchant, **look)
    if draft is not None and same_look(draft, wanted):
        return draft
    if draft is None and same_look(brand, wanted):
        return wanted  # Nothing differs from what is in force: there is no need of a draft.
    if mark(draft) != seen:
        raise ChangedMeanwhile(_who_changed(draft, by=by), draft=draft)
    draft = draft or BrandVersion(merchant=merchant)
    for name, value in look.items():
        setattr(draft, name, value)
    draft.by, draft.changed_at = by, now
    draft.save()
    return draft


@transaction.atomic
def discard_draft(merchant: Merchant, *, seen: str, by: User) -> None:
    """Throw the draft away; the look in force stays. Raises ChangedMeanwhile."""
    _locked_brand(merchant)
    draft = draft_of(merchant.pk)
    if draft is None:
        return
    if mark(draft) != seen:
        raise ChangedMeanwhile(_who_changed(draft, by=by), draft=draft)
    draft.delete()


@transaction.atomic
def publish_draft(merchant: Merchant, *, seen: str, by: User, now: datetime) -> BrandVersion:
    """Put the draft into force and keep it among the earlier looks.

    Publishing the same draft twice is harmless. Raises NoDraft and ChangedMeanwhile.
    """
    brand = _locked_brand(merchant)
    draft = draft_of(merchant.pk)
    if draft is None:
        last = _published(merchant.pk).first()
        if last is not None and mark(last) == seen:
            return last
        raise NoDraft(_("There is no draft to publish."))
    if mark(draft) != seen:
        raise ChangedMeanwhile(_who_changed(draft, by=by), draft=draft)
    _put_into_force(brand, draft, edit=Edit(by, SettingsPage.BRAND, TITLE), now=now)
    draft.by, draft.published_at = by, now
    draft.save(update_fields=["by", "published_at"])
    return draft


@transaction.atomic
def go_back(
    merchant: Merchant, version: BrandVersion, *, by: User, now: datetime
) -> BrandVersion | None:
    """Put an earlier look into force again, as a new version; a draft stays as it is.

    None where the shop looks like that already. Raises LogoGone.
    """
    edit = Edit(by, SettingsPage.BRAND, TITLE)
    return publish_look(merchant, values_of_look(version), edit=edit, now=now)


@transaction.atomic
def publish_look(
    merchant: Merchant, look: Mapping[str, Any], *, edit: Edit, now: datetime
) -> BrandVersion | None:
    """Put some values of a look into force and keep the whole as a version; None if none differs.

    Raises LogoGone, and ValidationError for values that do not fit.
    """
    brand = _locked_brand(merchant)
    fresh = BrandVersion(merchant=merchant, **(values_of_look(brand) | dict(look)))
    if same_look(brand, fresh):
        return None
    if fresh.logo and not fresh.logo.storage.exists(str(fresh.logo.name)):
        raise LogoGone(_("The logo of that look is no longer stored. Upload it anew."))
    _put_into_force(brand, fresh, edit=edit, now=now)
    fresh.by, fresh.changed_at, fresh.published_at = edit.by, now, now
    fresh.save()
    return fresh


def _put_into_force(brand: Brand, look: BrandVersion, *, edit: Edit, now: datetime) -> None:
    _keep_first(brand)
    for name, value in values_of_look(look).items():
        setattr(brand, name, value)
    save_settings(brand, edit=edit, now=now)


def _keep_first(brand: Brand) -> None:
    """Keep what is in force before anything was ever published, so that one can go back to it."""
    if not _published(brand.merchant_id).exists():
        at = brand.updated_at
        BrandVersion.every.create(
            merchant_id=brand.merchant_id,
            changed_at=at,
            published_at=at,
            **values_of_look(brand),
        )


def _locked_brand(merchant: Merchant) -> Brand:
    """Give the look in force; of two people who change looks at once, one waits here."""
    rows = Brand.every.select_for_update(of=("self",))
    return rows.get_or_create(merchant=merchant)[0]


def _published(merchant_id: int) -> TenantQuerySet[BrandVersion]:
    rows = BrandVersion.every.of(merchant_id).filter(published_at__isnull=False)
    return rows.order_by("-published_at", "-pk")


def mark(draft: BrandVersion | None) -> str:
    """Name a state of the draft, so that a form can say which one it was made from."""
    return draft.changed_at.isoformat() if draft is not None and draft.pk else ""


def _who_changed(draft: BrandVersion | None, *, by: User) -> str:
    if draft is None:
        return _("The draft was published or discarded meanwhile.")
    if draft.by_id == by.pk:
        return _("You saved this draft meanwhile in another window.")
    if draft.by is None:
        return _("The draft was changed meanwhile.")
    return _("%(person)s saved this draft meanwhile.") % {"person": draft.by}
