"""What of an order is about a person, and what stays when the person is erased. Pure.

An erased order is numbers: amounts, dates, titles and SKUs, its number, the country.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from orders.plan import OrderPlan, Values

ORDER: Values = {
    "email": "",
    "phone": "",
    "phone_key": "",
    "name": "",
    "note": "",
    "cancel_reason": "",
    "discount_codes": [],
}
ADDRESS: Values = {
    "name": "",
    "company": "",
    "street": "",
    "street2": "",
    "city": "",
    "province": "",
    "postcode": "",
    "phone": "",
}
PAYMENT: Values = {"last4": ""}
REFUND: Values = {"reason": ""}
FULFILMENT: Values = {"tracking_numbers": [], "tracking_urls": []}
"""A tracking number leads to the recipient's name and door."""

TOLD = frozenset(
    {
        "amount_minor",
        "attempt",
        "cause",
        "currency",
        "delivery",
        "fields",
        "kind",
        "note",
        "milestone",
        "public_id",
        "shipment",
        "since",
        "until",
        "was_until",
        "was_here",
        "what",
    }
)
"""Details of events that say nothing of a person; `note` is a note's id, `what` our own words."""


def without_person(one: OrderPlan) -> OrderPlan:
    """Take out of a stated order what is about a person."""
    return replace(
        one,
        order=one.order | ORDER,
        addresses=[row | ADDRESS for row in one.addresses],
        payments=[row | PAYMENT for row in one.payments],
        refunds=[row | REFUND for row in one.refunds],
        fulfilments=[row | FULFILMENT for row in one.fulfilments],
        words=[],
    )


def untold(data: Mapping[str, Any]) -> Values:
    """Keep of an event's details what says nothing of a person."""
    return {name: value for name, value in data.items() if name in TOLD}
