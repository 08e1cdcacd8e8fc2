"""What agents can do with a parcel: one table, each act with its form, each asked about first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Order
from orders.timeline import Actor
from postpurchase.desk.doing import uuid_or_none
from postpurchase.desk.parcel_forms import (
    CarrierForm,
    NothingToSay,
    OutcomeForm,
    StatusForm,
    TakeBackForm,
)
from postpurchase.desk.parcel_words import Text
from postpurchase.lib.crypto import seal, unseal
from postpurchase.lib.locales import moment_text
from tracking.actions.cases import close_case, reopen_case
from tracking.actions.correct import (
    Correction,
    ask_now,
    choose_carrier,
    correct_status,
    retract_scan,
)
from tracking.models import ParcelCase, Shipment, TrackingEvent
from tracking.statuses import CaseState, Cause, Milestone

Subject = TrackingEvent | ParcelCase | None
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """An act that is asked for: on which parcel, on what of it, by whom."""

    order: Order
    shipment: Shipment
    subject: Subject
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """Something an agent can do with a parcel. `tells` says what follows from it."""

    label: Text
    icon: str
    question: Text
    tells: Callable[[Wish], Text]
    form: Callable[[Wish, Any], forms.Form]
    do: Callable[[Wish, Fields], None]
    done: Text
    prevents: Callable[[Wish], Text] = lambda _wish: ""


def _status_form(wish: Wish, data: Any) -> forms.Form:
    return StatusForm(data, initial={"at": timezone.localtime(wish.now).replace(second=0)})


def _correct(wish: Wish, fields: Fields) -> None:
    said = Correction(
        milestone=Milestone(fields["milestone"]),
        at=fields["at"],
        reason=fields["reason"],
        cause=Cause(fields["cause"]),
    )
    correct_status(wish.shipment, said, actor=wish.actor, now=wish.now)


def _take_back(wish: Wish, fields: Fields) -> None:
    assert isinstance(wish.subject, TrackingEvent)
    retract_scan(
        wish.shipment,
        event_id=wish.subject.pk,
        reason=fields["reason"],
        actor=wish.actor,
        now=wish.now,
    )


def _close(wish: Wish, fields: Fields) -> None:
    assert isinstance(wish.subject, ParcelCase)
    close_case(wish.subject, outcome=fields["outcome"], actor=wish.actor, now=wish.now)


def _reopen(wish: Wish, _fields: Fields) -> None:
    assert isinstance(wish.subject, ParcelCase)
    reopen_case(wish.subject, actor=wish.actor, now=wish.now)


def _of_scan(wish: Wish) -> Text:
    assert isinstance(wish.subject, TrackingEvent)
    return _("%(moment)s: “%(text)s”. It stays on record and counts no more.") % {
        "moment": moment_text(wish.subject.occurred_at),
        "text": wish.subject.text or wish.subject.code,
    }


def _of_case(wish: Wish) -> Text:
    assert isinstance(wish.subject, ParcelCase)
    return _("“%(what)s” leaves the lists. If it happens again, it comes back as a new one.") % {
        "what": wish.subject.get_kind_display()
    }


def _is_back(wish: Wish) -> Text:
    is_back = isinstance(wish.subject, TrackingEvent) and wish.subject.retracted_at
    return _("This scan was taken back already.") if is_back else ""


def _is_closed(wish: Wish) -> Text:
    is_closed = isinstance(wish.subject, ParcelCase) and wish.subject.state == CaseState.CLOSED
    return _("This was closed already.") if is_closed else ""


def _is_open(wish: Wish) -> Text:
    is_open = isinstance(wish.subject, ParcelCase) and wish.subject.state != CaseState.CLOSED
    return _("This is open already.") if is_open else ""


def _no_number(wish: Wish) -> Text:
    return "" if wish.shipment.number else _("The parcel has no tracking number.")


def _nobody_to_ask(wish: Wish) -> Text:
    if wish.shipment.withdrawn_at:
        return _("The shop took this parcel back.")
    return _no_number(wish)


ACTS: dict[str, Act] = {
    "status": Act(
        label=gettext_lazy("Correct the status"),
        icon="pencil",
        question=gettext_lazy("Where is this parcel?"),
        tells=lambda _wish: _(
            "Your word outranks every scan up to that moment. The shopper’s page shows it at once; "
            "if it happened within the last two days, mails about it go out as for a scan."
        ),
        form=_status_form,
        do=_correct,
        done=gettext_lazy("The status was corrected."),
    ),
    "take-back": Act(
        label=gettext_lazy("Take the scan back"),
        icon="undo-2",
        question=gettext_lazy("Take this scan back?"),
        tells=_of_scan,
        form=lambda _wish, data: TakeBackForm(data),
        do=_take_back,
        done=gettext_lazy("The scan was taken back."),
        prevents=_is_back,
    ),
    "carrier": Act(
        label=gettext_lazy("Choose the carrier"),
        icon="truck",
        question=gettext_lazy("Whose number is this?"),
        tells=lambda _wish: _("What you choose stays, and the carrier is asked at once."),
        form=lambda wish, data: CarrierForm(data, shipment=wish.shipment),
        do=lambda wish, fields: choose_carrier(
            wish.shipment, fields["carrier"], actor=wish.actor, now=wish.now
        ),
        done=gettext_lazy("The carrier was chosen."),
    ),
    "ask": Act(
        label=gettext_lazy("Ask the carrier now"),
        icon="refresh-cw",
        question=gettext_lazy("Ask the carrier about this parcel now?"),
        tells=lambda _wish: _(
            "It is asked within a minute, if an account of yours under Carriers can ask for it."
        ),
        form=lambda _wish, data: NothingToSay(data),
        do=lambda wish, _fields: ask_now(wish.shipment, now=wish.now),
        done=gettext_lazy("The carrier will be asked within a minute."),
        prevents=_nobody_to_ask,
    ),
    "close": Act(
        label=gettext_lazy("Close it"),
        icon="circle-check",
        question=gettext_lazy("How did this end?"),
        tells=_of_case,
        form=lambda _wish, data: OutcomeForm(data),
        do=_close,
        done=gettext_lazy("It is closed."),
        prevents=_is_closed,
    ),
    "reopen": Act(
        label=gettext_lazy("Open it again"),
        icon="undo-2",
        question=gettext_lazy("Open this again?"),
        tells=lambda _wish: _("It comes back on your team’s lists."),
        form=lambda _wish, data: NothingToSay(data),
        do=_reopen,
        done=gettext_lazy("It is open again."),
        prevents=_is_open,
    ),
}


def scan_token(row: TrackingEvent) -> str:
    """Write a scan into an address; it tells nobody our numbers."""
    return seal(f"{row.occurred_at.isoformat()} {row.pk}")


def subject_of(name: str, shipment: Shipment, text: str) -> Subject:
    """Find what an act is about besides its parcel. Raises Http404."""
    found: Subject
    if name == "take-back":
        found = _scan_of(shipment, text)
    elif name in {"close", "reopen"}:
        found = _case_of(shipment, text)
    else:
        return None
    if found is None:
        raise Http404("no such scan or case")
    return found


def _scan_of(shipment: Shipment, text: str) -> TrackingEvent | None:
    try:
        at, pk = unseal(text).split(" ")
        moment, number = datetime.fromisoformat(at), int(pk)
    except ValueError:
        return None
    # The moment names the part of the table that the scan is in.
    rows = TrackingEvent.objects.filter(shipment_id=shipment.pk, occurred_at=moment, pk=number)
    return rows.first()


def _case_of(shipment: Shipment, text: str) -> ParcelCase | None:
    public_id = uuid_or_none(text)
    if public_id is None:
        return None
    return ParcelCase.objects.filter(shipment=shipment, public_id=public_id).first()
