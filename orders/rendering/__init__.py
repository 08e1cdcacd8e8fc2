"""An order as people see it: one view for the shopper's page and the mails.

Nothing here writes. Texts come in the active language; money as Money; moments are aware and in
the shop's zone.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from orders import policy
from orders.models import Fulfilment, Order, OrderLine, Payment, RefundFact
from orders.queries import windows_at
from orders.rendering.people import address_view, first_name, mask_email
from orders.rendering.views import (
    AddressView,
    FulfilmentView,
    LineView,
    OrderView,
    PaymentView,
    RefundView,
    TotalRow,
    VerdictView,
)
from orders.rendering.words import explanation, headline, reason_text
from orders.statuses import Action, AddressKind, PictureState, Status
from postpurchase.lib.money import Money

__all__ = [
    "AddressView",
    "FulfilmentView",
    "LineView",
    "OrderView",
    "PaymentView",
    "RefundView",
    "TotalRow",
    "VerdictView",
    "initials",
    "is_web_address",
    "mask_email",
    "order_view",
]


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
        headline=headline(status, shipped=shipped, count=count),
        explanation=explanation(order, status),
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
        ship_to=address_view(addresses.get(AddressKind.SHIPPING)),
        bill_to=address_view(addresses.get(AddressKind.BILLING)),
        shipping_method=order.shipping_method,
        change_until=max(until).astimezone(zone) if until else None,
        allowed=allowed,
        item_count=count,
        shipped_count=shipped,
    )


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
    # Stated after discounts; shown before them, so that the rows can be added up by eye.
    rows = [row("subtotal", _("Items"), order.subtotal_minor + abs(order.discount_minor))]
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
