"""The looks a shop had: who published what and when, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants.actions.brands import LogoGone, go_back, same_look
from merchants.models import Brand, BrandVersion
from merchants.policy import Permission
from postpurchase.dashboard.brand.preview import preview_of
from postpurchase.dashboard.brand.words import differences
from postpurchase.lib import keyset
from postpurchase.lib.keyset import BadCursor, Ordering
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

NEWEST = Ordering("published_at", newest_first=True)
PAGE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A look and what it changed."""

    version: BrandVersion
    changes: list[str]
    is_in_force: bool


def _versions() -> QuerySet[BrandVersion]:
    rows: QuerySet[BrandVersion] = BrandVersion.objects.filter(published_at__isnull=False)
    return rows.select_related("by")


@require_safe
@merchant_page(Permission.LOOK)
def listing(request: HttpRequest, place: Place) -> HttpResponse:
    """List what was published, newest first."""
    cursor = request.GET.get("after")
    try:
        found = keyset.page(_versions(), ordering=NEWEST, cursor=cursor, limit=PAGE)
    except BadCursor as error:
        raise Http404("no such page") from error
    context: dict[str, Any] = {
        "entries": _entries(found.rows, place, is_first_page=not cursor),
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "may_edit": place.may(Permission.SET_UP),
    }
    return render(request, "dashboard/brand/history.html", frame(request, place, **context))


def _entries(rows: list[BrandVersion], place: Place, *, is_first_page: bool) -> list[Entry]:
    """Compare each look with the one before it; of the last one on a page, that is read, too."""
    if not rows:
        return []
    brand = Brand.of(place.merchant)
    last = rows[-1]
    before = NEWEST.sort(NEWEST.after(_versions(), _moment(last), last.pk)).first()
    older = [*rows[1:], before]
    return [
        Entry(
            version=row,
            changes=differences(previous, row),
            is_in_force=is_first_page and at == 0 and same_look(brand, row),
        )
        for at, (row, previous) in enumerate(zip(rows, older, strict=True))
    ]


def _moment(version: BrandVersion) -> Any:
    return version.published_at


def version_or_404(public_id: UUID) -> BrandVersion:
    """Give one of this shop's published looks."""
    version = _versions().filter(public_id=public_id).first()
    if version is None:
        raise Http404("no such look")
    return version


@require_safe
@csp_update({"frame-src": [SELF]})
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show what an earlier look looks like."""
    version = version_or_404(public_id)
    context: dict[str, Any] = {
        "version": version,
        "changes": differences(Brand.of(place.merchant), version),
        "is_in_force": same_look(Brand.of(place.merchant), version),
        "preview": preview_of(request, place, version=version),
        "may_edit": place.may(Permission.SET_UP),
        "current": "dashboard:brand",
    }
    return render(request, "dashboard/brand/version.html", frame(request, place, **context))


@require_POST
@merchant_page(Permission.SET_UP)
def restore(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Put an earlier look into force again; it becomes the newest of the history."""
    version = version_or_404(public_id)
    try:
        fresh = go_back(place.merchant, version, by=place.user, now=timezone.now())
    except LogoGone as refusal:
        messages.error(request, str(refusal.reason))
        return redirect("dashboard:brand_version", place.slug, public_id)
    if fresh is None:
        messages.success(request, _("The shop looks like this already."))
    else:
        messages.success(request, _("Shoppers see this look again."))
    return redirect("dashboard:brand_history", place.slug)
