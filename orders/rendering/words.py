"""The sentences that shoppers read about where their order stands."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Order
from orders.policy import Reason
from orders.statuses import PaymentStatus, Status

HEADLINES = {
    Status.DRAFT: gettext_lazy("Your order is not placed yet"),
    Status.PAYMENT_PENDING: gettext_lazy("We can’t ship yet: your payment is not confirmed"),
    Status.ON_HOLD: gettext_lazy("Your order is on hold"),
    Status.PLACED: gettext_lazy("We have your order"),
    Status.PACKING: gettext_lazy("We’re packing your order"),
    Status.SHIPPED: gettext_lazy("Your order is on the way"),
    Status.DELIVERED: gettext_lazy("Your order was delivered"),
    Status.REFUNDED: gettext_lazy("Your money was sent back"),
    Status.CANCELLED: gettext_lazy("Your order was cancelled"),
}
EXPLANATIONS = {
    Status.PAYMENT_PENDING: gettext_lazy(
        "As soon as the payment arrives we start packing. Your items are noted."
    ),
    Status.ON_HOLD: gettext_lazy(
        "The shop is checking something before it ships. You don’t need to do anything."
    ),
    Status.REFUNDED: gettext_lazy("It can take your bank a few days to show it."),
    Status.PART_SHIPPED: gettext_lazy("The rest is still being packed."),
}
REASONS = {
    Reason.CANCELLED: gettext_lazy("This order was cancelled."),
    Reason.REFUNDED: gettext_lazy("This order was refunded."),
    Reason.NOT_SHIPPED: gettext_lazy("Nothing has been handed over for delivery yet."),
    Reason.NOT_DELIVERED: gettext_lazy("You can send items back once you have them."),
    Reason.HANDED_OVER: gettext_lazy(
        "Already handed over for delivery – you can send it back once you have it."
    ),
    Reason.WINDOW_OVER: gettext_lazy(
        "We have started on your order, so it can no longer be changed here."
    ),
    Reason.NOT_PLACED: gettext_lazy("This order is not placed yet."),
}
CHARGED = frozenset({PaymentStatus.PAID, PaymentStatus.PARTIALLY_PAID})


def headline(status: Status, *, shipped: int, count: int) -> str:
    """Say the state in one sentence."""
    if status == Status.PART_SHIPPED:
        return _("%(shipped)d of %(count)d items are on the way") % {
            "shipped": shipped,
            "count": count,
        }
    return str(HEADLINES[status])


def explanation(order: Order, status: Status) -> str:
    """Say what follows from the state, where that is not plain already."""
    if status != Status.CANCELLED:
        return str(EXPLANATIONS.get(status, ""))
    if order.refunded_minor:
        return _("Nothing will be shipped, and what you paid was sent back.")
    if order.payment_status in CHARGED:
        return _("Nothing will be shipped. The shop is sending your money back.")
    return _("Nothing will be shipped, and you don’t have to pay.")


def reason_text(reason: Reason | None) -> str:
    """Say why an action is not possible now, as one sentence for the shopper."""
    return str(REASONS[reason]) if reason else ""
