"""The list of changes, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from merchants.models import SettingChange
from merchants.policy import Permission
from merchants.queries import Wanted, changes_page, staff_of
from postpurchase.dashboard.changes.forms import ChangesForm
from postpurchase.dashboard.changes.words import LOOKS, summary
from postpurchase.lib import keyset
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame


@dataclass(frozen=True, slots=True)
class Row:
    """A change in the list."""

    change: SettingChange
    summary: str
    icon: str
    tone: str


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """List changes of settings."""
    form = ChangesForm(request.GET, staff=staff_of(place.merchant.pk))
    wanted = form.wanted(place.merchant.zone)
    try:
        page = changes_page(place.merchant.pk, wanted, cursor=request.GET.get("cursor"))
    except keyset.BadCursor:
        raise Http404("no such page") from None
    context = frame(
        request,
        place,
        form=form,
        rows=[Row(change, summary(change), *LOOKS[change.kind]) for change in page.rows],
        is_filtered=wanted != Wanted(),
        is_later=bool(request.GET.get("cursor")),
        first_url=form.address(),
        older_url=form.address(cursor=page.next_cursor) if page.next_cursor else "",
        sees_looks=place.may(Permission.PRIVACY),
    )
    return render(request, "dashboard/changes/list.html", context)
