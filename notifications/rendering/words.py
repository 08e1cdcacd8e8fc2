"""What a confirmation says first: by the order's state, then by the style the merchant chose."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from merchants.statuses import ConfirmationStyle
from notifications.rendering.text import greetable, one_line
from orders.rendering import OrderView
from orders.statuses import PaymentStatus, Status

ON_ITS_WAY = frozenset({Status.PART_SHIPPED, Status.SHIPPED, Status.DELIVERED})
OVER = frozenset({Status.CANCELLED, Status.REFUNDED})


@dataclass(frozen=True, slots=True)
class Opening:
    """The subject, the heading, the sentence below it, and the last line."""

    subject: str
    title: str
    intro: str
    closing: str


def opening(view: OrderView, *, style: str) -> Opening:
    """Choose the words. Where something is open or already on its way, that comes first."""
    name, closing = greetable(view.first_name), _closing(style)
    numbered = {"number": one_line(view.number, at_most=24)}
    if view.status == Status.PAYMENT_PENDING:
        subject = _("Order %(number)s: payment still open") % numbered
        return Opening(subject, *_unpaid(view.payment_status), "")
    if view.status == Status.ON_HOLD:
        return Opening(
            _("Order %(number)s received") % numbered,
            _("We have your order and are checking it"),
            _("We write to you if we need anything. You don’t need to do anything now."),
            "",
        )
    if view.status in OVER:
        return Opening(_("Order %(number)s") % numbered, view.headline, view.explanation, "")
    if view.status in ON_ITS_WAY:
        title, intro = _on_its_way(style, name, view.headline)
        return Opening(_("Order %(number)s confirmed") % numbered, title, intro, closing)
    return Opening(_("Order %(number)s confirmed") % numbered, *_greeting(style, name), closing)


def _unpaid(payment: str) -> tuple[str, str]:
    if payment == PaymentStatus.FAILED:
        return (
            _("We have your order, but the payment did not go through"),
            _("Your items are noted. We start packing as soon as a payment arrives."),
        )
    return (
        _("We have your order. Your payment is still open."),
        _("Your items are noted. We start packing as soon as the payment arrives."),
    )


def _on_its_way(style: str, name: str, headline: str) -> tuple[str, str]:
    thanks = _("Thanks for your order, %(name)s.") % {"name": name} if name else ""
    if style == ConfirmationStyle.WARM:
        return headline, " ".join([thanks or _("Thanks for your order."), _("Enjoy the wait.")])
    return headline, thanks or _("Thanks for your order.")


def _greeting(style: str, name: str) -> tuple[str, str]:
    if style == ConfirmationStyle.WARM:
        title = (
            _("Welcome, %(name)s, and thank you") % {"name": name}
            if name
            else _("Welcome, and thank you")
        )
        return title, _("Your order is with us, and we look forward to packing it for you.")
    if style == ConfirmationStyle.REASSURING:
        title = (
            _("All set, %(name)s. Your order is safe with us.") % {"name": name}
            if name
            else _("All set. Your order is safe with us.")
        )
        return title, _("Everything is noted as you ordered it. There is nothing more to do.")
    title = (
        _("Thanks, %(name)s. We have your order.") % {"name": name}
        if name
        else _("Thanks. We have your order.")
    )
    return title, _("This is what you ordered and what happens next.")


def _closing(style: str) -> str:
    if style == ConfirmationStyle.WARM:
        return _("We’re glad to have you.")
    if style == ConfirmationStyle.REASSURING:
        return _("If anything is not as it should be, we put it right.")
    return ""
