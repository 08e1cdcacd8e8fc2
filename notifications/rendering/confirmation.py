"""The confirmation: all that an order's mail says, in the active language and zone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.rendering.frame import Frame
from notifications.rendering.items import LINES_SHOWN, Item, as_long_as_fits, clean_line, item_of
from notifications.rendering.structured import order_markup
from notifications.rendering.text import one_line
from notifications.rendering.words import Opening, opening
from orders.models import Order
from orders.rendering import AddressView, OrderView, order_view
from orders.statuses import Action, AddressKind, Status
from postpurchase.lib.locales import day_text, days_text, moment_text, money_text
from postpurchase.lib.money import Money
from returns.models import ReturnPolicy
from returns.queries import in_words, policy_at
from tracking.policy import Promise
from tracking.queries import promise_for

PACKAGES_SHOWN = 5
TO_BE_SENT = frozenset({Status.PLACED, Status.PACKING, Status.PART_SHIPPED})
WAITING = frozenset({Status.PAYMENT_PENDING, Status.ON_HOLD})


@dataclass(frozen=True, slots=True)
class Arrival:
    """When it comes, and a sentence beside it; no date where nobody knows one."""

    dates: str
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """A word and a value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Package:
    """A package that has left; no address: its number alone."""

    carrier: str
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class Returns:
    """On which terms things go back: our sentence, the merchant's own words, the full text."""

    summary: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """All that a confirmation says."""

    opening: Opening
    preheader: str
    number: str
    placed: str
    url: str
    arrival: Arrival | None
    deadline: str
    open_amount: str
    items: tuple[Item, ...]
    items_more: int
    rows: tuple[Row, ...]
    total: str
    tax_included: str
    payments: tuple[str, ...]
    payment_label: str
    packages: tuple[Package, ...]
    ship_to: tuple[str, ...]
    bill_to: tuple[str, ...]
    shipping_method: str
    returns: Returns | None
    markup: SafeString


def confirmation_of(order: Order, *, frame: Frame, url: str, now: datetime) -> Confirmation:
    """Put a confirmation together. The order is loaded by `orders.queries.with_page`."""
    view = _clean(order_view(order, now=now))
    shown = tuple(clean_line(line) for line in view.lines[:LINES_SHOWN])
    arrival = _arrival(order, view, today=timezone.localdate(now))
    policy = policy_at(order.merchant_id, order.placed_at)
    return Confirmation(
        opening=opening(view, style=frame.confirmation_style),
        preheader=_preheader(view, arrival),
        number=view.number,
        placed=moment_text(view.placed_at, today=timezone.localdate(now)),
        url=url,
        arrival=arrival,
        deadline=_deadline(view, can_answer=bool(frame.support_email)),
        open_amount=_open_amount(view),
        items=tuple(item_of(line) for line in shown),
        items_more=len(view.lines) - len(shown),
        rows=_rows(view),
        total=money_text(view.total),
        tax_included=_tax_included(view),
        payments=tuple(one_line(payment.label) for payment in view.payments[:PACKAGES_SHOWN]),
        payment_label=view.payment_label if view.payment_status != "unknown" else "",
        packages=_packages(view),
        ship_to=address_lines(view.ship_to),
        bill_to=address_lines(view.bill_to) if view.bill_to != view.ship_to else (),
        shipping_method=view.shipping_method,
        returns=_returns(policy) if policy else None,
        markup=order_markup(view, lines=shown, shop=frame.shop, shop_url=frame.shop_url, url=url),
    )


def _clean(view: OrderView) -> OrderView:
    return replace(
        view, number=one_line(view.number), shipping_method=one_line(view.shipping_method)
    )


def _arrival(order: Order, view: OrderView, *, today: date) -> Arrival | None:
    """Give the promised days; where there are none, say so rather than nothing."""
    if view.status in WAITING:
        return Arrival("", _waiting_note(view.status))
    to_be_sent = any(line.requires_shipping for line in order.lines.all())
    if not to_be_sent or view.status not in TO_BE_SENT | {Status.SHIPPED}:
        return None
    promise = promise_for(order, door_country=_door_country(order))
    if promise is None or promise.arrives_until < today:
        note = _("We don’t have a delivery date yet. Your order page shows it once we do.")
        return Arrival("", note)
    dates = days_text(promise.arrives_from, promise.arrives_until)
    return Arrival(dates, _ships_by(view, promise, today=today))


def _waiting_note(status: Status) -> str:
    if status == Status.PAYMENT_PENDING:
        return _("You get a delivery date once the payment is confirmed.")
    return _("You get a delivery date once that is done.")


def _door_country(order: Order) -> str:
    doors = [row.country for row in order.addresses.all() if row.kind == AddressKind.SHIPPING]
    return doors[0] if doors else ""


def _ships_by(view: OrderView, promise: Promise, *, today: date) -> str:
    if view.status not in TO_BE_SENT or promise.ships_by < today:
        return ""
    day = day_text(promise.ships_by, today=today)
    return _("We hand it to the carrier by %(day)s.") % {"day": day}


def _deadline(view: OrderView, *, can_answer: bool) -> str:
    """Say how and until when the order may be changed, or why it no longer may."""
    if view.change_until:
        text = (
            _("You can change or cancel until %(moment)s: just answer this mail.")
            if can_answer
            else _("You can change or cancel until %(moment)s. Your order page shows how.")
        )
        return text % {"moment": moment_text(view.change_until)}
    if view.status in TO_BE_SENT | WAITING:
        return view.allowed[Action.CANCEL].reason
    return ""


def _open_amount(view: OrderView) -> str:
    if view.status != Status.PAYMENT_PENDING:
        return ""
    paid = sum(payment.amount.minor for payment in view.payments if payment.state == "captured")
    missing = view.total.minor - paid
    return money_text(Money(missing, view.total.currency)) if missing > 0 else ""


def _rows(view: OrderView) -> tuple[Row, ...]:
    shown = [row for row in view.totals if not (row.key == "tax" and view.tax_included)]
    return tuple(Row(one_line(row.label), money_text(row.amount)) for row in shown)


def _tax_included(view: OrderView) -> str:
    tax = [row.amount for row in view.totals if row.key == "tax" and view.tax_included]
    return _("%(amount)s tax is included.") % {"amount": money_text(tax[0])} if tax else ""


def _packages(view: OrderView) -> tuple[Package, ...]:
    return tuple(
        Package(one_line(sent.carrier), one_line(sent.number), sent.url)
        for sent in view.fulfilments[:PACKAGES_SHOWN]
        if sent.carrier or sent.number
    )


def address_lines(address: AddressView | None) -> tuple[str, ...]:
    """Give an address in lines, each cleaned; of none, none."""
    lines = (one_line(line) for line in address.lines) if address else ()
    return tuple(line for line in lines if line)


def _returns(policy: ReturnPolicy) -> Returns:
    return Returns(summary=in_words(policy), text=policy.text, url=policy.url)


def _preheader(view: OrderView, arrival: Arrival | None) -> str:
    """Say what the subject does not, the date first: 40 to 90 letters, or what there is of it."""
    count = view.item_count
    items = ngettext(
        "%(count)d item, %(total)s in total.", "%(count)d items, %(total)s in total.", count
    )
    facts = [items % {"count": count, "total": money_text(view.total)}]
    if arrival and arrival.dates:
        facts.insert(0, _("Arrives %(days)s.") % {"days": arrival.dates})
    facts.append(_("Everything about your order in one place."))
    return as_long_as_fits(facts)
