"""The list of orders: saved views as tabs, filters in the address, pages that begin at an order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders.actions.tags import UnusableTag, tag_name
from orders.models import Order
from orders.shelf import WALK, Shelf, Spot, Wanted, newer_than, older_than
from orders.sources.limits import EARLIEST, LATEST
from orders.statuses import FulfilmentStatus, PaymentStatus, Status
from postpurchase.desk.bulk_acts import AT_MOST as BULK_AT_MOST
from postpurchase.desk.bulk_acts import BULK
from postpurchase.desk.rows import rows_of
from postpurchase.desk.worklists import BY_NAME, Asker, View, tabs, wanted_by
from postpurchase.lib.crypto import seal, unseal
from postpurchase.staff.access import Place, desk_page
from postpurchase.staff.frame import desk_frame

SIZE = 50


def _any(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[("", _("Any")), *choices.choices], required=False
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "max": "9999-12-30"}),
        error_messages={"invalid": _("Write a day such as 2026-11-24.")},
    )


class Filters(forms.Form):
    """What an agent may narrow the list by."""

    view = forms.CharField(required=False, widget=forms.HiddenInput)
    status = _any(_("Status"), Status)
    payment = _any(_("Payment"), PaymentStatus)
    fulfilment = _any(_("Shipping"), FulfilmentStatus)
    tag = forms.CharField(label=_("Tag"), required=False, max_length=60)
    placed_from = _day(_("Placed from"))
    placed_to = _day(_("Placed to"))

    def clean_tag(self) -> str:
        """Fold the tag as it is stored."""
        text: str = self.cleaned_data["tag"]
        try:
            return tag_name(text) if text else ""
        except UnusableTag as refusal:
            raise forms.ValidationError(str(refusal.reason)) from refusal

    def clean(self) -> dict[str, Any]:
        """Refuse days that no shop has orders of, and a range that ends before it begins."""
        data: dict[str, Any] = super().clean() or {}
        for name in ("placed_from", "placed_to"):
            day = data.get(name)
            if day and not EARLIEST.date() <= day < LATEST.date():
                self.add_error(name, _("Write a day such as 2026-11-24."))
        first, last = data.get("placed_from"), data.get("placed_to")
        if first and last and last < first:
            self.add_error("placed_to", _("The last day is before the first."))
        return data


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, checked: a view, filters, and those that are in force."""

    form: Filters
    view: View | None
    filters: dict[str, str]

    @property
    def query(self) -> str:
        """Give view and filters as an address writes them."""
        view = {"view": self.view.name} if self.view else {}
        return urlencode(view | self.filters)


@require_safe
@desk_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show a page of the orders that view and filters leave."""
    now = timezone.now()
    asked = read(request.GET)
    wanted = wanted_of(asked, Asker(place, now))
    shelf = _shelf(wanted, request, place) if wanted else Shelf([])
    here = f"{reverse('admin:desk_orders')}?{_with(asked, _spot_in(request))}"
    back = f"{here}{'' if here.endswith('?') else '&'}"
    anchor = asked.view.anchor if asked.view else ""
    rows, _orders = rows_of(shelf.ids, merchant=place.merchant, back=back, now=now, anchor=anchor)
    note_look(place.viewer, LookKind.LIST, of=Order, rows=shelf.ids, now=now)
    context: dict[str, Any] = {
        "current": "admin:desk_orders",
        "asked": asked,
        "form": asked.form,
        "is_filtered": bool(asked.filters),
        "tabs": tabs(place, current=asked.view.name if asked.view else "", now=now),
        "rows": rows,
        "newer": _link(asked, "newer", shelf.first if shelf.has_newer else None),
        "older": _link(asked, "older", shelf.last if shelf.has_older else None),
        "further": _link(asked, "older", shelf.looked_until),
        "looked_until": shelf.looked_until,
        "walk": WALK,
        "here": request.GET.get("here", ""),
        "may_serve": place.may(Permission.SERVE),
        "bulk_acts": BULK,
        "bulk_at_most": BULK_AT_MOST,
    }
    return render(request, "desk/list.html", desk_frame(request, place, **context))


def read(fields: Any) -> Asked:
    """Read view and filters out of an address; an unknown view is none."""
    form = Filters({name: fields.get(name, "").replace("\0", "") for name in Filters.base_fields})
    form.is_valid()
    data = form.cleaned_data
    filters = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in data.items()
        if value and name != "view"
    }
    return Asked(form, BY_NAME.get(data.get("view", "")), filters)


def wanted_of(asked: Asked, asker: Asker) -> Wanted | None:
    """Put view and filters together; None: the filters are not understood."""
    if not asked.form.is_valid():
        return None
    data = asked.form.cleaned_data
    wanted = wanted_by(asked.view, asker) if asked.view else Wanted()
    if data["status"]:
        statuses = frozenset({data["status"]})
        if wanted.statuses and not statuses & wanted.statuses:
            return Wanted(ids=())
        wanted = replace(wanted, statuses=statuses)
    first, last = data["placed_from"], data["placed_to"]
    ends = [wanted.placed_before, _midnight(last + timedelta(days=1), asker) if last else None]
    return replace(
        wanted,
        payment=data["payment"],
        fulfilment=data["fulfilment"],
        tag=data["tag"],
        placed_from=_midnight(first, asker) if first else None,
        placed_before=min((end for end in ends if end), default=None),
    )


def _midnight(day: date, asker: Asker) -> datetime:
    return datetime.combine(day, time(), tzinfo=asker.place.merchant.zone)


def _shelf(wanted: Wanted, request: HttpRequest, place: Place) -> Shelf:
    side, spot = next(iter(_spot_in(request).items()), ("older", ""))
    found = read_spot(spot)
    if found and side == "newer":
        return newer_than(wanted, found, merchant_id=place.merchant.pk, size=SIZE)
    return older_than(wanted, found, merchant_id=place.merchant.pk, size=SIZE)


def _spot_in(request: HttpRequest) -> dict[str, str]:
    spots = {side: request.GET.get(side, "") for side in ("newer", "older")}
    return {side: text for side, text in spots.items() if read_spot(text)}


def spot_text(spot: Spot) -> str:
    """Write a place in the list into an address; it tells nobody our numbers."""
    return seal(f"{spot.at.isoformat()} {spot.pk}")


def read_spot(text: str) -> Spot | None:
    """Read a place in the list; nonsense is the beginning."""
    try:
        at, pk = unseal(text).split(" ")
        return Spot(datetime.fromisoformat(at), int(pk))
    except ValueError:
        return None


def _link(asked: Asked, side: str, spot: Spot | None) -> str:
    return f"?{_with(asked, {side: spot_text(spot)})}" if spot else ""


def _with(asked: Asked, spot: dict[str, str]) -> str:
    return "&".join(part for part in (asked.query, urlencode(spot)) if part)
