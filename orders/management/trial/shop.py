"""A shop's past made up: orders over three years, popular products and forgotten ones."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from merchants.models import StoreConnection
from orders.management.trial.people import Person, make_people, zipf
from orders.management.trial.sheets import Sheet, reserve
from orders.models import Address, Customer, Event, Order, OrderLine, OrderWord, RefundFact
from orders.plan import payment_status
from orders.policy import status_of
from orders.statuses import AddressKind, FulfilmentStatus, Hold, OrderEvent, PaymentStatus, Status
from postpurchase.lib.bulk import NULL

BATCH = 20_000
SPAN = timedelta(days=3 * 365)
FRESH = timedelta(days=4)
GOODS = 2_000
KINDS = ("LIN", "MUG", "TEE", "BAG", "HAT", "SOCK", "LAMP", "BOOK")
CONFLICT = "More was refunded than the order’s total."

TABLES = (Customer, Order, OrderLine, OrderWord, Address, Event, RefundFact)
ORDER = (
    "id", "public_id", "external_id", "number", "number_key", "customer_id", "email", "phone",
    "phone_key", "name", "placed_at", "subtotal_minor", "shipping_minor", "tax_minor",
    "total_minor", "refunded_minor", "payment_status", "stated_payment", "fulfilment_status",
    "status", "delivery_status", "hold", "cancelled_at", "sync_conflict", "version_at",
    "created_at", "updated_at",
)  # fmt: skip
LINE = (
    "order_id", "external_id", "position", "title", "sku", "ordered", "fulfilled", "cancelled",
    "unit_minor", "total_minor", "paid_minor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What was decided about one order."""

    payment: str = PaymentStatus.PAID
    fulfilment: str = FulfilmentStatus.FULFILLED
    hold: str = Hold.NONE
    is_delivered: bool = True
    is_cancelled: bool = False
    is_refunded: bool = False


PACKING = Facts(fulfilment=FulfilmentStatus.UNFULFILLED, is_delivered=False)
CANCELLED = replace(PACKING, is_cancelled=True)
REFUNDED = Facts(is_refunded=True)
PENDING = replace(PACKING, payment=PaymentStatus.PENDING)
HELD = replace(PACKING, hold=Hold.ON_HOLD)
PARTLY = Facts(fulfilment=FulfilmentStatus.PARTIAL, is_delivered=False)
SHIPPED = Facts(is_delivered=False)
DELIVERED = Facts()

# Up to which chance an order goes how.
Course = tuple[tuple[float, Facts], ...]
OLD: Course = (
    (0.03, CANCELLED), (0.055, REFUNDED), (0.057, PENDING), (0.0573, PACKING), (0.1, SHIPPED),
    (1, DELIVERED),
)  # fmt: skip
NEW: Course = (
    (0.03, CANCELLED), (0.055, REFUNDED), (0.5, PACKING), (0.58, PENDING), (0.6, HELD),
    (0.62, PARTLY), (0.9, SHIPPED), (1, DELIVERED),
)  # fmt: skip


@dataclass
class Trial:
    """Makes the orders of one connection, the oldest first."""

    connection: StoreConnection
    until: datetime
    seed: int
    customers: int
    people: list[Person] = field(default_factory=list)
    first_customer: int = 0

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)  # noqa: S311  # no secret
        owner = {"merchant_id": self.connection.merchant_id}
        shop = owner | {"connection_id": self.connection.pk, "currency": "EUR", "language": "en"}
        self.orders = Sheet(Order, ORDER, **shop, is_history=True, tax_included=True)
        self.lines = Sheet(OrderLine, LINE, **owner, currency="EUR")
        self.words = Sheet(OrderWord, ("order_id", "word"), **owner)
        self.addresses = Sheet(
            Address, ("order_id", "name", "street", "city", "country"), **owner,
            kind=AddressKind.SHIPPING,
        )  # fmt: skip
        self.events = Sheet(
            Event, ("order_id", "public_id", "at"), **owner,
            kind=OrderEvent.PLACED, actor_kind="shop", is_public=True,
        )  # fmt: skip
        self.refunds = Sheet(
            RefundFact, ("order_id", "external_id", "amount_minor", "at"), **owner, currency="EUR"
        )
        self.goods = [self._product(number) for number in range(GOODS)]
        self.popularity = zipf(GOODS)

    def _product(self, number: int) -> tuple[str, str, int]:
        kind = KINDS[number % len(KINDS)]
        return f"{kind}-{1000 + number}", f"{kind.title()} no. {number}", self.rng.randrange(5, 120)

    def make_customers(self) -> None:
        """Write the people who order."""
        self.people = make_people(self.customers, self.rng)
        self.first_customer = reserve(Customer, self.customers)
        sheet = Sheet(
            Customer,
            ("id", "public_id", "email", "name", "phone"),
            merchant_id=self.connection.merchant_id,
        )
        for number, person in enumerate(self.people):
            pk = str(self.first_customer + number)
            sheet.add(pk, self._id(self.until), self._email(person), person.name, person.phone)
        sheet.write()

    def make_orders(self, first: int, count: int, *, of: int) -> None:
        """Write orders number `first` and following, of so many in all."""
        first_pk = reserve(Order, count)
        chosen = self.rng.choices(self.goods, cum_weights=self.popularity, k=4 * count)
        for place in range(count):
            placed_at = self.until - SPAN * (1 - (first + place + 1) / of)
            goods = chosen[4 * place : 4 * place + 1 + self.rng.getrandbits(2) % 3]
            self._order(first_pk + place, first + place, placed_at, goods)
        # The order comes first: its parts refer to it.
        for sheet in (
            self.orders, self.lines, self.words, self.addresses, self.events, self.refunds,
        ):  # fmt: skip
            sheet.write()

    def _order(self, pk: int, number: int, at: datetime, goods: list[tuple[str, str, int]]) -> None:
        rng, facts = self.rng, self._decide(at)
        which = int(self.customers * rng.random() ** 1.5)
        person, key, moment = self.people[which], str(pk), at.isoformat()
        subtotal = sum(100 * euros - 10 for _sku, _title, euros in goods)
        shipping = 0 if subtotal > 5_000 else 490
        total = subtotal + shipping
        refunded = total if facts.is_refunded or facts.is_cancelled else 0
        if not refunded and facts.is_delivered and rng.random() < 0.03:
            refunded = total // 3
        payment = payment_status(facts.payment, total, refunded)
        status = status_of(
            payment=payment, fulfilment=facts.fulfilment, hold=facts.hold,
            delivered=facts.is_delivered and not facts.is_refunded, cancelled=facts.is_cancelled,
        )  # fmt: skip
        self.orders.add(
            key, self._id(at), self.name_of(number), f"#{10_000 + number}",
            str(10_000 + number), str(self.first_customer + which), self._email(person),
            person.phone, person.phone, person.name, moment, str(subtotal), str(shipping),
            str(total * 19 // 119), str(total), str(refunded), payment, facts.payment,
            facts.fulfilment, status, "delivered" if status == Status.DELIVERED else "none",
            facts.hold, moment if facts.is_cancelled else NULL,
            CONFLICT if rng.random() < 0.0002 else "", moment, moment, moment,
        )  # fmt: skip
        self._parts(key, number, person, goods, facts)
        self.events.add(key, self._id(at), moment)
        if refunded:
            self.refunds.add(key, f"refund-{number}", str(refunded), moment)

    def _parts(
        self,
        key: str,
        number: int,
        person: Person,
        goods: list[tuple[str, str, int]],
        facts: Facts,
    ) -> None:
        left = {FulfilmentStatus.FULFILLED: len(goods), FulfilmentStatus.PARTIAL: 1}
        sent = left.get(FulfilmentStatus(facts.fulfilment), 0)
        for position, (sku, title, euros) in enumerate(goods):
            price = str(100 * euros - 10)
            self.lines.add(
                key, f"{number}-{position}", str(position), title, sku, "1",
                str(int(position < sent)), str(int(facts.is_cancelled)), price, price, price,
            )  # fmt: skip
        for word in person.words:
            self.words.add(key, word)
        self.addresses.add(key, person.name, person.street, person.city, person.country)

    def _decide(self, at: datetime) -> Facts:
        """Decide how an order went: old ones have mostly arrived, fresh ones are under way."""
        chance = self.rng.random()
        course = OLD if self.until - at > FRESH else NEW
        return next(facts for limit, facts in course if chance < limit)

    def _id(self, at: datetime) -> str:
        """Make a version 7 UUID of that moment: such ids grow, and indexes stay dense."""
        rng, milliseconds = self.rng, int(at.timestamp() * 1000)
        return f"{milliseconds:012x}7{rng.getrandbits(12):03x}8{rng.getrandbits(60):015x}"

    def _email(self, person: Person) -> str:
        return f"{person.email}{self.seed}.example.com"

    def name_of(self, number: int) -> str:
        """Give the id in the shop of an order."""
        return f"made-up-{self.seed}-{number}"

    def is_made(self) -> bool:
        """Tell whether the orders of this seed are there."""
        orders = Order.every.filter(connection=self.connection)
        return orders.filter(external_id=self.name_of(0)).exists()
