"""The order page's parts, put together from what the apps know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _

from orders.models import Event, Order
from orders.rendering import FulfilmentView, OrderView, TotalRow, order_view
from orders.statuses import Action, AddressKind, OrderEvent, Status
from postpurchase.lib import locales
from postpurchase.lib.locales import money_text
from postpurchase.portal.states import LOOKS, Look, Step, steps
from returns.queries import in_words, policy_at
from tracking.policy import Promise
from tracking.queries import promise_for

BEFORE_HAND_OVER = frozenset({Status.PLACED, Status.PACKING, Status.PART_SHIPPED})
NO_BREAK = "\N{NO-BREAK SPACE}"

CLOSED = frozenset({Status.CANCELLED, Status.REFUNDED})
SENTENCES: dict[str, str | LazyText] = dict(OrderEvent.choices)
WAITING = frozenset({Status.PAYMENT_PENDING, Status.ON_HOLD})


@dataclass(frozen=True)
class Hero:
    """The one date, or amount, that matters now."""

    icon: str
    label: str
    date: str
    note: str


@dataclass(frozen=True)
class NextAct:
    """A button: where it leads, what it does, its icon; the likeliest act of all is filled."""

    url: str
    label: str
    icon: str
    is_main: bool = False


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
    look: Look
    sentence: str | LazyText
    steps: list[Step]
    hero: Hero | None
    deadline: str
    money_back: str
    acts: list[NextAct]
    packages: list[Package]
    is_split: bool
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
    view = order_view(order, now=now)
    look = LOOKS[view.status]
    promise = promise_for(order, door_country=_door_country(order))
    policy = policy_at(order.merchant_id, order.placed_at)
    # Which lines left in which package is only shown where the shop said so for each of them.
    is_split = bool(view.fulfilments) and all(sent.lines for sent in view.fulfilments)
    tax = [row for row in view.totals if row.key == "tax" and view.tax_included]
    return OrderPage(
        view=view,
        look=look,
        sentence=view.explanation or look.sentence,
        steps=[] if look.steps_done is None else steps(look.steps_done),
        hero=_hero(view, promise, today=timezone.localdate(now)),
        deadline=_deadline(view),
        money_back=_money_back(view),
        acts=_acts(view, support_email=order.merchant.support_email),
        packages=_packages(view),
        is_split=is_split,
        rows=[row for row in view.totals if row not in tax],
        tax_included=tax[0] if tax else None,
        events=_events(order),
        returns_text=in_words(policy) if policy and view.status not in CLOSED else "",
        unit_count=sum(line.quantity for line in view.lines),
    )


def _day(moment: date) -> str:
    return locales.day_text(moment).replace(" ", NO_BREAK)


def _door_country(order: Order) -> str:
    rows = [row for row in order.addresses.all() if row.kind == AddressKind.SHIPPING]
    return rows[0].country if rows else ""


def _hero(view: OrderView, promise: Promise | None, *, today: date) -> Hero | None:
    """Give the date; where a promise has passed the page says so rather than repeat it."""
    if view.status in CLOSED:
        return _closed(view)
    if promise is None or view.status not in BEFORE_HAND_OVER | {Status.SHIPPED}:
        return None
    arrives = locales.days_text(promise.arrives_from, promise.arrives_until)
    # A range may break at its dash only, around which some languages put thin spaces.
    arrives = arrives.replace(" ", NO_BREAK).replace(f"{NO_BREAK}–{NO_BREAK}", " – ")
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


def _deadline(view: OrderView) -> str:
    """Say until when the order may be changed, or why it no longer may."""
    moment = (
        {"moment": locales.moment_text(view.change_until).replace(" ", NO_BREAK)}
        if view.change_until
        else {}
    )
    if moment and view.allowed[Action.EDIT].allowed:
        return _("Change or cancel until %(moment)s") % moment
    if moment:
        return _("Cancel what we have not sent yet until %(moment)s") % moment
    if view.status in BEFORE_HAND_OVER | WAITING:
        return view.allowed[Action.CANCEL].reason
    return ""


def _acts(view: OrderView, *, support_email: str) -> list[NextAct]:
    """Give what can be done now, the likeliest first."""
    acts = []
    links = [sent.url for sent in view.fulfilments if sent.url]
    if view.status in {Status.SHIPPED, Status.PART_SHIPPED} and len(links) == 1:
        acts.append(NextAct(links[0], _("Follow your package"), "truck", is_main=True))
    if support_email:
        is_next = not acts and view.status in BEFORE_HAND_OVER | WAITING
        acts.append(NextAct(*_letter(view, support_email), icon="mail", is_main=is_next))
    return acts


def _letter(view: OrderView, support_email: str) -> tuple[str, str]:
    """Give a link that starts a mail with the right subject, and what to call it."""
    subject, label = _("Order %(number)s"), _("Write to us")
    if view.status == Status.PAYMENT_PENDING:
        subject, label = _("Order %(number)s: payment"), _("Ask about the payment")
    elif view.allowed[Action.EDIT].allowed:
        subject, label = _("Order %(number)s: change or cancel"), _("Change or cancel by e-mail")
    elif view.change_until:
        subject, label = _("Order %(number)s: cancel"), _("Cancel by e-mail")
    subject = quote(subject % {"number": view.number})
    return f"mailto:{quote(support_email, safe='@')}?subject={subject}", label


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
