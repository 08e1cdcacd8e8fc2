"""The sentences that shoppers read about where their order stands."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.models import Order
from orders.policy import Reason, Windows
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


def windows_text(windows: Windows) -> list[str]:
    """Say until when orders may be changed and cancelled, in the active language."""
    if windows.cancel == windows.edit:
        if not windows.cancel:
            return [_("Once an order is placed it can no longer be changed or cancelled here.")]
        return [
            _("You can change or cancel your order for %(time)s after placing it.")
            % {"time": duration_text(windows.cancel)}
        ]
    changing = (
        _("You can change your order for %(time)s after placing it.")
        if windows.edit
        else _("Once an order is placed it can no longer be changed here.")
    )
    cancelling = (
        _("You can cancel it for %(time)s, as long as we have not sent it.")
        if windows.cancel
        else _("It can no longer be cancelled here.")
    )
    return [
        changing % {"time": duration_text(windows.edit)},
        cancelling % {"time": duration_text(windows.cancel)},
    ]


def duration_text(minutes: int) -> str:
    """Write a span of time in its largest whole unit: "90 minutes", "2 hours", "1 day"."""
    if minutes and minutes % 1440 == 0:
        count = minutes // 1440
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
    if minutes and minutes % 60 == 0:
        count = minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
