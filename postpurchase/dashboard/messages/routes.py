"""Addresses that take no mail, and ways out that do not work."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from notifications.actions import outages as ways
from notifications.actions.suppressing import allow_again
from notifications.models import Suppression
from notifications.queries import outages_of, suppressed_page
from notifications.statuses import Channel
from orders.rendering import mask_email
from postpurchase.lib import keyset
from postpurchase.lib.crypto import seal, unseal
from postpurchase.staff.access import Place, forbidden, merchant_page
from postpurchase.staff.frame import frame

LONGEST = 320


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.LOOK)
def suppressed(request: HttpRequest, place: Place) -> HttpResponse:
    """List addresses that take no mail; find one, and let mails go there again."""
    here = reverse("dashboard:messages_suppressed", args=[place.slug])
    if request.method == "POST" and "find" in request.POST:
        address = request.POST.get("address", "").strip()[:LONGEST].replace("\0", "")
        return redirect(f"{here}?{_sealed(address)}" if address else here)
    if request.method == "POST":
        if not place.may(Permission.SERVE):
            return forbidden(request, place, Permission.SERVE)
        _allow(request, place)
        return redirect(here)
    return _list(request, place)


def _list(request: HttpRequest, place: Place) -> HttpResponse:
    wanted = _unsealed(request.GET.get("to", ""), word="to")
    try:
        cursor = request.GET.get("cursor")
        page = suppressed_page(place.merchant.pk, address=wanted, cursor=cursor)
    except keyset.BadCursor:
        raise Http404("no such page") from None
    now = timezone.now()
    pks = [row.pk for row in page.rows]
    note_look(place.viewer, LookKind.LIST, of=Suppression, rows=pks, now=now)
    may_serve = place.may(Permission.SERVE)
    context = frame(
        request,
        place,
        rows=[
            (row, row.address if may_serve else mask_email(row.address), seal(f"row {row.pk}"))
            for row in page.rows
        ],
        wanted=wanted,
        may_serve=may_serve,
        outages=outages_of(place.merchant.pk),
        older_url=f"?{urlencode({'cursor': page.next_cursor})}" if page.next_cursor else "",
    )
    return render(request, "dashboard/messages/suppressed.html", context)


def _allow(request: HttpRequest, place: Place) -> None:
    key = _unsealed(request.POST.get("row", ""), word="row")
    row = Suppression.objects.filter(pk=int(key)).first() if key.isdigit() else None
    if row is not None:
        allow_again(row, by=place.user, now=timezone.now())
    # Pressed twice, or by two people: the address is allowed either way.
    messages.success(request, _("Mails go to this address again."))


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.LOOK)
def outages(request: HttpRequest, place: Place) -> HttpResponse:
    """List ways out that fail, and try one at once."""
    if request.method == "POST":
        if not place.may(Permission.SERVE):
            return forbidden(request, place, Permission.SERVE)
        channel = request.POST.get("channel", "")
        if channel in Channel.values:
            ways.try_now(merchant_id=place.merchant.pk, channel=channel)
        messages.success(request, _("It is tried now. Open this page again in a minute."))
        return redirect("dashboard:messages_outages", place.slug)
    context = frame(
        request,
        place,
        outages=outages_of(place.merchant.pk),
        may_serve=place.may(Permission.SERVE),
        now=timezone.now(),
    )
    return render(request, "dashboard/messages/outages.html", context)


def _sealed(address: str) -> str:
    return urlencode({"to": seal(f"to {address}")})


def _unsealed(text: str, *, word: str) -> str:
    """Read what we sealed for this purpose; nothing for anything else."""
    try:
        kind, _space, said = unseal(text).partition(" ")
    except ValueError:
        return ""
    return said if kind == word else ""
