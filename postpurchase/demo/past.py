"""The demo shop's past: orders of fourteen months, as a shop system would have stated them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from orders.sources.document import (
    FulfilmentDoc,
    LineDoc,
    OrderDoc,
    PaymentDoc,
    QuantityOf,
    RefundDoc,
)
from postpurchase.demo.goods import GOODS
from postpurchase.demo.people import Person, people

ORDERS = 1500
REFUNDED_AFTER = timedelta(days=9)
DAYS = 426
COME_BACK = 0.6
"""How many orders come from somebody who ordered before."""
LAST = 1000 + ORDERS

METHODS = (("Visa", "4242"), ("Mastercard", "5454"), ("PayPal", ""), ("Klarna", ""))
# Each state is there to be seen, whatever the dice say.
FATES = {
    LAST - 1: "held",
    LAST - 2: "unpaid",
    LAST - 3: "packing",
    LAST - 4: "part",
    LAST - 6: "cancelled",
    LAST - 30: "too many",
    LAST - 43: "packing",
    LAST - 44: "packing",
}
WATCHED = (LAST - 43, LAST - 44)
"""Paid a week ago and still here: they wait on the list of what is stuck."""
CARRIERS = ("DHL", "DPD", "GLS")


def past_orders(now: datetime) -> Iterator[OrderDoc]:
    """Make the same orders each time, more and more of them, up to two hours before now."""
    random = Random(2026)  # noqa: S311  # a story, not a secret
    unknown = people()
    # A person stands here once for each order: who came often comes again.
    known: list[Person] = []
    for index in range(ORDERS):
        comes_back = known and random.random() < COME_BACK
        person = random.choice(known) if comes_back else next(unknown)
        known.append(person)
        age = timedelta(
            days=DAYS * (1 - (index + 1) / ORDERS) ** 1.2, hours=2 + random.random() * 9
        )
        placed_at = (now - age).replace(microsecond=0)
        yield an_order(random, person, number=1001 + index, placed_at=placed_at, now=now)


@dataclass(frozen=True, slots=True)
class Sums:
    """What an order costs, in cents."""

    goods: int
    discount: int
    shipping: int

    @property
    def total(self) -> int:
        """Give what is paid."""
        return self.goods - self.discount + self.shipping


def an_order(
    random: Random, person: Person, *, number: int, placed_at: datetime, now: datetime
) -> OrderDoc:
    """Make one order, in the state its age and luck brought it to."""
    lines = _lines(random, number)
    goods = sum(_cents(line.total) for line in lines)
    is_welcome = random.random() < 0.15
    sums = Sums(goods, goods // 10 if is_welcome else 0, 0 if goods >= 7500 else 490)
    fate = FATES.get(number) or _fate(random, age=now - placed_at)
    is_cancelled = fate == "cancelled"
    return OrderDoc(
        external_id=f"AF-{number}",
        number=f"#{number}",
        placed_at=placed_at,
        updated_at=min(placed_at + timedelta(days=1), now),
        email=person.email,
        locale=person.language,
        ship_to=person.address,
        bill_to=person.address,
        lines=lines,
        **_money(sums),
        payment="pending" if fate == "unpaid" else "voided" if is_cancelled else "paid",
        hold="on_hold" if fate == "held" else "",
        cancelled_at=placed_at + timedelta(minutes=40) if is_cancelled else None,
        cancel_reason="Ordered twice" if is_cancelled else "",
        payments=(_payment(random, fate, number, sums, placed_at),),
        refunds=_refunds(fate, number, lines, sums.total, placed_at),
        fulfilments=_fulfilments(random, fate, number, lines, placed_at),
    )


def _money(sums: Sums) -> dict[str, Any]:
    return {
        "currency": "EUR",
        "subtotal": _text(sums.goods - sums.discount),
        "discount": _text(sums.discount),
        "discount_codes": ("WELCOME10",) if sums.discount else (),
        "shipping": _text(sums.shipping),
        "shipping_method": "Standard delivery",
        "tax": _text(round(sums.total * 19 / 119)),
        "tax_included": True,
        "total": _text(sums.total),
    }


def _payment(random: Random, fate: str, number: int, sums: Sums, placed_at: datetime) -> PaymentDoc:
    method, last4 = random.choice(METHODS)
    if fate == "unpaid":
        method, last4 = "Bank transfer", ""
    return PaymentDoc(
        external_id=f"P{number}",
        method=method,
        last4=last4,
        amount=_text(sums.total),
        state="pending" if fate == "unpaid" else "captured",
        at=placed_at,
    )


def _lines(random: Random, number: int) -> tuple[LineDoc, ...]:
    lines = []
    for position, good in enumerate(random.sample(GOODS, random.choice((1, 1, 2, 2, 3, 4)))):
        quantity = random.choice((1, 1, 1, 2, 4))
        lines.append(
            LineDoc(
                external_id=f"{number}-{position + 1}",
                title=good.title,
                variant=random.choice(good.variants),
                sku=f"AF-{good.key.upper()}",
                product_id=f"gid://shopify/Product/{good.key}",
                quantity=quantity,
                unit_price=_text(good.price),
                total=_text(good.price * quantity),
            )
        )
    return tuple(lines)


def _fate(random: Random, *, age: timedelta) -> str:
    luck = random.random()
    if luck < 0.05:
        return "cancelled"
    if age < timedelta(days=2):
        return "unpaid" if luck < 0.2 else "held" if luck < 0.28 else "packing"
    if age < timedelta(days=5) and luck < 0.3:
        return "part"
    if luck > 0.9 and age > REFUNDED_AFTER:
        return "refunded" if luck > 0.96 else "part refunded"
    return "shipped"


def _refunds(
    fate: str, number: int, lines: tuple[LineDoc, ...], total: int, placed_at: datetime
) -> tuple[RefundDoc, ...]:
    if fate not in ("refunded", "part refunded"):
        return ()
    amount = _text(total) if fate == "refunded" else lines[0].unit_price
    at = placed_at + REFUNDED_AFTER
    return (RefundDoc(external_id=f"R{number}", amount=amount, reason="Returned", at=at),)


def _fulfilments(
    random: Random, fate: str, number: int, lines: tuple[LineDoc, ...], placed_at: datetime
) -> tuple[FulfilmentDoc, ...]:
    if fate not in ("shipped", "part", "refunded", "part refunded", "too many"):
        return ()
    carrier = random.choice(CARRIERS)
    part = lines[:1] if fate == "part" and len(lines) > 1 else lines
    tracking = a_number(random, carrier)
    return (
        FulfilmentDoc(
            external_id=f"F{number}",
            carrier=carrier,
            tracking_numbers=(tracking,),
            shipped_at=placed_at + timedelta(hours=26),
            lines=tuple(
                QuantityOf(line_id=line.external_id, quantity=line.quantity + (fate == "too many"))
                for line in part
            ),
        ),
    )


def a_number(random: Random, carrier: str) -> str:
    """Write a tracking number as a carrier does."""
    prefix, digits = {"DHL": ("JJD00", 16), "DPD": ("0150", 10), "GLS": ("", 11)}[carrier]
    return prefix + "".join(str(random.randrange(10)) for _ in range(digits))


def _text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _cents(text: str) -> int:
    return int(text.replace(".", ""))
