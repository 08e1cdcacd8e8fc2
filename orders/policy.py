"""The rules of orders: plain values in, answers out. No clock, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orders.statuses import Action, DeliveryStatus, FulfilmentStatus, Hold, PaymentStatus, Status

UNPAID = frozenset({PaymentStatus.PENDING, PaymentStatus.PARTIALLY_PAID, PaymentStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Counts:
    """The units of one line, as far as they are known."""

    ordered: int
    cancelled: int = 0
    fulfilled: int = 0
    delivered: int = 0


def fulfilment_status(lines: Iterable[Counts]) -> FulfilmentStatus:
    """Tell how much has left; lines of which nothing remains are not asked."""
    fulfilled = remaining = 0
    for line in lines:
        fulfilled += line.fulfilled
        remaining += max(line.ordered - line.cancelled - line.fulfilled, 0)
    if fulfilled and not remaining:
        return FulfilmentStatus.FULFILLED
    return FulfilmentStatus.PARTIAL if fulfilled else FulfilmentStatus.UNFULFILLED


def delivery_status(lines: Iterable[Counts]) -> DeliveryStatus:
    """Tell how much has arrived; lines of which nothing remains are not asked."""
    delivered = remaining = 0
    for line in lines:
        delivered += line.delivered
        remaining += max(line.ordered - line.cancelled - line.delivered, 0)
    if delivered and not remaining:
        return DeliveryStatus.DELIVERED
    return DeliveryStatus.PARTIAL if delivered else DeliveryStatus.NONE


def status_of(
    *,
    payment: str,
    fulfilment: str,
    delivered: bool = False,
    hold: str = Hold.NONE,
    cancelled: bool = False,
) -> Status:
    """Put the axes into the one word that the shopper's page speaks from.

    What is final comes first, then where the goods are, then what they wait for: goods that left
    are on their way even where the money is still to come (payment on delivery, invoices).
    """
    if cancelled:
        return Status.CANCELLED
    if delivered:
        return Status.DELIVERED
    if payment == PaymentStatus.REFUNDED:
        return Status.REFUNDED
    if fulfilment == FulfilmentStatus.FULFILLED:
        return Status.SHIPPED
    if fulfilment == FulfilmentStatus.PARTIAL:
        return Status.PART_SHIPPED
    return _waiting_for(payment=payment, hold=hold)


def _waiting_for(*, payment: str, hold: str) -> Status:
    if hold == Hold.DRAFT:
        return Status.DRAFT
    if payment == PaymentStatus.VOIDED:
        return Status.CANCELLED
    if hold == Hold.ON_HOLD:
        return Status.ON_HOLD
    if payment in UNPAID:
        return Status.PAYMENT_PENDING
    return Status.PLACED if payment == PaymentStatus.UNKNOWN else Status.PACKING


class Reason(StrEnum):
    """Why an action is not possible now."""

    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    NOT_SHIPPED = "not_shipped"
    NOT_DELIVERED = "not_delivered"
    HANDED_OVER = "handed_over"
    WINDOW_OVER = "window_over"
    NOT_PLACED = "not_placed"


@dataclass(frozen=True, slots=True)
class Windows:
    """How long after placing an order its buyer may change it, in minutes."""

    cancel: int = 60
    edit: int = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an action is possible, why not, and until when."""

    allowed: bool
    reason: Reason | None = None
    until: datetime | None = None


YES = Verdict(allowed=True)


def _no(reason: Reason) -> Verdict:
    return Verdict(allowed=False, reason=reason)


# Status → action → yes, or why not. Cancel and edit are further bound by their windows.
# "Shipped" allows returns as well: a shopper who has the parcel in hand need not wait for a scan.
_GONE = {action: _no(Reason.CANCELLED) for action in Action} | {Action.REPORT: YES}
_BEFORE = {
    Action.TRACK: _no(Reason.NOT_SHIPPED),
    Action.CANCEL: YES,
    Action.EDIT: YES,
    Action.RETURN: _no(Reason.NOT_DELIVERED),
    Action.EXCHANGE: _no(Reason.NOT_DELIVERED),
    Action.REPORT: YES,
}
_AFTER = {
    Action.TRACK: YES,
    Action.CANCEL: _no(Reason.HANDED_OVER),
    Action.EDIT: _no(Reason.HANDED_OVER),
    Action.RETURN: YES,
    Action.EXCHANGE: YES,
    Action.REPORT: YES,
}
ALLOWED: Mapping[Status, Mapping[Action, Verdict]] = {
    Status.DRAFT: {action: _no(Reason.NOT_PLACED) for action in Action},
    Status.PAYMENT_PENDING: _BEFORE,
    Status.ON_HOLD: _BEFORE,
    Status.PLACED: _BEFORE,
    Status.PACKING: _BEFORE,
    Status.PART_SHIPPED: _AFTER | {Action.CANCEL: YES, Action.EDIT: _no(Reason.HANDED_OVER)},
    Status.SHIPPED: _AFTER,
    Status.DELIVERED: _AFTER,
    Status.REFUNDED: {action: _no(Reason.REFUNDED) for action in Action} | {Action.REPORT: YES},
    Status.CANCELLED: _GONE,
}


def allowed_actions(
    *, status: Status, placed_at: datetime, windows: Windows, now: datetime
) -> dict[Action, Verdict]:
    """Answer for every action whether it may be done now (O5)."""
    verdicts = dict(ALLOWED[status])
    for action, minutes in ((Action.CANCEL, windows.cancel), (Action.EDIT, windows.edit)):
        if verdicts[action].allowed:
            until = placed_at + timedelta(minutes=minutes)
            verdicts[action] = (
                Verdict(allowed=True, until=until) if now < until else _no(Reason.WINDOW_OVER)
            )
    return verdicts


@dataclass(frozen=True, slots=True)
class Shipped:
    """What one fulfilment says it took along; no lines: it did not say."""

    counts: bool
    lines: Mapping[str, int]


def count_fulfilled(
    ordered: Mapping[str, Counts], fulfilments: Sequence[Shipped], *, stated_fulfilled: bool
) -> tuple[dict[str, int], bool]:
    """Add up what left, by line; tells also whether the shop's figures exceed what was ordered.

    Where the shop calls the whole order fulfilled, whatever is not cancelled has left.
    """
    if stated_fulfilled:
        return {key: max(line.ordered - line.cancelled, 0) for key, line in ordered.items()}, False
    sums = dict.fromkeys(ordered, 0)
    exceeds = False
    for fulfilment in fulfilments:
        for key, quantity in fulfilment.lines.items() if fulfilment.counts else ():
            if key in sums:
                sums[key] += quantity
    for key, total in sums.items():
        most = max(ordered[key].ordered - ordered[key].cancelled, 0)
        if total > most:
            sums[key], exceeds = most, True
    return sums, exceeds
