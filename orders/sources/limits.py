"""What a document may hold beyond its form, for whoever takes documents as they are sent.

Moments far off would leave the calendar when they are brought to UTC, and Postgres cannot store
the character NUL.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from orders.sources.document import FulfilmentDoc, OrderDoc, RefundDoc
from postpurchase.lib.money import NotMoney, to_minor

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
AMOUNTS = ("subtotal", "discount", "shipping", "fees", "tax", "total")
LINE_AMOUNTS = ("unit_price", "discount", "tax", "total")


class Excess(NamedTuple):
    """A value that cannot be stored: where it stands, as a JSON Pointer, and why."""

    pointer: str
    detail: str


def excess_of(doc: OrderDoc) -> Excess | None:
    """Find the first value of an order that cannot be stored."""
    return next(_of_order(doc), None)


def excess_of_refund(doc: RefundDoc, currency: str) -> Excess | None:
    """Find the first value of a refund that cannot be stored."""
    return next(_of_refund(doc, currency, ""), None)


def excess_of_fulfilment(doc: FulfilmentDoc) -> Excess | None:
    """Find the first value of a fulfilment that cannot be stored."""
    return next(_of_fulfilment(doc, ""), None)


def _of_order(doc: OrderDoc) -> Iterator[Excess]:
    yield from _of_moments(doc, ("placed_at", "updated_at", "cancelled_at"), "")
    yield from _of_amounts(doc, AMOUNTS, doc.currency, "")
    for index, line in enumerate(doc.lines):
        yield from _of_amounts(line, LINE_AMOUNTS, doc.currency, f"/lines/{index}")
    for index, payment in enumerate(doc.payments):
        yield from _of_moments(payment, ("at",), f"/payments/{index}")
        yield from _of_amounts(payment, ("amount",), doc.currency, f"/payments/{index}")
    for index, refund in enumerate(doc.refunds or ()):
        yield from _of_refund(refund, doc.currency, f"/refunds/{index}")
    for index, fulfilment in enumerate(doc.fulfilments or ()):
        yield from _of_fulfilment(fulfilment, f"/fulfilments/{index}")


def _of_refund(doc: RefundDoc, currency: str, where: str) -> Iterator[Excess]:
    yield from _of_moments(doc, ("at",), where)
    yield from _of_amounts(doc, ("amount",), currency, where)


def _of_fulfilment(doc: FulfilmentDoc, where: str) -> Iterator[Excess]:
    yield from _of_moments(doc, ("shipped_at", "updated_at"), where)


def _of_moments(doc: msgspec.Struct, names: tuple[str, ...], where: str) -> Iterator[Excess]:
    for name in names:
        moment = getattr(doc, name)
        if moment is not None and not EARLIEST <= moment < LATEST:
            yield Excess(f"{where}/{name}", "Use a moment between the years 1900 and 2199")


def _of_amounts(
    doc: msgspec.Struct, names: tuple[str, ...], currency: str, where: str
) -> Iterator[Excess]:
    for name in names:
        amount: str = getattr(doc, name)
        # Short amounts fit in any currency; only the rare long ones are worked out.
        if len(amount) > 12:
            try:
                to_minor(amount, currency)
            except NotMoney as error:
                yield Excess(f"{where}/{name}", str(error))
