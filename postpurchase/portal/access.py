"""Who may open which order: signed links, the look-up's match, and the proof by one-time code."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from orders.models import Address, Order
from orders.queries import number_key, with_page
from postpurchase.lib import links
from postpurchase.lib.links import BadLink, Link
from postpurchase.staff import as_shopper

ORDER = "order"
LOOKUP_LINK_LASTS = timedelta(days=1)

PROVEN = "order-proven"
PROOF_COOKIE = "order_proof"
PROOF_LASTS = timedelta(minutes=30)

# The same number may come from several connections; more than this is no coincidence.
CANDIDATES_AT_MOST = 5
PHONE_DIGITS = 8
POSTCODE_SIGNS = 3


def order_path(order: Order, *, expires_at: datetime) -> str:
    """Give the path that opens an order without a log-in until a moment."""
    token = links.sign(
        purpose=ORDER, subject=order.public_id, epoch=order.link_epoch, expires_at=expires_at
    )
    return reverse("portal:order", args=[order.merchant.slug, token])


def open_link(token: str, *, now: datetime, purpose: str = ORDER) -> tuple[Order, Link]:
    """Find the current merchant's order behind a link, with all that its page shows.

    Raise BadLink for anything else, revoked links and other merchants' orders among them. Whether
    the link has expired is for the caller to see.
    """
    return _open(token, with_page(Order.objects.all()), now=now, purpose=purpose)


def glance(token: str, *, now: datetime) -> int:
    """Give the key of the order behind a link that is still good, and load nothing else of it."""
    order, link = _open(token, Order.objects.only("pk", "link_epoch"), now=now, purpose=ORDER)
    if link.expired:
        raise BadLink
    return order.pk


def _open(
    token: str, orders: QuerySet[Order], *, now: datetime, purpose: str
) -> tuple[Order, Link]:
    link = links.read(token, purpose=purpose, now=now)
    try:
        order = orders.get(public_id=link.subject)
    except Order.DoesNotExist as error:
        raise BadLink from error
    if order.link_epoch != link.epoch:
        raise BadLink
    return order, link


def open_as_staff(token: str, *, now: datetime) -> Order:
    """Find the order behind a link of the desk's. Raise BadLink, also once it has expired."""
    order, link = open_link(token, now=now, purpose=as_shopper.PURPOSE)
    if link.expired:
        raise BadLink
    return order


def match(*, number: str, contact: str) -> Order | None:
    """Find the current merchant's order with this number that this contact belongs to.

    An unknown number costs the same queries and comparisons as a wrong contact, so the time
    taken tells nothing.
    """
    candidates = list(
        Order.objects.filter(number_key=number_key(number))
        .exclude(number_key="")
        .select_related("merchant")
        .order_by("-placed_at", "-pk")[:CANDIDATES_AT_MOST]
    )
    ids = [order.pk for order in candidates] or [0]
    addresses = list(Address.objects.filter(order_id__in=ids).values_list("order_id", "postcode"))
    found = None
    for order in candidates or [Order(pk=0)]:
        postcodes = [postcode for order_id, postcode in addresses if order_id == order.pk]
        if _belongs(contact, order=order, postcodes=postcodes):
            found = found or order
    return found


def contact_key(contact: str) -> str:
    """Name what a contact is compared by, however it is written; nothing if it can fit no order."""
    folded, digits = _fold(contact), _digits(contact)
    if "@" in folded:
        return folded
    key = digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else _postcode_key(contact)
    return key if len(key) >= POSTCODE_SIGNS else ""


def _belongs(contact: str, *, order: Order, postcodes: list[str]) -> bool:
    folded = _fold(contact)
    if "@" in folded:
        return bool(order.email) and folded == _fold(order.email)
    typed, phone = _digits(contact), _digits(order.phone)
    same_phone = min(len(typed), len(phone)) >= PHONE_DIGITS and (
        typed[-PHONE_DIGITS:] == phone[-PHONE_DIGITS:]
    )
    key = _postcode_key(contact)
    same_postcode = len(key) >= POSTCODE_SIGNS and key in map(_postcode_key, postcodes)
    return same_phone or same_postcode


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))


def _postcode_key(text: str) -> str:
    """Fold a postcode: "sw1a 1aa", "SW1A1AA" and "SW1A-1AA" are one."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def remember_proof(response: HttpResponse, order: Order, *, now: datetime) -> None:
    """Note in the browser that this person has the order's mailbox; lasts 30 minutes."""
    proof = links.sign(
        purpose=PROVEN,
        subject=order.public_id,
        epoch=order.link_epoch,
        expires_at=now + PROOF_LASTS,
    )
    response.set_cookie(
        PROOF_COOKIE,
        proof,
        max_age=int(PROOF_LASTS.total_seconds()),
        path=reverse("portal:lookup", args=[order.merchant.slug]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_proven(request: HttpRequest, order: Order, *, now: datetime) -> bool:
    """Tell whether this browser proved, less than 30 minutes ago, to have the order's mailbox."""
    try:
        proof = links.read(request.COOKIES.get(PROOF_COOKIE, ""), purpose=PROVEN, now=now)
    except BadLink:
        return False
    return (proof.subject, proof.epoch, proof.expired) == (order.public_id, order.link_epoch, False)
