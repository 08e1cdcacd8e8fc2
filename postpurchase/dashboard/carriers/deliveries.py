"""What carriers sent or answered: a list to look through, each with what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from postpurchase.dashboard.carriers.health import in_order, state_of
from postpurchase.dashboard.connections.bodies import shown_body
from postpurchase.dashboard.connections.words import Verdict
from postpurchase.lib.keyset import BadCursor, Ordering, Page, merged
from postpurchase.lib.locales import ago_text
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame
from tracking.actions.inbox import replay as read_again
from tracking.models import CarrierAccount, CarrierDelivery
from tracking.statuses import InboxState

NEWEST = Ordering("received_at", newest_first=True)
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A delivery as the list shows it."""

    entry: CarrierDelivery
    account: str
    verdict: Verdict
    ago: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; what it says that cannot be is as if not said."""

    account: CarrierAccount | None
    state: str

    @property
    def query(self) -> dict[str, str]:
        """Give the filters as the address writes them."""
        said = {
            "account": str(self.account.public_id) if self.account else "",
            "state": self.state,
        }
        return {name: value for name, value in said.items() if value}


@require_safe
@merchant_page(Permission.LOOK)
def show_all(request: HttpRequest, place: Place) -> HttpResponse:
    """List deliveries, the newest first."""
    now = timezone.now()
    accounts = in_order()
    filters = _filters(request.GET, accounts)
    found = _page(accounts, filters, request.GET.get("after"))
    older = urlencode({**filters.query, "after": found.next_cursor}) if found.next_cursor else ""
    context = frame(
        request,
        place,
        lines=_lines(found.rows, accounts, now=now),
        filters=filters,
        accounts=accounts,
        states=InboxState.choices,
        is_narrowed=bool(filters.query),
        is_first="after" not in request.GET,
        newest=urlencode(filters.query),
        older=older,
        may_serve=place.may(Permission.SERVE),
    )
    return render(request, "dashboard/carriers/deliveries.html", context)


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show one delivery: what became of it, what to do, and what it says."""
    now = timezone.now()
    entry = delivery_or_404(public_id)
    note_look(place.viewer, LookKind.PAYLOAD, of=CarrierDelivery, rows=[entry.pk], now=now)
    body, is_cut = shown_body(bytes(entry.body))
    context = frame(
        request,
        place,
        entry=entry,
        verdict=state_of(entry),
        ago=ago_text(entry.received_at, now=now),
        body=body,
        is_cut=is_cut,
        size=len(entry.body),
        may_read_again=place.may(Permission.SERVE) and entry.state != InboxState.PLANNED,
    )
    return render(request, "dashboard/carriers/delivery.html", context)


@require_safe
@merchant_page(Permission.LOOK)
def raw(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Give the body as it was sent, as a file."""
    entry = delivery_or_404(public_id)
    now = timezone.now()
    note_look(place.viewer, LookKind.EXPORT, of=CarrierDelivery, rows=[entry.pk], now=now)
    response = HttpResponse(bytes(entry.body), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="delivery-{entry.public_id}.txt"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@merchant_page(Permission.SERVE)
def replay(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Have one delivery read again; what it said before is not counted twice."""
    entry = delivery_or_404(public_id)
    if entry.state == InboxState.PLANNED:
        messages.info(request, _("It is about to be read already."))
    else:
        read_again([entry], now=timezone.now())
        messages.success(request, _("It will be read again within seconds. Load the page anew."))
    return redirect("dashboard:carriers_delivery", place.slug, public_id)


@require_POST
@merchant_page(Permission.SERVE)
def replay_failed(request: HttpRequest, place: Place) -> HttpResponse:
    """Have the newest that failed read again, of one account or of all."""
    filters = _filters(request.POST, in_order())
    rows = CarrierDelivery.objects.filter(state=InboxState.FAILED)
    if filters.account:
        rows = rows.filter(account=filters.account)
    count = read_again(list(rows.order_by("-received_at", "-pk")[:500]), now=timezone.now())
    if count:
        messages.success(request, _("Reading again: %(count)d. Load the page anew in a while.") % {
            "count": count
        })  # fmt: skip
    else:
        messages.info(request, _("Nothing has failed."))
    return redirect("dashboard:carriers_deliveries", place.slug)


def delivery_or_404(public_id: UUID) -> CarrierDelivery:
    """Give a delivery to the shop. Raises Http404."""
    rows = CarrierDelivery.objects.filter(public_id=public_id).select_related("account")
    entry = rows.first()
    if entry is None:
        raise Http404("no such delivery")
    return entry


def _filters(query: QueryDict, accounts: list[CarrierAccount]) -> Filters:
    named = {str(each.public_id): each for each in accounts}
    state = query.get("state", "")
    return Filters(named.get(query.get("account", "")), state if state in InboxState else "")


def _page(
    accounts: list[CarrierAccount], filters: Filters, cursor: str | None
) -> Page[CarrierDelivery]:
    wanted = [filters.account] if filters.account else accounts
    parts: list[QuerySet[CarrierDelivery]] = []
    for account in wanted:
        rows = CarrierDelivery.objects.filter(account=account).defer("body")
        parts.append(rows.filter(state=filters.state) if filters.state else rows)
    try:
        return merged(parts, ordering=NEWEST, cursor=cursor, limit=PER_PAGE)
    except BadCursor as error:
        raise Http404("no such page") from error


def _lines(
    entries: list[CarrierDelivery], accounts: list[CarrierAccount], *, now: datetime
) -> list[Line]:
    names = {each.pk: str(each) for each in accounts}
    return [
        Line(
            entry,
            names.get(entry.account_id, ""),
            state_of(entry),
            ago_text(entry.received_at, now=now),
        )
        for entry in entries
    ]
