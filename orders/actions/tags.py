"""Tags: words that agents put on orders to find them again."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders.models import Order, OrderTag
from orders.statuses import OrderEvent
from orders.timeline import Actor, record
from postpurchase.lib.errors import Refused

LONGEST = 50
MOST = 20


class UnusableTag(Refused):
    """The word is empty or too long, or the order has too many."""

    code = "unusable_tag"


def tag_name(text: str) -> str:
    """Fold a tag as people type it: " VIP ", "vip" and "#vip" are one. Raises UnusableTag."""
    folded = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode()).casefold()
    name = " ".join(folded.replace("\0", "").replace(",", " ").split()).lstrip("#").strip()
    if not name:
        raise UnusableTag(_("Write a word for the tag."))
    if len(name) > LONGEST:
        raise UnusableTag(_("A tag has at most 50 characters."))
    return name


@transaction.atomic
def put_tag(order: Order, *, name: str, actor: Actor, now: datetime) -> bool:
    """Put a tag on an order; False where it is on it already. Raises UnusableTag."""
    name = tag_name(name)
    # Locked: of two people who tag at once, the second sees what the first put on.
    Order.every.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    here = set(OrderTag.every.filter(order=order).values_list("name", flat=True))
    if name in here:
        return False
    if len(here) >= MOST:
        raise UnusableTag(_("An order has at most 20 tags. Take one off first."))
    OrderTag.every.create(
        merchant_id=order.merchant_id, order=order, name=name, by_name=actor.name[:200], at=now
    )
    record(order, OrderEvent.TAGGED, at=now, actor=actor, tag=name)
    return True


@transaction.atomic
def take_tag_off(order: Order, *, name: str, actor: Actor, now: datetime) -> bool:
    """Take a tag off an order; False where it is not on it."""
    name = tag_name(name)
    removed, _rows = OrderTag.every.filter(order=order, name=name).delete()
    if removed:
        record(order, OrderEvent.UNTAGGED, at=now, actor=actor, tag=name)
    return bool(removed)
