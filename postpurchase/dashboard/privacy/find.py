"""Finding a person by e-mail address, phone or order number."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders import people
from orders.models import Order
from orders.people import Person
from postpurchase.dashboard.privacy.names import name_of
from postpurchase.lib.crypto import seal, unseal
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

SOUGHT = "sought"


class FindForm(forms.Form):
    """One box for all that a person may be known by."""

    use_required_attribute = False

    who = forms.CharField(
        label=gettext_lazy("E-mail address, phone or order number"),
        help_text=gettext_lazy(
            "Written in full. Nothing is guessed, so that you find the right person."
        ),
        max_length=320,
        error_messages={
            "required": gettext_lazy("Enter an e-mail address, a phone number or an order number")
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A person who may be meant, and where to go on."""

    label: str
    orders: int
    url: str


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.PRIVACY)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask whom it is about; one person found leads straight to their page."""
    if request.method != "POST":
        return _results(request, place, sought=_sought(request))
    form = FindForm(request.POST)
    if not form.is_valid():
        context = frame(request, place, form=form)
        return render(request, "dashboard/privacy/find.html", context, status=422)
    sought = form.cleaned_data["who"]
    found = people.find(place.merchant, sought)
    if len(found) == 1:
        return redirect("dashboard:privacy_person", place.slug, name_of(found[0]))
    query = urlencode({"q": seal(f"{SOUGHT} {sought}")})
    return redirect(f"{reverse('dashboard:privacy', args=[place.slug])}?{query}")


def _results(request: HttpRequest, place: Place, *, sought: str) -> HttpResponse:
    persons = people.find(place.merchant, sought) if sought else []
    pks = [people.order_pks(person) for person in persons]
    shown = [pk for found in pks for pk in found][:500]
    note_look(place.viewer, LookKind.LIST, of=Order, rows=shown, now=timezone.now())
    context = frame(
        request,
        place,
        form=FindForm(initial={"who": sought}),
        sought=sought,
        found=[_found(place, person, len(mine)) for person, mine in zip(persons, pks, strict=True)],
    )
    return render(request, "dashboard/privacy/find.html", context)


def _found(place: Place, person: Person, orders: int) -> Found:
    url = reverse("dashboard:privacy_person", args=[place.slug, name_of(person)])
    return Found(person.email or _("An order without e-mail address"), orders, url)


def _sought(request: HttpRequest) -> str:
    try:
        word, _space, sought = unseal(request.GET.get("q", "")).partition(" ")
    except ValueError:
        return ""
    return sought if word == SOUGHT else ""
