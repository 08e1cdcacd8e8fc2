"""The way to orders of one merchant by a parcel's number."""

from __future__ import annotations

from orders.postings import AT_MOST, Hits
from tracking.detection import compact
from tracking.models import Shipment

SHORTEST = 6


def is_number(text: str) -> bool:
    """Tell whether this may be a whole tracking number, however it is typed."""
    key = compact(text)
    has_digits = any(letter.isdigit() for letter in key)
    return has_digits and SHORTEST <= len(key) < 100 and "@" not in key


def by_number(text: str, *, merchant_id: int) -> Hits:
    """Find the orders with parcels of this number; carriers use numbers again after a while."""
    rows = Shipment.every.of(merchant_id).filter(number_key=compact(text)).exclude(number_key="")
    found = rows.order_by("-pk").values_list("order_id", flat=True)[: AT_MOST + 1]
    ids = list(dict.fromkeys(found))
    return Hits(ids[:AT_MOST], has_more=len(ids) > AT_MOST)
