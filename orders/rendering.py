"""An order as people see it: one view for the shopper's page and the mails.

Nothing here writes. Texts come in the active language; money as Money; moments are aware and in
the shop's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orders import policy
from orders.models import Address, Fulfilment, Order, OrderLine, Payment, RefundFact
from orders.queries import windows_at
from orders.statuses import Action, AddressKind, PictureState, Status
from postpurchase.lib.money import Money


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with its quantities; `open_quantity` is what is still to ship."""

    key: str
    title: str
    variant: str
    sku: str
    quantity: int
    cancelled: int
    fulfilled: int
    open_quantity: int
    unit_price: Money
    discount: Money
    total: Money
    picture_url: str
    initials: str


@dataclass(frozen=True, slots=True)
class FulfilmentView:
    """A package as the shop states it. No lines: the shop did not say which."""

    carrier: str
    number: str
    url: str
    shipped_at: datetime | None
    lines: tuple[tuple[LineView, int], ...]


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One row above the total, such as the discount."""

    key: str
    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A means of payment, such as "Visa •••• 4242"."""

    label: str
    amount: Money
    state: str


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money that went back."""

    amount: Money
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class AddressView:
    """An address in lines, in full and with what identifies a person cut short."""

    lines: tuple[str, ...]
    masked_lines: tuple[str, ...]
    phone: str
    country: str
    city: str


@dataclass(frozen=True, slots=True)
class VerdictView:
    """Whether an action is possible, and the sentence that says why not."""

    allowed: bool
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """All that a page or a mail says of an order."""

    number: str
    status: Status
    headline: str
    explanation: str
    placed_at: datetime
    cancelled_at: datetime | None
    name: str
    first_name: str
    email: str
    email_masked: str
    phone: str
    lines: tuple[LineView, ...]
    fulfilments: tuple[FulfilmentView, ...]
    totals: tuple[TotalRow, ...]
    total: Money
    refunded: Money
    tax_included: bool
    payments: tuple[PaymentView, ...]
    payment_status: str
    payment_label: str
    refunds: tuple[RefundView, ...]
    ship_to: AddressView | None
    bill_to: AddressView | None
    shipping_method: str
    change_until: datetime | None
    allowed: Mapping[Action, VerdictView]
    item_count: int
    shipped_count: int

    @property
    def unshipped(self) -> tuple[LineView, ...]:
        """Give the lines of which something is still to ship."""
        return tuple(line for line in self.lines if line.open_quantity)


def order_view(order: Order, *, now: datetime) -> OrderView:
    """Put an order, loaded by `queries.with_page`, into words and amounts."""
    zone = order.merchant.zone
    lines = tuple(_line(line) for line in order.lines.all())
    addresses = {address.kind: address for address in order.addresses.all()}
    allowed = _allowed(order, now=now)
    until = [verdict.until for verdict in allowed.values() if verdict.allowed and verdict.until]
    shipped = sum(line.fulfilled for line in lines)
    count = sum(line.quantity - line.cancelled for line in lines)
    status = Status(order.status)
    return OrderView(
        number=order.number,
        status=status,
        headline=_headline(status, shipped=shipped, count=count),
        explanation=_explanation(order, status),
        placed_at=order.placed_at.astimezone(zone),
        cancelled_at=order.cancelled_at.astimezone(zone) if order.cancelled_at else None,
        name=order.name,
        first_name=first_name(order.name),
        email=order.email,
        email_masked=mask_email(order.email),
        phone=order.phone,
        lines=lines,
        fulfilments=_fulfilments(order, lines),
        totals=_totals(order),
        total=order.total,
        refunded=order.refunded,
        tax_included=order.tax_included,
        payments=tuple(_payment(payment) for payment in order.payments.all()),
        payment_status=order.payment_status,
        payment_label=order.get_payment_status_display(),
        refunds=tuple(_refund(refund, order) for refund in order.refunds.all()),
        ship_to=_address(addresses.get(AddressKind.SHIPPING)),
        bill_to=_address(addresses.get(AddressKind.BILLING)),
        shipping_method=order.shipping_method,
        change_until=max(until).astimezone(zone) if until else None,
        allowed=allowed,
        item_count=count,
        shipped_count=shipped,
    )


def first_name(name: str) -> str:
    """Give how to greet a person: the first word of the name, or nothing."""
    words = name.split()
    return words[0][:60] if words else ""


def mask_email(email: str) -> str:
    """Hide most of an address: "ana.pop@example.com" gives "a•••@example.com"."""
    name, at, host = email.partition("@")
    return f"{name[:1]}•••{at}{host}" if at else ""


def _headline(status: Status, *, shipped: int, count: int) -> str:
    match status:
        case Status.DRAFT:
            return _("Your order is not placed yet")
        case Status.PAYMENT_PENDING:
            return _("We can’t ship yet: your payment is not confirmed")
        case Status.ON_HOLD:
            return _("Your order is on hold")
        case Status.PLACED:
            return _("We have your order")
        case Status.PACKING:
            return _("We’re packing your order")
        case Status.PART_SHIPPED:
            return _("%(shipped)d of %(count)d items are on the way") % {
                "shipped": shipped,
                "count": count,
            }
        case Status.SHIPPED:
            return _("Your order is on the way")
        case Status.DELIVERED:
            return _("Your order was delivered")
        case Status.REFUNDED:
            return _("Your money was sent back")
        case Status.CANCELLED:
            return _("Your order was cancelled")


def _explanation(order: Order, status: Status) -> str:
    match status:
        case Status.PAYMENT_PENDING:
            return _("As soon as the payment arrives we start packing. Your items are noted.")
        case Status.ON_HOLD:
            return _("The shop is checking something before it ships. You don’t need to do anything.")
        case Status.CANCELLED if order.refunded_minor:
            return _("Nothing will be shipped, and what you paid was sent back.")
        case Status.CANCELLED if order.payment_status in ("paid", "partially_paid"):
            return _("Nothing will be shipped. The shop is sending your money back.")
        case Status.CANCELLED:
            return _("Nothing will be shipped, and you don’t have to pay.")
        case Status.REFUNDED:
            return _("It can take your bank a few days to show it.")
        case Status.PART_SHIPPED:
            return _("The rest is still being packed.")
        case _:
            return ""


def _allowed(order: Order, *, now: datetime) -> dict[Action, VerdictView]:
    verdicts = policy.allowed_actions(
        status=Status(order.status),
        placed_at=order.placed_at,
        windows=windows_at(order.merchant_id, order.placed_at),
        now=now,
    )
    return {
        action: VerdictView(
            allowed=verdict.allowed, reason=reason_text(verdict.reason), until=verdict.until
        )
        for action, verdict in verdicts.items()
    }


def reason_text(reason: policy.Reason | None) -> str:
    """Say why an action is not possible now, as one sentence for the shopper."""
    match reason:
        case None:
            return ""
        case policy.Reason.CANCELLED:
            return _("This order was cancelled.")
        case policy.Reason.REFUNDED:
            return _("This order was refunded.")
        case policy.Reason.NOT_SHIPPED:
            return _("Nothing has been handed over for delivery yet.")
        case policy.Reason.NOT_DELIVERED:
            return _("You can send items back once you have them.")
        case policy.Reason.HANDED_OVER:
            return _("Already handed over for delivery – you can send it back once you have it.")
        case policy.Reason.WINDOW_OVER:
            return _("We have started on your order, so it can no longer be changed here.")
        case policy.Reason.NOT_PLACED:
            return _("This order is not placed yet.")


def _line(line: OrderLine) -> LineView:
    picture = line.picture or (line.product.picture if line.product else None)
    ready = picture is not None and picture.state == PictureState.READY
    return LineView(
        key=line.external_id,
        title=line.title,
        variant=line.variant,
        sku=line.sku,
        quantity=line.ordered,
        cancelled=line.cancelled,
        fulfilled=line.fulfilled,
        open_quantity=max(line.ordered - line.cancelled - line.fulfilled, 0),
        unit_price=Money(line.unit_minor, line.currency),
        discount=Money(line.discount_minor, line.currency),
        total=Money(line.total_minor, line.currency),
        picture_url=picture.file.url if ready and picture else "",
        initials=initials(line.title),
    )


def initials(title: str) -> str:
    """Give the two letters of the neutral tile that stands for a missing picture."""
    words = [word for word in title.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()


def _fulfilments(order: Order, lines: tuple[LineView, ...]) -> tuple[FulfilmentView, ...]:
    by_key = {line.key: line for line in lines}
    sent = [row for row in order.fulfilments.all() if row.state != "cancelled"]
    sent.sort(key=lambda row: (row.shipped_at or order.placed_at, row.pk or 0))
    return tuple(_fulfilment(row, order, by_key) for row in sent)


def _fulfilment(row: Fulfilment, order: Order, by_key: dict[str, LineView]) -> FulfilmentView:
    zone = order.merchant.zone
    return FulfilmentView(
        carrier=row.carrier,
        number=row.tracking_numbers[0] if row.tracking_numbers else "",
        url=next((url for url in row.tracking_urls if is_web_address(url)), ""),
        shipped_at=row.shipped_at.astimezone(zone) if row.shipped_at else None,
        lines=tuple(
            (by_key[part["line_id"]], part["quantity"])
            for part in row.lines
            if part["line_id"] in by_key and part["quantity"]
        ),
    )


def is_web_address(url: str) -> bool:
    """Tell whether a link that came from outside may be shown: no scripts, no other schemes."""
    return url.startswith(("https://", "http://"))


def _totals(order: Order) -> tuple[TotalRow, ...]:
    def row(key: str, label: str, minor: int) -> TotalRow:
        return TotalRow(key=key, label=label, amount=Money(minor, order.currency))

    codes = ", ".join(order.discount_codes)
    rows = [row("subtotal", _("Items"), order.subtotal_minor)]
    if order.discount_minor:
        label = _("Discount (%(codes)s)") % {"codes": codes} if codes else _("Discount")
        rows.append(row("discount", label, -abs(order.discount_minor)))
    rows.append(row("shipping", _("Delivery"), order.shipping_minor))
    if order.fees_minor:
        rows.append(row("fees", _("Fees"), order.fees_minor))
    if order.tax_minor:
        label = _("Tax (included)") if order.tax_included else _("Tax")
        rows.append(row("tax", label, order.tax_minor))
    return tuple(rows)


def _payment(payment: Payment) -> PaymentView:
    label = payment.card_brand or payment.method or _("Payment")
    if payment.last4:
        label = f"{label} •••• {payment.last4}"
    return PaymentView(
        label=label, amount=Money(payment.amount_minor, payment.currency), state=payment.state
    )


def _refund(refund: RefundFact, order: Order) -> RefundView:
    at = refund.at.astimezone(order.merchant.zone) if refund.at else None
    return RefundView(
        amount=Money(refund.amount_minor, refund.currency), at=at, reason=refund.reason
    )


def country_name(code: str) -> str:
    """Give a country's name in the active language; an unknown code stays as it is."""
    try:
        locale = Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(locale.territories.get(code.upper(), code))


def _address(address: Address | None) -> AddressView | None:
    if address is None:
        return None
    place = " ".join(part for part in (address.postcode, address.city) if part)
    country = country_name(address.country)
    tail = [place, address.province, country]
    full = [address.name, address.company, address.street, address.street2, *tail]
    masked = [first_name(address.name), mask_street(address.street), *tail]
    return AddressView(
        lines=tuple(part for part in full if part),
        masked_lines=tuple(part for part in masked if part),
        phone=address.phone,
        country=country,
        city=address.city,
    )


def mask_street(street: str) -> str:
    """Cut a street short so that its owner knows it and a stranger does not: "Lin…"."""
    return f"{street[:3]}…" if street else ""
