"""One box for all that agents have at hand: it finds out by itself what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders import search
from orders.keys import number_key
from orders.models import Order
from orders.postings import Hits
from postpurchase.desk.rows import Row, rows_of
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.frame import desk_frame
from tracking import search as parcels

LONGEST = 200
SOME = 20
"""So many orders of each kind are shown where several kinds found some."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that orders are found by.

    `reads` tells whether a text may be it, `find` looks, and `is_it` whether an order that was
    found is the very one that was meant: if it is the only one, its page opens at once.
    """

    label: str | Promise
    reads: Callable[[str], bool]
    find: Callable[[Place, str], Hits]
    is_it: Callable[[Order, Place, str], bool] = lambda _order, _place, _text: False


KINDS: tuple[Kind, ...] = (
    Kind(
        _("Order number"),
        search.is_number,
        lambda place, text: search.by_number(text, merchant_id=place.merchant.pk),
        lambda order, _place, text: number_key(order.number) == number_key(text),
    ),
    Kind(
        _("Tracking number"),
        parcels.is_number,
        lambda place, text: parcels.by_number(text, merchant_id=place.merchant.pk),
        # Only the whole number finds a parcel, so what was found was meant.
        lambda _order, _place, _text: True,
    ),
    Kind(
        _("E-mail address"),
        search.is_email,
        lambda place, text: search.by_email(text, merchant_id=place.merchant.pk),
        lambda order, _place, text: order.email == text.strip().lower(),
    ),
    Kind(
        _("Phone number"),
        search.is_phone,
        lambda place, text: search.by_phone(
            text, country=place.merchant.country, merchant_id=place.merchant.pk
        ),
        lambda order, place, text: search.is_same_phone(
            order.phone_key, text, place.merchant.country
        ),
    ),
    Kind(
        _("Name"),
        search.is_name,
        lambda place, text: search.by_name(text, merchant_id=place.merchant.pk),
    ),
    Kind(
        _("Product (SKU)"),
        search.is_sku,
        lambda place, text: search.by_sku(text, merchant_id=place.merchant.pk),
    ),
)
"""All that the box understands; what comes first shows an order that several kinds found."""


@dataclass(frozen=True, slots=True)
class Group:
    """The orders that one kind found."""

    label: str | Promise
    rows: list[Row]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What came of a search."""

    groups: list[Group]
    tried: list[str | Promise]
    the_one: Row | None
    """The only order that was meant without doubt."""

    @property
    def ids(self) -> list[int]:
        """Give the orders shown, by primary key."""
        return [row.pk for group in self.groups for row in group.rows]


@require_safe
@desk_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Find orders by whatever was typed; the only exact one opens at once."""
    text = readable(request.GET.get("q", ""))
    now = timezone.now()
    here = f"{reverse('admin:desk_search')}?{urlencode({'q': text})}&"
    findings = find(text, place, back=here, now=now) if text else None
    if findings and findings.the_one:
        return redirect(findings.the_one.url)
    if findings:
        note_look(place.viewer, LookKind.LIST, of=Order, rows=findings.ids, now=now)
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "search_text": text,
        "findings": findings,
        "here": request.GET.get("here", ""),
    }
    return render(request, "desk/search.html", desk_frame(request, place, **context))


def readable(text: str) -> str:
    """Keep what the database can be asked: no NUL, no half of a letter, one line of some length."""
    whole = text[: 4 * LONGEST].encode("utf-8", "ignore").decode().replace("\0", "")
    return " ".join(whole.split())[:LONGEST]


def find(text: str, place: Place, *, back: str, now: datetime) -> Findings:
    """Ask every kind that the text may be; each order is shown where it was found first."""
    kinds = [kind for kind in KINDS if kind.reads(text)]
    hits = _even([(kind, kind.find(place, text)) for kind in kinds])
    ids = list(dict.fromkeys(pk for _kind, found in hits for pk in found.ids))
    rows, orders = rows_of(ids, merchant=place.merchant, back=back, now=now)
    by_pk = {row.pk: row for row in rows}
    meant = {
        pk
        for kind, found in hits
        for pk in found.ids
        if pk in orders and kind.is_it(orders[pk], place, text)
    }
    groups = []
    for kind, found in hits:
        shown = [by_pk.pop(pk) for pk in found.ids if pk in by_pk]
        shown.sort(key=lambda row: (row.pk in meant, row.placed_at), reverse=True)
        if shown:
            groups.append(Group(kind.label, shown, has_more=found.has_more))
    return Findings(
        groups=groups,
        tried=[kind.label for kind in kinds],
        the_one=next((row for row in rows if row.pk in meant), None) if len(meant) == 1 else None,
    )


def _even(hits: list[tuple[Kind, Hits]]) -> list[tuple[Kind, Hits]]:
    """Let each of several kinds show some orders, so that none hides the next."""
    if sum(bool(found.ids) for _kind, found in hits) < 2:
        return hits
    return [
        (kind, Hits(found.ids[:SOME], found.has_more or len(found.ids) > SOME))
        for kind, found in hits
    ]
