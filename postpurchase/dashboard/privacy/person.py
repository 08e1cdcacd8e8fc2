"""A person's page: what is held of them, and the file with all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from notifications.models import Message, Suppression
from notifications.queries import message_pks
from orders import people
from orders.actions import traces
from orders.models import Customer, InboxEntry, Order
from orders.people import Person
from postpurchase.dashboard.privacy import export as exporting
from postpurchase.dashboard.privacy.names import person_or_404
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

NUMBERS_SHOWN = 12
LOOKS_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Subject:
    """A person with their account and orders, read once."""

    person: Person
    accounts: list[Customer]
    orders: list[Order]

    @property
    def pks(self) -> list[int]:
        """Give the primary keys of the orders."""
        return [order.pk for order in self.orders]

    @property
    def label(self) -> str:
        """Say who it is."""
        return self.person.email or _("Whoever placed %(number)s") % {
            "number": self.orders[0].number
        }


def subject_or_404(place: Place, name: str) -> Subject:
    """Give the person named in an address; 404 where nothing is held of them (any more)."""
    person = person_or_404(place, name)
    orders = people.orders_of(person).order_by("-placed_at", "-pk")
    subject = Subject(person, list(people.customers(person)), list(orders))
    if not (subject.accounts or subject.orders):
        raise Http404("nothing is held of this person")
    return subject


def note_subject(place: Place, subject: Subject, kind: LookKind, *, now: datetime) -> None:
    """Write down that somebody was shown this person."""
    if subject.orders:
        note_look(place.viewer, kind, of=Order, rows=subject.pks[:LOOKS_AT_MOST], now=now)
    else:
        accounts = [row.pk for row in subject.accounts]
        note_look(place.viewer, kind, of=Customer, rows=accounts, now=now)


@require_safe
@merchant_page(Permission.PRIVACY)
def show(request: HttpRequest, place: Place, person: str) -> HttpResponse:
    """Say what is held of a person, by table."""
    subject = subject_or_404(place, person)
    note_subject(place, subject, LookKind.PAGE, now=timezone.now())
    context = frame(
        request,
        place,
        name=person,
        subject=subject,
        numbers=subject.orders[:NUMBERS_SHOWN],
        more=max(len(subject.orders) - NUMBERS_SHOWN, 0),
        held=[row for row in _held(subject) if row[1]],
    )
    return render(request, "dashboard/privacy/person.html", context)


@require_POST
@merchant_page(Permission.PRIVACY)
def export(request: HttpRequest, place: Place, person: str) -> HttpResponse:
    """Give all that is held of a person as one JSON file."""
    now = timezone.now()
    subject = subject_or_404(place, person)
    note_subject(place, subject, LookKind.EXPORT, now=now)
    document = exporting.document(place.merchant, subject.person, subject.pks, now=now)
    answer = StreamingHttpResponse(document, content_type="application/json")
    day = timezone.localdate(now).isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="personal-data-{day}.json"'
    return cast(HttpResponse, answer)  # all that the frame of staff pages asks of one


def _held(subject: Subject) -> list[tuple[str, int]]:
    person, merchant_id = subject.person, subject.person.merchant_id
    messages = message_pks(merchant_id, email=person.email, order_pks=subject.pks)
    blocked = Suppression.objects.filter(address=person.email).exclude(address="")
    deliveries = sum(1 for _entry in traces.deliveries(person, subject.orders))
    counts: list[tuple[type[Model], int]] = [
        (Customer, len(subject.accounts)),
        (Order, len(subject.orders)),
        *((held.model, held.count) for held in people.held(subject.pks)),
        (Message, len(messages)),
        (Suppression, len(blocked)),
        (InboxEntry, deliveries),
    ]
    return [(str(capfirst(model._meta.verbose_name_plural)), count) for model, count in counts]
