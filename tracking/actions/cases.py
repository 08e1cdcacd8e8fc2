"""What shoppers want done about a parcel in trouble, and how cases end by people's hands.

Nothing is passed on to a carrier from here: the shop reads the answer and does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.statuses import ActorKind
from orders.timeline import Actor, record
from postpurchase.lib.errors import Refused
from tracking.actions.troubles import door
from tracking.models import ParcelCase, Shipment
from tracking.statuses import CaseAnswer, CaseState, ParcelEvent, Party, Trouble

SHOPPER = Actor(ActorKind.SHOPPER)
SLOT_DAYS = 7
"""Days on which carriers come that a shopper may choose from."""
LONGEST_MESSAGE = 2000
LONGEST_OUTCOME = 500
NOTHING_SAID = "-"
ADDRESS: dict[str, tuple[int, bool]] = {
    "name": (200, False),
    "street": (200, True),
    "street2": (200, False),
    "postcode": (20, True),
    "city": (200, True),
}
"""The parts of another address: how long each may be, and whether it must be there."""
ANSWERABLE = frozenset({Trouble.ATTEMPT, Trouble.EXCEPTION, Trouble.CUSTOMS, Trouble.PICKUP})
MISSING: dict[str, Promise] = {
    "street": _("Enter a street and house number."),
    "postcode": _("Enter a postcode."),
    "city": _("Enter a town."),
}


class CaseClosed(Refused):
    """The parcel moved on meanwhile, or somebody settled it."""

    code = "case_closed"

    def __init__(self) -> None:
        super().__init__(_("Your package has moved on: there is nothing to answer any more."))


class NotAsked(Refused):
    """The shopper can do nothing about this kind of trouble."""

    code = "not_asked"

    def __init__(self) -> None:
        super().__init__(_("There is nothing for you to do about this."))


class BadAnswer(Refused):
    """Something of an answer is missing or cannot be; `field` says what."""

    code = "bad_answer"

    def __init__(self, field: str, reason: str | Promise) -> None:
        super().__init__(reason)
        self.field = field


class CaseIsOpen(Refused):
    """A case that is open cannot be opened again."""

    code = "case_open"

    def __init__(self) -> None:
        super().__init__(_("This case is open already."))


def may_answer(case: ParcelCase) -> bool:
    """Tell whether the shopper is asked what is to be done."""
    if case.state == CaseState.CLOSED or case.kind not in ANSWERABLE:
        return False
    return case.kind == Trouble.ATTEMPT or case.must_act == Party.RECIPIENT


def slots(shipment: Shipment, *, now: datetime) -> list[date]:
    """Give the days from tomorrow on on which the carrier may come; order and merchant loaded."""
    there = door(shipment)
    days: list[date] = []
    day = there.day_of(now)
    while len(days) < SLOT_DAYS:
        day = there.next_delivery(day + timedelta(days=1))
        days.append(day)
    return days


@transaction.atomic
def answer_case(
    case: ParcelCase, *, answer: CaseAnswer, data: Mapping[str, Any], now: datetime
) -> ParcelCase:
    """Take what the shopper wants; the same answer again changes nothing, another replaces it.

    `data` by answer: `day` (ISO) for another day, the parts of ADDRESS, `place` for collecting,
    `message` for a message. Raises CaseClosed, NotAsked, BadAnswer.
    """
    current = _locked(case)
    if current.state == CaseState.CLOSED:
        raise CaseClosed
    if not may_answer(current):
        raise NotAsked
    said = _READ[CaseAnswer(answer)](current.shipment, data, now)
    if (current.answer, current.answer_data) == (answer, said):
        return current
    current.answer, current.answer_data = answer, said
    current.state, current.answered_at = CaseState.ANSWERED, now
    current.save(update_fields=["answer", "answer_data", "state", "answered_at"])
    _tell(current, ParcelEvent.ANSWERED, actor=SHOPPER, now=now, answer=str(answer))
    return current


@transaction.atomic
def close_case(case: ParcelCase, *, outcome: str, actor: Actor, now: datetime) -> ParcelCase:
    """Close a case in somebody's words; closing it twice is harmless."""
    current = _locked(case)
    if current.state == CaseState.CLOSED:
        return current
    current.state, current.closed_at = CaseState.CLOSED, now
    current.outcome = _text(outcome, LONGEST_OUTCOME)
    # What a person closed stays closed, even if the same trouble is seen again.
    current.closed_by = actor.name[:200] or NOTHING_SAID
    current.save(update_fields=["state", "closed_at", "outcome", "closed_by"])
    _tell(current, ParcelEvent.SETTLED, actor=actor, now=now, trouble=current.kind)
    return current


@transaction.atomic
def reopen_case(case: ParcelCase, *, actor: Actor, now: datetime) -> ParcelCase:
    """Open a closed case again, as the shopper answered it if they did. Raises CaseIsOpen."""
    current = _locked(case)
    if current.state != CaseState.CLOSED:
        raise CaseIsOpen
    current.state = CaseState.ANSWERED if current.answered_at else CaseState.OPEN
    current.closed_at, current.closed_by, current.outcome = None, "", ""
    current.save(update_fields=["state", "closed_at", "closed_by", "outcome"])
    told = {"trouble": current.kind, "again": True}
    _tell(current, ParcelEvent.TROUBLE, actor=actor, now=now, **told)
    return current


def _locked(case: ParcelCase) -> ParcelCase:
    """Read a case again, its order, parcel and itself locked in this sequence."""
    parcels = Shipment.every.of(case.merchant_id)
    order_id = parcels.values_list("order_id", flat=True).get(pk=case.shipment_id)
    orders = Order.every.select_related("merchant")
    order = orders.select_for_update(of=("self",), no_key=True).get(pk=order_id)
    parcel = parcels.select_for_update(of=("self",)).get(pk=case.shipment_id)
    parcel.order = order
    current = ParcelCase.every.select_for_update(of=("self",)).get(pk=case.pk)
    current.shipment = parcel
    return current


def _tell(case: ParcelCase, kind: ParcelEvent, *, actor: Actor, now: datetime, **data: Any) -> None:
    told = {"shipment": str(case.shipment.public_id), "case": str(case.public_id), **data}
    record(case.shipment.order, kind, at=now, actor=actor, **told)


def _text(value: Any, at_most: int) -> str:
    """Read a text as people mean it: no control characters, no lone halves of characters."""
    text = value if isinstance(value, str) else ""
    text = text.replace("\r\n", "\n").encode("utf-8", "ignore").decode()
    kept = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    return kept.strip()[:at_most]


def _slot(shipment: Shipment, data: Mapping[str, Any], now: datetime) -> dict[str, str]:
    days = {day.isoformat() for day in slots(shipment, now=now)}
    chosen = str(data.get("day", ""))
    if chosen not in days:
        raise BadAnswer("day", _("Choose one of the days."))
    return {"day": chosen}


def _address(shipment: Shipment, data: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """Read another address in the same country: abroad, tax and price would be others."""
    said = {name: _text(data.get(name), length) for name, (length, _need) in ADDRESS.items()}
    for name, (_length, is_needed) in ADDRESS.items():
        if is_needed and not said[name]:
            raise BadAnswer(name, MISSING[name])
    wanted = _text(data.get("country"), 2).upper()
    country = shipment.to_country or shipment.order.merchant.country
    if wanted and wanted != country:
        raise BadAnswer("country", _("The country has to stay the same."))
    return {**{name: text for name, text in said.items() if text}, "country": country}


def _pickup(shipment: Shipment, data: Mapping[str, Any], now: datetime) -> dict[str, str]:
    place = _text(data.get("place"), 200)
    return {"place": place} if place else {}


def _message(shipment: Shipment, data: Mapping[str, Any], now: datetime) -> dict[str, str]:
    text = _text(data.get("message"), LONGEST_MESSAGE + 1)
    if not text:
        raise BadAnswer("message", _("Enter a message."))
    if len(text) > LONGEST_MESSAGE:
        raise BadAnswer("message", _("Your message must be 2,000 characters or fewer."))
    return {"message": text}


_READ: dict[CaseAnswer, Callable[[Shipment, Mapping[str, Any], datetime], dict[str, str]]] = {
    CaseAnswer.SLOT: _slot,
    CaseAnswer.ADDRESS: _address,
    CaseAnswer.PICKUP: _pickup,
    CaseAnswer.MESSAGE: _message,
}
