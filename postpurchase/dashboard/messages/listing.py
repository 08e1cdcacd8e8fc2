"""The list of messages, newest first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from notifications.models import Message
from notifications.queries import Wanted, log_page, outages_of
from notifications.statuses import MessageState
from postpurchase.dashboard.messages.forms import FilterForm, asked
from postpurchase.dashboard.messages.rows import rows_of
from postpurchase.lib import keyset
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """List messages; a filter is sent as a form and answered with the address of its list."""
    is_search = request.method == "POST"
    form = FilterForm(request.POST if is_search else asked(request.GET))
    if form.is_valid() and is_search:
        return redirect(f"{reverse('dashboard:messages', args=[place.slug])}?{_query(form)}")
    wanted = form.wanted(place.merchant.zone) if form.is_valid() else Wanted()
    page = _page(request, place, wanted)
    now = timezone.now()
    note_look(place.viewer, LookKind.LIST, of=Message, rows=[r.pk for r in page.rows], now=now)
    context = frame(
        request,
        place,
        form=form,
        rows=rows_of(page.rows, shows_address=place.may(Permission.SERVE)),
        is_filtered=wanted != Wanted(),
        is_later=bool(request.GET.get("cursor")),
        first_url=f"?{_query(form)}",
        older_url=_older(form, page.next_cursor),
        outages=outages_of(place.merchant.pk),
        offers_all=wanted.states == (MessageState.FAILED,) and place.may(Permission.SERVE),
    )
    status = 422 if is_search else 200
    return render(request, "dashboard/messages/list.html", context, status=status)


def _page(request: HttpRequest, place: Place, wanted: Wanted) -> keyset.Page[Message]:
    try:
        return log_page(place.merchant.pk, wanted, cursor=request.GET.get("cursor"))
    except keyset.BadCursor:
        raise Http404("no such page") from None


def _older(form: FilterForm, cursor: str | None) -> str:
    return f"?{_query(form, cursor=cursor)}" if cursor else ""


def _query(form: FilterForm, **more: str) -> str:
    return urlencode((form.address() if form.is_valid() else {}) | more)
