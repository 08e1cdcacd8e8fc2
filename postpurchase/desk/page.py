"""The parts of an order's page, put together from what the apps know."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from merchants.policy import Permission
from notifications.actions.asking import Ways
from orders.models import Order
from orders.rendering import OrderView, order_view
from orders.statuses import Action, Status
from orders.timeline import Actor
from postpurchase.desk.acts import ACTS, ON_ORDERS, Wish
from postpurchase.desk.parcels import Parcels, parcels_of
from postpurchase.desk.promise import Due, door_country, due_of
from postpurchase.desk.stamp import Stamp
from postpurchase.desk.subject import Colleague, History, colleagues_of, history_of
from postpurchase.lib.money import Money
from postpurchase.staff.access import Place
from returns.queries import Versions, versions_for

CHIPS: dict[Status, tuple[str, str]] = {
    Status.DRAFT: ("file-pen", ""),
    Status.PAYMENT_PENDING: ("clock", "warn"),
    Status.ON_HOLD: ("circle-pause", "warn"),
    Status.PLACED: ("circle-check", "ok"),
    Status.PACKING: ("package", "info"),
    Status.PART_SHIPPED: ("truck", "info"),
    Status.SHIPPED: ("truck", "info"),
    Status.DELIVERED: ("circle-check", "ok"),
    Status.REFUNDED: ("undo-2", ""),
    Status.CANCELLED: ("ban", ""),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """An act as the page offers it; `prevents` says why it is not to be had now."""

    name: str
    label: str | LazyText
    icon: str
    prevents: str | LazyText


@dataclass(frozen=True, slots=True)
class ShopperAct:
    """What the shopper may do now by the rules of the shop, until when; or what not, and why."""

    label: str
    allowed: bool
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """All that the page of an order shows besides its story and the frame."""

    order: Order
    view: OrderView
    icon: str
    tone: str
    age: str
    language: str
    due: Due | None
    parcels: Parcels
    tags: list[str]
    history: History
    colleagues: list[Colleague]
    offers: list[Offer]
    shopper_acts: list[ShopperAct]
    versions: Versions
    balance: Money
    adds_up: bool
    seen: Stamp


def order_desk(order: Order, place: Place, *, now: datetime) -> OrderDesk:
    """Put the page together; the order comes from `subject.order_with_all_or_404`."""
    view = order_view(order, now=now)
    icon, tone = CHIPS[view.status]
    tags: list[str] = order.tag_names  # type: ignore[attr-defined]  # annotated
    return OrderDesk(
        order=order,
        view=view,
        icon=icon,
        tone=tone,
        age=age_text(order.placed_at, now=now),
        language=language_text(order.language) if order.language else "",
        due=due_of(order, today=timezone.localdate(now)),
        parcels=parcels_of(order, now=now),
        tags=tags,
        history=history_of(order),
        colleagues=colleagues_of(order, viewer=place.user),
        offers=_offers(order, now=now) if place.may(Permission.SERVE) else [],
        shopper_acts=_shopper_acts(view),
        versions=versions_for(order, door_country=door_country(order)),
        balance=order.total - order.refunded,
        adds_up=_adds_up(order),
        seen=Stamp.of(order),
    )


def language_text(code: str) -> str:
    """Name a language; an unknown code stays as it is."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def age_text(moment: datetime, *, now: datetime) -> str:
    """Say how long ago something was, in the largest unit that fits."""
    seconds = max(int((now - moment).total_seconds()), 0)
    if seconds < 3_600:
        return _("%(count)d min ago") % {"count": seconds // 60}
    if seconds < 172_800:
        return _("%(count)d h ago") % {"count": seconds // 3_600}
    return _("%(count)d days ago") % {"count": seconds // 86_400}


def _offers(order: Order, *, now: datetime) -> list[Offer]:
    ways = Ways(order.is_suppressed, frozenset(order.under_way))  # type: ignore[attr-defined]  # annotated
    wish = Wish(order=order, subject=None, actor=Actor(), key="", now=now, ways=ways)
    return [
        Offer(name, ACTS[name].label, ACTS[name].icon, ACTS[name].prevents(wish))
        for name in ON_ORDERS
    ]


ACT_WORDS = {
    Action.TRACK: gettext_lazy("Track"),
    Action.CANCEL: gettext_lazy("Cancel"),
    Action.EDIT: gettext_lazy("Change details"),
    Action.RETURN: gettext_lazy("Return"),
    Action.EXCHANGE: gettext_lazy("Exchange"),
    Action.REPORT: gettext_lazy("Report a problem"),
}


def _shopper_acts(view: OrderView) -> list[ShopperAct]:
    can, cannot = [], defaultdict[str, list[str]](list)
    for action, verdict in view.allowed.items():
        label = str(ACT_WORDS[action])
        if verdict.allowed:
            can.append(ShopperAct(label, True, "", verdict.until))
        else:
            cannot[verdict.reason].append(label)
    return can + [ShopperAct(", ".join(labels), False, reason) for reason, labels in cannot.items()]


def _adds_up(order: Order) -> bool:
    """Tell whether the rows of the receipt come to the total that the shop states."""
    sum_minor = order.subtotal_minor + order.shipping_minor + order.fees_minor
    return sum_minor + (0 if order.tax_included else order.tax_minor) == order.total_minor
