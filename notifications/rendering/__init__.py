"""Turns a message into the mail that goes out: subject, plain part and HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import mrml
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import get_supported_language_variant

from merchants.models import Brand, Merchant
from notifications.models import Message
from notifications.parcels import is_loaded, load
from notifications.rendering.access import order_links, order_url
from notifications.rendering.confirmation import confirmation_of
from notifications.rendering.frame import Frame, frame_of, look
from notifications.rendering.parcels import parcel_mail_of
from notifications.rendering.sample_parcels import sample_message
from notifications.rendering.text import harmless, in_columns, one_line
from notifications.statuses import ABOUT_PARCELS, MessageKind
from orders.models import Order
from orders.queries import order_for_page
from postpurchase.lib.colour import LIGHT
from postpurchase.lib.crypto import unseal
from postpurchase.lib.tenancy import acting_for

SUBJECT_LENGTH = 120
# Invisible filler behind the preheader: keeps mail programs from showing what follows it.
FILLER = SafeString("&#847;&zwnj;&nbsp;" * 50)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail's content. `subject` is one line; `text` says all that `html` says."""

    subject: str
    text: str
    html: str


def render(message: Message, *, now: datetime, brand: Brand | None = None) -> Mail:
    """Write a message in its language and its merchant's zone; reads the database only.

    It looks as the merchant's brand, or as one that is only being tried. Raise Order.DoesNotExist
    where a confirmation's order is gone.
    """
    merchant = message.merchant
    language = _spoken(message.language) or _spoken(merchant.language) or settings.LANGUAGE_CODE
    with (
        acting_for(message.merchant_id),
        translation.override(language),
        timezone.override(merchant.zone),
    ):
        frame = frame_of(merchant, brand=brand)
        if message.kind in ABOUT_PARCELS:
            return compose("parcel", _parcels(message, frame=frame, now=now), frame=frame)
        context = _context(message, merchant=merchant, frame=frame, now=now)
        return compose(message.kind, context, frame=frame)


def compose(kind: str, context: Mapping[str, Any], *, frame: Frame) -> Mail:
    """Write a mail, named as its three files are, in the active language and zone."""
    shared = {
        "frame": frame,
        "look": look(frame.style, direction=frame.direction),
        "brand": frame.style.palette.light,
        "shape": frame.style.shape,
        "light": LIGHT,
        "filler": FILLER,
    }
    return _mail(kind, {**context, **shared})


def _spoken(language: str) -> str:
    try:
        return get_supported_language_variant(language) if language else ""
    except LookupError:
        return ""


def _context(
    message: Message, *, merchant: Merchant, frame: Frame, now: datetime
) -> dict[str, Any]:
    match message.kind:
        case MessageKind.CONFIRMATION:
            order = _order_of(message)
            url = order_url(order, now=now)
            return {"order": confirmation_of(order, frame=frame, url=url, now=now)}
        case MessageKind.CODE:
            return {
                "code": unseal(message.sealed),
                "number": one_line(message.order.number) if message.order else "",
            }
        case _:
            orders = order_links(merchant_id=merchant.pk, email=message.recipient, now=now)
            return {"orders": orders}


def _parcels(message: Message, *, frame: Frame, now: datetime) -> dict[str, Any]:
    """Give what a mail about parcels says; without an order it shows what such a mail is like."""
    if message.order_id is None:
        message = sample_message(message, now=now)
    order = message.order = _order_of(message)
    if not is_loaded(message):
        load([message])
    url = order_url(order, now=now)
    return {"mail": parcel_mail_of(message, order, frame=frame, url=url, now=now)}


def _order_of(message: Message) -> Order:
    """Give the order with all that its page shows; senders load those of many messages at once."""
    order = message.order
    if order is not None and "lines" in getattr(order, "_prefetched_objects_cache", {}):
        return order
    assert message.order_id is not None
    return order_for_page(merchant_id=message.merchant_id, pk=message.order_id)


def _mail(kind: str, context: Mapping[str, Any]) -> Mail:
    def part(name: str) -> str:
        return harmless(render_to_string(f"mail/{kind}/{name}", dict(context)))

    # Without this, naming a font that Google hosts makes every mail fetch it from there.
    no_web_fonts = mrml.RenderOptions(fonts={})
    html = mrml.to_html(part("body.mjml"), render_options=no_web_fonts).content
    return Mail(
        subject=one_line(part("subject.txt"), at_most=SUBJECT_LENGTH),
        text=in_columns(part("body.txt")),
        html=html,
    )
