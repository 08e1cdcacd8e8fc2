"""The order page's parts, put together from what the apps know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _

from orders.models import Event, Order
from orders.rendering import FulfilmentView, LineView, OrderView, TotalRow, order_view
from orders.statuses import AddressKind, OrderEvent, Status
from postpurchase.lib import locales
from postpurchase.lib.locales import money_text
from postpurchase.portal.acts import BEFORE_HAND_OVER, NextAct, acts_now, deadline
from postpurchase.portal.parcels import SPEAKING, Parcels, parcels_part
from postpurchase.portal.states import LOOKS, Look, Step, steps
from returns.queries import in_words, policy_at
from tracking.policy import Promise
from tracking.queries import promise_for
from tracking.rendering import ParcelView, Standing
from tracking.statuses import ParcelEvent

NO_BREAK = "\N{NO-BREAK SPACE}"

CLOSED = frozenset({Status.CANCELLED, Status.REFUNDED})
SENTENCES: dict[str, str | LazyText] = {**dict(OrderEvent.choices), **dict(ParcelEvent.choices)}


@dataclass(frozen=True)
class Hero:
    """The one date, or amount, that matters now."""

    icon: str
    label: str
    date: str
    note: str
    was: str = ""


@dataclass(frozen=True)
class Package:
    """A package with its heading."""

    heading: str
    facts: FulfilmentView


@dataclass(frozen=True)
class Moment:
    """One thing that happened, in the words shoppers read."""

    at: datetime
    text: str | LazyText


@dataclass(frozen=True)
class OrderPage:
    """All that the order page shows besides the frame."""

    view: OrderView
    parcels: Parcels
    alone: ParcelView | None
    """The parcel that is the whole order; its state is the order's then."""
    headline: str
    days: str
    """The part of the headline that stays on one line where it fits."""
    look: Look
    chip: str
    sentence: str | LazyText
    steps: list[Step]
    hero: Hero | None
    deadline: str
    money_back: str
    acts: list[NextAct]
    packages: list[Package]
    is_split: bool
    unpacked: tuple[LineView, ...]
    unpacked_note: str
    rows: list[TotalRow]
    tax_included: TotalRow | None
    events: list[Moment]
    returns_text: str
    unit_count: int

    @property
    def has_packages(self) -> bool:
        """Tell whether there are several packages, each with its own button."""
        return len(self.packages) > 1


def order_page(order: Order, *, now: datetime) -> OrderPage:
    """Put the page together; the order is loaded by `orders.queries.with_page`."""
    today = timezone.localdate(now)
    view = order_view(order, now=now)
    parcels = parcels_part(order, view, now=now)
    alone = parcels.only if view.status in SPEAKING and not view.unshipped else None
    look = _look(view, alone)
    promise = promise_for(order, door_country=_door_country(order))
    policy = policy_at(order.merchant_id, order.placed_at)
    is_split = parcels.is_split if parcels.cards else _is_told_apart(view)
    tax = [row for row in view.totals if row.key == "tax" and view.tax_included]
    return OrderPage(
        view=view,
        parcels=parcels,
        alone=alone,
        headline=parcels.headline or view.headline,
        days=alone.days if alone else "",
        look=look,
        chip=alone.chip if alone and alone.chip else str(view.status.label),
        sentence=_sentence(view, parcels, look),
        steps=_steps(alone, look),
        hero=_hero_of(view, parcels, alone, promise=promise, today=today),
        deadline=deadline(view),
        money_back=_money_back(view),
        acts=_acts(view, parcels, support_email=order.merchant.support_email),
        packages=[] if parcels.cards else _packages(view),
        is_split=is_split,
        unpacked=view.unshipped if is_split else (),
        unpacked_note=_ships_by(view, promise, today=today) if parcels.cards and promise else "",
        rows=[row for row in view.totals if row not in tax],
        tax_included=tax[0] if tax else None,
        events=_events(order),
        returns_text=in_words(policy) if policy and view.status not in CLOSED else "",
        unit_count=sum(line.quantity for line in view.lines),
    )


def _acts(view: OrderView, parcels: Parcels, *, support_email: str) -> list[NextAct]:
    # Several packages carry their own links, and what the shop says of them stands back.
    shop_word = replace(view, fulfilments=()) if parcels.cards else view
    only = parcels.only if view.status in SPEAKING else None
    return acts_now(shop_word, only, is_asked=parcels.is_asked, support_email=support_email)


def _is_told_apart(view: OrderView) -> bool:
    """Tell whether the shop said of each package which lines left in it."""
    return bool(view.fulfilments) and all(sent.lines for sent in view.fulfilments)


def _look(view: OrderView, alone: ParcelView | None) -> Look:
    if alone is None or not alone.chip:
        return LOOKS[view.status]
    return replace(LOOKS[view.status], icon=alone.icon, tone=alone.tone)


def _sentence(view: OrderView, parcels: Parcels, look: Look) -> str | LazyText:
    if parcels.headline and (parcels.sentence or view.status != Status.DELIVERED):
        return parcels.sentence
    return view.explanation or look.sentence


def _steps(alone: ParcelView | None, look: Look) -> list[Step]:
    if alone and alone.chip:
        return [Step(step.label, step.state) for step in alone.steps]
    return [] if look.steps_done is None else steps(look.steps_done)


def _hero_of(
    view: OrderView,
    parcels: Parcels,
    alone: ParcelView | None,
    *,
    promise: Promise | None,
    today: date,
) -> Hero | None:
    """Give the date of the parcel, of the next one of several, or else of the promise."""
    if view.status not in SPEAKING or not parcels.cards:
        return _hero(view, promise, today=today)
    if alone and alone.date:
        named = alone.date
        return Hero("calendar", named.label, _unbroken(named.days), named.ground, named.was)
    if not alone and parcels.next_day:
        return Hero("calendar", _("Next package"), _unbroken(parcels.next_day), "")
    # Where a parcel stands otherwise, a date from before it left would be no answer.
    told_nothing = alone is None or alone.standing in {Standing.SENT, Standing.UNSCANNED}
    is_coming = not parcels.is_over and told_nothing
    return _hero(view, promise, today=today) if is_coming else None


def _day(moment: date) -> str:
    return locales.day_text(moment).replace(" ", NO_BREAK)


def _unbroken(days: str) -> str:
    """Let a range break at its dash only, around which some languages put thin spaces."""
    return days.replace(" ", NO_BREAK).replace(f"{NO_BREAK}–{NO_BREAK}", " – ")


def _door_country(order: Order) -> str:
    rows = [row for row in order.addresses.all() if row.kind == AddressKind.SHIPPING]
    return rows[0].country if rows else ""


def _hero(view: OrderView, promise: Promise | None, *, today: date) -> Hero | None:
    """Give the date; where a promise has passed the page says so rather than repeat it."""
    if view.status in CLOSED:
        return _closed(view)
    if promise is None or view.status not in BEFORE_HAND_OVER | {Status.SHIPPED}:
        return None
    arrives = _unbroken(locales.days_text(promise.arrives_from, promise.arrives_until))
    if promise.arrives_until < today:
        note = _("Not there yet? We’re sorry. Write to us.")
        return Hero("calendar", _("Should have arrived"), arrives, note)
    return Hero("calendar", _("Arrives"), arrives, _ships_by(view, promise, today=today))


def _closed(view: OrderView) -> Hero | None:
    """Say how much money goes back to where; without any, when the order ended."""
    if view.refunded:
        means = [payment.label for payment in view.payments]
        note = _("To %(means)s") % {"means": means[0]} if len(means) == 1 else ""
        return Hero("undo-2", _("Money sent back"), money_text(view.refunded), note)
    if view.cancelled_at:
        return Hero("calendar", _("Cancelled on"), _day(view.cancelled_at), "")
    return None


def _money_back(view: OrderView) -> str:
    """Tell of money that went back while the order itself goes on."""
    if not view.refunded or view.status in CLOSED:
        return ""
    return _("We sent %(amount)s back to you.") % {"amount": money_text(view.refunded)}


def _ships_by(view: OrderView, promise: Promise, *, today: date) -> str:
    if view.status not in BEFORE_HAND_OVER:
        return ""
    if promise.ships_by < today:
        return _("Packing takes longer than planned. We’re sorry.")
    text = (
        _("We hand the rest to the carrier by %(day)s.")
        if view.shipped_count
        else _("We hand it to the carrier by %(day)s.")
    )
    return text % {"day": _day(promise.ships_by)}


def _packages(view: OrderView) -> list[Package]:
    sent = view.fulfilments
    if len(sent) == 1:
        heading = _("On its way") if view.unshipped else _("Your package")
        return [Package(heading, sent[0])]
    of_how_many = (
        _("Package %(number)d") if view.unshipped else _("Package %(number)d of %(count)d")
    )
    return [
        Package(of_how_many % {"number": number, "count": len(sent)}, facts)
        for number, facts in enumerate(sent, start=1)
    ]


def _events(order: Order) -> list[Moment]:
    public = Event.objects.filter(order=order, is_public=True).order_by("-at", "-pk")
    rows = public.values_list("at", "kind")
    return [Moment(at, SENTENCES[kind]) for at, kind in rows if kind in SENTENCES]
