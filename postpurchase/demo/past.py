"""The demo shop's past: orders of four months, as a shop system would have stated them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from orders.sources.document import (
    AddressDoc,
    FulfilmentDoc,
    LineDoc,
    OrderDoc,
    PaymentDoc,
    QuantityOf,
    RefundDoc,
)
from postpurchase.demo.goods import GOODS

ORDERS = 240
DAYS = 120

PEOPLE = (
    ("Ana Pop", "ana.pop", "DE", "Lindenstraße 9", "10969", "Berlin", "en"),
    ("Jonas Weber", "jonas.weber", "DE", "Gärtnerweg 14", "60322", "Frankfurt am Main", "de"),
    ("Lucía Romero", "lucia.romero", "ES", "Calle de Atocha 41", "28012", "Madrid", "en"),
    ("Maja Kowalska", "maja.k", "PL", "ul. Długa 7", "00-238", "Warszawa", "en"),
    ("Søren Dahl", "soren.dahl", "DK", "Nørregade 22", "1165", "København", "en"),
    ("Greta Lindqvist", "greta.l", "SE", "Götgatan 31", "116 21", "Stockholm", "en"),
    ("Émile Garnier", "emile.garnier", "FR", "12 rue Oberkampf", "75011", "Paris", "en"),
    ("Katharina Huber", "k.huber", "AT", "Neubaugasse 18", "1070", "Wien", "de"),
    ("Luca Ferri", "luca.ferri", "IT", "Via San Vitale 5", "40125", "Bologna", "en"),
    ("Noor de Vries", "noor.devries", "NL", "Prinsengracht 210", "1016 HD", "Amsterdam", "en"),
    ("Ștefan Ionescu", "stefan.ionescu", "RO", "Strada Lipscani 28", "030033", "București", "en"),
    ("Clara Vogel", "clara.vogel", "DE", "Kirchstraße 3", "50667", "Köln", "de"),
)
METHODS = (("Visa", "4242"), ("Mastercard", "5454"), ("PayPal", ""), ("Klarna", ""))
# Each state is there to be seen, whatever the dice say.
FATES = {1239: "held", 1238: "unpaid", 1237: "packing", 1236: "part", 1234: "cancelled"}
CARRIERS = ("DHL", "DPD", "GLS")


def past_orders(now: datetime) -> Iterator[OrderDoc]:
    """Make the same orders each time, up to two hours before now."""
    random = Random(2026)  # noqa: S311  # a story, not a secret
    for index in range(ORDERS):
        age = timedelta(
            days=DAYS * (1 - (index + 1) / ORDERS) ** 1.2, hours=2 + random.random() * 9
        )
        yield an_order(
            random, number=1001 + index, placed_at=(now - age).replace(microsecond=0), now=now
        )


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


def an_order(random: Random, *, number: int, placed_at: datetime, now: datetime) -> OrderDoc:
    """Make one order, in the state its age and luck brought it to."""
    name, mailbox, country, street, postcode, city, locale = random.choice(PEOPLE)
    address = AddressDoc(name=name, street=street, postcode=postcode, city=city, country=country)
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
        email=f"{mailbox}@example.com",
        locale=locale,
        ship_to=address,
        bill_to=address,
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
    if luck > 0.96:
        return "refunded"
    return "part refunded" if luck > 0.9 else "shipped"


def _refunds(
    fate: str, number: int, lines: tuple[LineDoc, ...], total: int, placed_at: datetime
) -> tuple[RefundDoc, ...]:
    if fate not in ("refunded", "part refunded"):
        return ()
    amount = _text(total) if fate == "refunded" else lines[0].unit_price
    at = placed_at + timedelta(days=9)
    return (RefundDoc(external_id=f"R{number}", amount=amount, reason="Returned", at=at),)


def _fulfilments(
    random: Random, fate: str, number: int, lines: tuple[LineDoc, ...], placed_at: datetime
) -> tuple[FulfilmentDoc, ...]:
    if fate not in ("shipped", "part", "refunded", "part refunded"):
        return ()
    carrier = random.choice(CARRIERS)
    part = lines[:1] if fate == "part" and len(lines) > 1 else lines
    tracking = f"00{random.randrange(10**17, 10**18)}"
    return (
        FulfilmentDoc(
            external_id=f"F{number}",
            carrier=carrier,
            tracking_numbers=(tracking,),
            tracking_urls=(f"https://tracking.example/{carrier.lower()}/{tracking}",),
            shipped_at=placed_at + timedelta(hours=26),
            lines=tuple(
                QuantityOf(line_id=line.external_id, quantity=line.quantity) for line in part
            ),
        ),
    )


def _text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _cents(text: str) -> int:
    return int(text.replace(".", ""))
