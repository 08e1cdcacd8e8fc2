"""What a page or a mail says of an order, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orders.statuses import Action, Status
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
