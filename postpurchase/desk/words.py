"""What happened to an order, in the words that agents read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.statuses import MessageKind
from orders.models import Address, Order, OrderLine
from orders.statuses import ActorKind, MessageEvent, OrderEvent
from postpurchase.desk import parcel_story
from postpurchase.lib.locales import money_text
from postpurchase.lib.money import Money

Look = tuple[str, str, str | Promise]

EVENTS: dict[str, Look] = {
    OrderEvent.PLACED: ("shopping-bag", "", gettext_lazy("Order placed")),
    OrderEvent.PAID: ("credit-card", "ok", gettext_lazy("Payment confirmed")),
    OrderEvent.CHANGED: ("pencil", "", gettext_lazy("Changed in the shop")),
    OrderEvent.PARTLY_SHIPPED: ("truck", "info", gettext_lazy("Partly shipped")),
    OrderEvent.SHIPPED: ("truck", "info", gettext_lazy("Shipped")),
    OrderEvent.DELIVERED: ("circle-check", "ok", gettext_lazy("Everything was delivered")),
    OrderEvent.CANCELLED: ("ban", "bad", gettext_lazy("Cancelled")),
    OrderEvent.REINSTATED: ("undo-2", "", gettext_lazy("Taken up again")),
    OrderEvent.REFUNDED: ("undo-2", "warn", gettext_lazy("Money sent back")),
    OrderEvent.CONFLICT: ("triangle-alert", "bad", gettext_lazy("Figures do not fit together")),
    OrderEvent.CODE_SENT: ("key-round", "", gettext_lazy("One-time code made for the shopper")),
    OrderEvent.CODE_ACCEPTED: ("key-round", "ok", gettext_lazy("Shopper entered the code")),
    OrderEvent.LINKS_REVOKED: ("unlink", "", gettext_lazy("Earlier links switched off")),
    OrderEvent.NOTED: ("sticky-note", "", gettext_lazy("Note written")),
    OrderEvent.TAGGED: ("tag", "", gettext_lazy("Tag put on")),
    OrderEvent.UNTAGGED: ("tag", "", gettext_lazy("Tag taken off")),
    OrderEvent.CONFLICT_SEEN: ("circle-check", "ok", gettext_lazy("Conflict looked after")),
    OrderEvent.OPENED_AS_SHOPPER: ("eye", "", gettext_lazy("Opened as the shopper sees it")),
    OrderEvent.READ_AGAIN: ("refresh-cw", "", gettext_lazy("Delivery read again")),
    MessageEvent.ASKED: ("send", "", gettext_lazy("Mail asked for")),
    MessageEvent.SENT: ("mail", "ok", gettext_lazy("Mail sent")),
    MessageEvent.FAILED: ("mail-x", "bad", gettext_lazy("Mail failed")),
    MessageEvent.UNCERTAIN: (
        "mail-question-mark",
        "warn",
        gettext_lazy("Mail may not have arrived"),
    ),
    **parcel_story.EVENTS,
}
OTHER = ("circle", "")


def look_of(kind: str) -> Look:
    """Give icon, tone and words of an event; one that the desk does not know names itself."""
    if kind in EVENTS:
        return EVENTS[kind]
    return (*OTHER, capfirst(kind.rpartition(".")[2].replace("_", " ")))


def detail_of(kind: str, data: dict[str, Any]) -> str:
    """Say what an event's data add to its words."""
    tell = DETAILS.get(kind)
    return tell(data) if tell else ""


def who(actor_kind: str, actor: str) -> str:
    """Name who did it: a person, or what kind of thing."""
    if actor:
        return actor
    return str(ActorKind(actor_kind).label) if actor_kind in ActorKind.values else actor_kind


def _kind_text(kind: str) -> str:
    return str(MessageKind(kind).label) if kind in MessageKind.values else kind


def _field_text(name: str) -> str:
    models: tuple[type[Model], ...] = (Order, Address, OrderLine)
    for model in models:
        if name == model._meta.model_name:
            return str(model._meta.verbose_name_plural)
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        return str(getattr(field, "verbose_name", name))
    return name.replace("_", " ")


def _fields(data: dict[str, Any]) -> str:
    return ", ".join(dict.fromkeys(_field_text(name) for name in data.get("fields", [])))


def _tag(data: dict[str, Any]) -> str:
    return _("“%(tag)s”") % {"tag": data.get("tag", "")}


def _money(data: dict[str, Any]) -> str:
    minor = data.get("amount_minor")
    if not isinstance(minor, int):
        return ""
    return money_text(Money(minor, str(data.get("currency", ""))))


DETAILS: dict[str, Callable[[dict[str, Any]], str]] = {
    OrderEvent.CHANGED: _fields,
    OrderEvent.TAGGED: _tag,
    OrderEvent.UNTAGGED: _tag,
    OrderEvent.CONFLICT: lambda data: str(data.get("what", "")),
    OrderEvent.CONFLICT_SEEN: lambda data: str(data.get("what", "")),
    OrderEvent.REFUNDED: _money,
    OrderEvent.READ_AGAIN: lambda data: str(data.get("topic", "")),
    **dict.fromkeys(parcel_story.EVENTS, parcel_story.detail),
    **dict.fromkeys(MessageEvent.values, lambda data: _kind_text(str(data.get("kind", "")))),
}
