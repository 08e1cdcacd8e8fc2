"""The parcels of an order as its page shows them: one card for each package, and what they say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import quote

from django.utils.translation import gettext as _

from orders.models import Order
from orders.rendering import OrderView
from orders.statuses import Status
from postpurchase.portal.questions import Question, question_of
from tracking.rendering import Contents, ParcelView, Standing, contents_of, parcel_view
from tracking.shown import Shown, fingerprint, of_order
from tracking.statuses import Direction

SPEAKING = frozenset({Status.PART_SHIPPED, Status.SHIPPED, Status.DELIVERED})
"""States of an order in which its parcels say where it is."""
UNDER_WAY = frozenset(Standing) - {
    Standing.DELIVERED,
    Standing.RETURNING,
    Standing.RETURNED,
    Standing.LOST,
    Standing.CANCELLED,
    Standing.EXPIRED,
}
"""Where a parcel may still reach its recipient by itself."""
ASKED_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Piece:
    """One parcel of a package, and what its recipient may decide about it."""

    view: ParcelView
    question: Question | None
    missing_url: str = ""
    """Starts a letter to the shop that a package said to be delivered is not there."""


@dataclass(frozen=True)
class Card:
    """A package: its parcels – several where the shop did not say what is in which – and goods."""

    heading: str
    pieces: tuple[Piece, ...]
    contents: Contents

    @property
    def first(self) -> ParcelView:
        """Give the parcel that speaks for the package."""
        return self.pieces[0].view


@dataclass(frozen=True)
class Parcels:
    """All that the page shows of an order's parcels. Empty where there are none."""

    cards: tuple[Card, ...] = ()
    homeward: tuple[Card, ...] = ()
    is_split: bool = False
    """Whether each unit is in one package or still to be packed, as far as the shop says."""
    headline: str = ""
    sentence: str = ""
    next_day: str = ""
    fingerprint: str = ""
    is_over: bool = True

    @property
    def is_asked(self) -> bool:
        """Tell whether somebody has yet to say what should happen to a parcel."""
        pieces = [piece for card in self.cards for piece in card.pieces]
        return any(piece.question and piece.question.is_open for piece in pieces)

    @property
    def only(self) -> ParcelView | None:
        """Give the parcel if there is but one."""
        alone = len(self.cards) == 1 and len(self.cards[0].pieces) == 1
        return self.cards[0].first if alone else None


def parcels_part(order: Order, view: OrderView, *, now: datetime) -> Parcels:
    """Read an order's parcels and put them into words."""
    # Parcels are made of what the shop says it sent: where it sent nothing, nothing is asked.
    rows = of_order(order.pk) if order.fulfilments.all() else []
    if not rows:
        return Parcels()
    out = [row for row in rows if row.shipment.direction == Direction.OUT]
    back = [row for row in rows if row.shipment.direction == Direction.RETURN]
    cards = _cards(out, order, view, now=now)
    speaks = view.status in SPEAKING
    return Parcels(
        cards=cards,
        homeward=tuple(_homeward(row, order, view, now=now) for row in back),
        is_split=bool(cards) and _adds_up(out, cards, order),
        headline=_headline(view, cards) if speaks else "",
        sentence=_sentence(view, cards) if speaks else "",
        next_day=_next_day(cards),
        fingerprint=fingerprint(rows),
        is_over=all(one.is_over for one in _pieces(cards)),
    )


def _cards(
    rows: Sequence[Shown], order: Order, view: OrderView, *, now: datetime
) -> tuple[Card, ...]:
    groups = _groups(rows)
    cards: list[Card] = []
    for group in groups:
        units = _units(group)
        pieces = tuple(_piece(row, view, now=now, to=order.merchant.support_email) for row in group)
        heading = _heading(len(cards) + 1, len(groups), is_open=bool(view.unshipped))
        cards.append(Card(heading, pieces, contents_of(units, order, view)))
    return tuple(cards)


def _groups(rows: Sequence[Shown]) -> list[list[Shown]]:
    """Put parcels together of which only their fulfilment's contents are known."""
    groups: dict[object, list[Shown]] = {}
    for row in rows:
        own = row.shipment.fulfilment_id if row.shipment.fulfilment_id else f"#{row.shipment.pk}"
        groups.setdefault(own, []).append(row)
    apart: list[list[Shown]] = []
    for group in groups.values():
        known = all(row.units for row in group)
        apart += [[row] for row in group] if known else [group]
    return apart


def _units(rows: Sequence[Shown]) -> dict[int, int]:
    units: dict[int, int] = {}
    for row in rows:
        for line, quantity in row.units.items():
            units[line] = units.get(line, 0) + quantity
    return units


def _piece(row: Shown, order: OrderView, *, now: datetime, to: str) -> Piece:
    view = parcel_view(row.shipment, now=now, troubles=row.troubles)
    if view.standing == Standing.DELIVERED and not view.is_return:
        return Piece(view, None, _missing_url(view, order.number, now=now, to=to))
    if view.standing == Standing.SENT and order.status == Status.DELIVERED:
        # The shop alone says so: of the parcel itself we know nothing to the contrary.
        view = replace(view, text="", date=None, steps=(), chip="")
    return Piece(view, question_of(row))


def _missing_url(view: ParcelView, number: str, *, now: datetime, to: str) -> str:
    """Start a letter that tells the facts, for as long as somebody may still look for it."""
    if not to or view.date is None or now.date() - view.date.last > ASKED_FOR:
        return ""
    subject = _("Order %(number)s: not received") % {"number": number}
    facts = {"carrier": view.carrier, "number": view.number, "moment": view.date.days}
    body = _(
        "%(carrier)s %(number)s is said to have been delivered on %(moment)s. I do not have it."
    )
    return f"mailto:{quote(to, safe='@')}?subject={quote(subject)}&body={quote(body % facts)}"


def _heading(number: int, count: int, *, is_open: bool) -> str:
    if count == 1:
        return _("On its way") if is_open else _("Your package")
    text = _("Package %(number)d") if is_open else _("Package %(number)d of %(count)d")
    return text % {"number": number, "count": count}


def _homeward(row: Shown, order: Order, view: OrderView, *, now: datetime) -> Card:
    return Card(
        _("Your return"),
        (_piece(row, view, now=now, to=order.merchant.support_email),),
        contents_of(row.units, order, view),
    )


def _adds_up(rows: Sequence[Shown], cards: Sequence[Card], order: Order) -> bool:
    """Tell whether each unit that left is in one package: then the rest is still to be packed."""
    units = _units(rows)
    return all(card.contents for card in cards) and all(
        units.get(line.pk, 0) == min(line.fulfilled, line.ordered)
        for line in order.lines.all()
        if line.requires_shipping
    )


def _pieces(cards: Sequence[Card]) -> list[ParcelView]:
    return [piece.view for card in cards for piece in card.pieces]


def _headline(view: OrderView, cards: Sequence[Card]) -> str:
    """Say in one sentence where the order is; the shop's word stands where we know no more."""
    pieces = _pieces(cards)
    if not pieces:
        return ""
    if view.status == Status.DELIVERED and all(one.standing == Standing.SENT for one in pieces):
        return ""
    if len(pieces) == 1 and not view.unshipped:
        return pieces[0].headline
    here = [one for one in pieces if one.standing == Standing.DELIVERED]
    if len(here) == len(pieces) and not view.unshipped:
        return max(here, key=lambda one: one.date.last if one.date else date.min).headline
    if not here and not any(one.standing in UNDER_WAY for one in pieces):
        return pieces[0].headline
    return _counted(view, cards, here=len(here), count=len(pieces))


def _counted(view: OrderView, cards: Sequence[Card], *, here: int, count: int) -> str:
    """Count items where the shop says what is in which package, else packages."""
    if all(card.contents for card in cards):
        units = {
            "here": _units_in(cards, frozenset({Standing.DELIVERED})),
            "moving": _units_in(cards, UNDER_WAY),
            "count": view.item_count,
        }
        if here and units["here"]:
            return _("%(here)d of %(count)d items delivered") % units
        if units["moving"] < view.item_count:
            return _("%(moving)d of %(count)d items are on the way") % units
    packages = {"here": here, "count": count}
    if here:
        return _("%(here)d of %(count)d packages delivered") % packages
    return _("Your order is on the way in %(count)d packages") % packages


def _units_in(cards: Sequence[Card], standings: Collection[Standing]) -> int:
    """Count the units of packages of which all parcels stand so."""
    meant = [card for card in cards if all(one.view.standing in standings for one in card.pieces)]
    return sum(quantity for card in meant for _line, quantity in card.contents)


def _sentence(view: OrderView, cards: Sequence[Card]) -> str:
    pieces = _pieces(cards)
    if len(pieces) == 1 and not view.unshipped:
        return pieces[0].text
    stuck = [card.heading for card in cards if any(piece.view.needs_you for piece in card.pieces)]
    told = []
    if day := _next_day(cards):
        told.append(_("Next: %(day)s.") % {"day": day})
    if stuck:
        told.append(_("Look at this one: %(package)s.") % {"package": stuck[0]})
    if view.unshipped:
        told.append(_("The rest is still being packed."))
    return " ".join(told)


def _next_day(cards: Sequence[Card]) -> str:
    """Give the days on which the next package comes; nothing where none is named."""
    dates = [one.date for one in _pieces(cards) if one.date and not one.is_over]
    named = [each for each in dates if not each.is_passed]
    return min(named, key=lambda each: each.last).days if named else ""
