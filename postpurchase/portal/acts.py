"""What can be done about an order now, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _

from orders.rendering import OrderView
from orders.statuses import Action, Status
from postpurchase.lib import locales
from postpurchase.portal.parcels import UNDER_WAY
from tracking.rendering import ParcelView

BEFORE_HAND_OVER = frozenset({Status.PLACED, Status.PACKING, Status.PART_SHIPPED})
WAITING = frozenset({Status.PAYMENT_PENDING, Status.ON_HOLD})
QUESTION = "what-next"
"""Where on the page the question after a failed delivery stands."""
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class NextAct:
    """A button: where it leads, what it does, its icon; the likeliest act of all is filled."""

    url: str
    label: str
    icon: str
    is_main: bool = False


def deadline(view: OrderView) -> str:
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


def acts_now(
    view: OrderView, only: ParcelView | None, *, is_asked: bool, support_email: str
) -> list[NextAct]:
    """Give what can be done now, the likeliest first; `only` is the parcel if there is one."""
    acts = []
    links = [sent.url for sent in view.fulfilments if sent.url]
    if is_asked:
        acts.append(NextAct(f"#{QUESTION}", _("Say what to do next"), "pencil"))
    if only and only.url and not only.is_over:
        is_next = only.standing in UNDER_WAY and not only.needs_you
        acts.append(NextAct(only.url, _follow_text(only), "truck", is_main=is_next))
    elif not only and view.status in {Status.SHIPPED, Status.PART_SHIPPED} and len(links) == 1:
        acts.append(NextAct(links[0], _("Follow your package"), "truck", is_main=True))
    if support_email:
        is_next = not acts and view.status in BEFORE_HAND_OVER | WAITING
        acts.append(NextAct(*_letter(view, support_email), icon="mail", is_main=is_next))
    return acts


def _follow_text(parcel: ParcelView) -> str:
    if not parcel.carrier:
        return _("Follow your package")
    return _("Follow it at %(carrier)s") % {"carrier": parcel.carrier}


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
