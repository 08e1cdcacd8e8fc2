"""One change: from and to side by side, and the way back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from merchants.actions.reverting import ChangedSince, obstacle, revert
from merchants.models import SettingChange
from merchants.policy import Permission
from postpurchase.dashboard.changes.words import LOOKS, field_changes, page_url
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place, forbidden, merchant_page
from postpurchase.staff.frame import frame


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show a change; take it back where that is asked for."""
    rows = SettingChange.objects.select_related("reverts")
    change = rows.filter(public_id=public_id).first()
    if change is None:
        raise Http404("no such change")
    if request.method == "POST":
        if not place.may(Permission.SET_UP):
            return forbidden(request, place, Permission.SET_UP)
        _revert(request, place, change)
        return redirect("dashboard:changes_one", place.slug, public_id)
    refusal = obstacle(change, now=timezone.now())
    icon, tone = LOOKS[change.kind]
    context = frame(
        request,
        place,
        change=change,
        fields=field_changes(change),
        icon=icon,
        tone=tone,
        refusal=refusal.reason if refusal else "",
        later=refusal.later if isinstance(refusal, ChangedSince) else None,
        reverted_by=SettingChange.objects.filter(reverts=change).order_by("-at").first(),
        page_url=page_url(change, place.slug),
        may_revert=place.may(Permission.SET_UP) and refusal is None,
    )
    return render(request, "dashboard/changes/change.html", context)


def _revert(request: HttpRequest, place: Place, change: SettingChange) -> None:
    try:
        revert(change, by=place.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Brought back. Pages and mails show it from now on."))
