"""From the rows of one order in a spreadsheet to our document."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from orders.sources.base import Unusable
from orders.sources.document import (
    AddressDoc,
    CustomerDoc,
    FulfilmentDoc,
    LineDoc,
    OrderDoc,
    PaymentDoc,
    PaymentState,
    PaymentWord,
    RefundDoc,
)
from orders.sources.foreign import (
    KEY,
    MOST_LINES,
    address,
    checked,
    distinct,
    first_text,
    long_text,
    shown,
    text,
    web_address,
)
from orders.sources.tabular_cells import (
    Habits,
    amount,
    country,
    currency_in,
    flag,
    identifier,
    quantity,
    when,
)
from orders.sources.tabular_columns import AMOUNTS, LINE_FIELDS
from orders.sources.tabular_words import standing_of

Value = TypeVar("Value")
ADDRESS_PARTS = ("company", "street", "street2", "city", "province", "postcode", "phone")
PAYMENT_STATES: dict[PaymentWord, PaymentState] = {
    "pending": "pending",
    "authorized": "authorized",
    "voided": "voided",
    "failed": "failed",
    "unknown": "pending",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its number as a spreadsheet shows it, and its non-empty cells by our field."""

    number: int
    cells: dict[str, str]
    headers: dict[str, str]
    """What the file calls each of our fields."""

    def read(self, field: str, reader: Callable[[str], Value], default: Value) -> Value:
        """Read a cell. Raises Unusable naming row, column and value."""
        value = self.cells.get(field)
        if not value:
            return default
        try:
            return reader(value)
        except ValueError as error:
            column = text(self.headers.get(field, field), limit=60)
            shown_value = text(value, limit=60)
            raise Unusable(
                f"Row {self.number}, column “{column}”: “{shown_value}” {error}."
            ) from error

    @property
    def states_a_line(self) -> bool:
        """Tell whether the row holds an item."""
        return any(field in self.cells for field in LINE_FIELDS)

    @property
    def says_more_than_figures(self) -> bool:
        """Tell whether the row holds an item, a date or a person."""
        return self.states_a_line or not self.cells.keys().isdisjoint(("placed_at", "email"))


class Sheet:
    """The rows of one order. A cell of the whole order may stand in any of them."""

    def __init__(self, records: list[Record], habits: Habits) -> None:
        self.records = records
        self.first: dict[str, Record] = {}
        for record in reversed(records):
            self.first |= dict.fromkeys(record.cells, record)
        self.habits = Habits(
            decimal_mark=habits.decimal_mark,
            date_order=habits.date_order,
            zone=habits.zone,
            currency=self._currency(habits),
        )

    def _currency(self, habits: Habits) -> str:
        code = self.raw("currency").upper()
        if not code:
            cells = (record.cells.get(name, "") for record in self.records for name in AMOUNTS)
            code = next(filter(None, map(currency_in, cells)), habits.currency)
        if not re.fullmatch("[A-Z]{3}", code):
            first = self.records[0].number
            said = f"“{text(code, limit=40)}” is no currency" if code else "no currency is named"
            raise Unusable(f"Row {first}: {said}; add a column Currency or say --currency EUR.")
        return code

    def raw(self, field: str) -> str:
        """Give the first non-empty cell of a field."""
        holder = self.first.get(field)
        return holder.cells[field] if holder else ""

    def read(self, field: str, reader: Callable[[str], Value], default: Value) -> Value:
        """Read the first non-empty cell of a field. Raises Unusable."""
        holder = self.first.get(field)
        return holder.read(field, reader, default) if holder else default

    def text(self, field: str, *, limit: int = 500) -> str:
        """Give a cell as clean text."""
        return text(self.raw(field), limit=limit)

    def amount(self, field: str) -> str:
        """Give an amount, "0" for none. Raises Unusable."""
        return self.read(field, lambda cell: amount(cell, self.habits), "0")

    def moment(self, field: str) -> datetime | None:
        """Give a date. Raises Unusable."""
        empty: datetime | None = None
        return self.read(field, lambda cell: when(cell, self.habits), empty)

    def identifier(self, field: str) -> str:
        """Give an id. Raises Unusable where Excel shortened it."""
        return self.read(field, identifier, "")


def order(key: str, records: list[Record], habits: Habits) -> OrderDoc:
    """Read an order from its rows. Raises Unusable naming row, column and value."""
    sheet = Sheet(records, habits)
    first = records[0].number
    placed_at = sheet.moment("placed_at")
    if placed_at is None:
        raise Unusable(f"Row {first}: the order {key} has no date.")
    if len(records) > MOST_LINES:
        raise Unusable(f"Row {first}: the order {key} has more than {MOST_LINES} lines.")
    codes = re.split(r"[,;|]", sheet.raw("discount_codes"))
    doc = OrderDoc(
        external_id=key,
        number=sheet.identifier("number") or key,
        placed_at=placed_at,
        updated_at=sheet.moment("updated_at"),
        locale=sheet.text("locale", limit=35),
        discount_codes=tuple(dict.fromkeys(filter(None, map(text, codes))))[:50],
        shipping_method=sheet.text("shipping_method"),
        cancel_reason=long_text(sheet.raw("cancel_reason")),
        note=long_text(sheet.raw("note")),
        **_people(sheet),
        **_amounts(sheet),
        **_progress(sheet, placed_at),
    )
    return checked(doc)


def _people(sheet: Sheet) -> dict[str, Any]:
    ship_to, bill_to = _address(sheet, "ship"), _address(sheet, "bill")
    email, phone = sheet.text("email"), sheet.text("phone")
    places = [place for place in (bill_to, ship_to) if place]
    named = first_text(sheet.raw("customer_name"), *(place.name for place in places))
    account = sheet.identifier("customer_id")
    customer = CustomerDoc(external_id=account, name=named, email=email, phone=phone)
    return {
        "email": email,
        "phone": phone or next((place.phone for place in places if place.phone), ""),
        "customer": customer if account or sheet.raw("customer_name") else None,
        "ship_to": ship_to,
        "bill_to": bill_to,
    }


def _address(sheet: Sheet, place: str) -> AddressDoc | None:
    both = f"{sheet.text(f'{place}_first_name')} {sheet.text(f'{place}_last_name')}"
    return address(
        name=first_text(sheet.raw(f"{place}_name"), both),
        country=country(sheet.raw(f"{place}_country")),
        **{part: sheet.raw(f"{place}_{part}") for part in ADDRESS_PARTS},
    )


def _amounts(sheet: Sheet) -> dict[str, Any]:
    """Read the amounts. Where the file has no column for the total it is the sum of the rest."""
    rows = [record for record in sheet.records if record.states_a_line]
    keys = distinct(iter([record.read("line_id", identifier, "") for record in rows]))
    lines = tuple(_line(row, key, sheet.habits) for row, key in zip(rows, keys, strict=True))
    names = ("discount", "shipping", "fees", "tax", "subtotal")
    amounts = {name: sheet.amount(name) for name in names}
    goods = sum((Decimal(line.total) for line in lines), Decimal(0))
    gross = goods + Decimal(amounts["shipping"]) + Decimal(amounts["fees"])
    included = flag(sheet.raw("tax_included"))
    if "total" in sheet.records[0].headers:
        if not sheet.raw("total"):
            first = sheet.records[0]
            raise Unusable(f"Row {first.number}, column “{first.headers['total']}” is empty.")
        total = sheet.amount("total")
        # Few files say whether prices include tax; then the figures that add up do.
        included = included or (Decimal(amounts["tax"]) > 0 and Decimal(total) == gross)
    else:
        total = shown(gross + (0 if included else Decimal(amounts["tax"])))
    if not sheet.raw("subtotal"):
        amounts["subtotal"] = shown(goods)
    return {
        **amounts,
        "lines": lines,
        "total": total,
        "tax_included": included,
        "currency": sheet.habits.currency,
    }


def _line(record: Record, key: str, habits: Habits) -> LineDoc:
    """Read an item; without a total of its own it costs price × quantity less its discount."""
    zero = Decimal(0)

    def money(field: str) -> Decimal | None:
        stated = record.read(field, lambda cell: amount(cell, habits), "")
        return Decimal(stated) if stated else None

    count = record.read("quantity", quantity, 1)
    price, total = money("unit_price"), money("line_total")
    discount = money("line_discount") or zero
    if price is None:
        price = zero if total is None else round((total + discount) / max(count, 1), 6).normalize()
    title = first_text(record.cells.get("title"), record.cells.get("sku"), key)
    return LineDoc(
        external_id=key,
        title=title,
        variant=text(record.cells.get("variant")),
        sku=text(record.cells.get("sku")),
        product_id=record.read("product_id", identifier, ""),
        image_url=web_address(record.cells.get("image_url")),
        quantity=count,
        unit_price=shown(price),
        discount=shown(discount),
        tax=shown(money("line_tax") or zero),
        total=shown(price * count - discount if total is None else total),
        requires_shipping=record.read("requires_shipping", flag, default=True),
    )


def _progress(sheet: Sheet, placed_at: datetime) -> dict[str, Any]:
    """Read how far the order has come: payment, parcels, cancellation."""
    standing = standing_of(
        status=sheet.raw("status"),
        payment=sheet.raw("payment"),
        fulfilment=sheet.raw("fulfilment"),
    )
    cancelled_at = sheet.moment("cancelled_at")
    if standing.cancelled and cancelled_at is None:
        cancelled_at = sheet.moment("updated_at") or placed_at
    method, refunded = sheet.text("payment_method"), sheet.amount("refunded")
    paid = PaymentDoc(
        external_id="payment",
        method=method,
        amount=sheet.amount("total"),
        state=PAYMENT_STATES.get(standing.payment, "captured"),
    )
    back = RefundDoc(external_id="refund", amount=refunded.removeprefix("-"))
    return {
        "payment": standing.payment,
        "hold": standing.hold,
        "fulfilled": standing.fulfilled,
        "cancelled_at": cancelled_at,
        "payments": (paid,) if method else (),
        "refunds": (back,) if Decimal(refunded) else (),
        "fulfilments": _fulfilments(sheet),
    }


def _fulfilments(sheet: Sheet) -> tuple[FulfilmentDoc, ...]:
    """Read the parcel or parcels of an order; several numbers stand in one cell or in its rows."""
    cells = (record.cells.get("tracking_number", "") for record in sheet.records)
    numbers = dict.fromkeys(
        number for each in cells for part in re.split(r"[,;|\n]", each) if (number := text(part))
    )
    link = web_address(sheet.raw("tracking_url"))
    if not numbers and not link:
        return ()
    return tuple(
        FulfilmentDoc(
            external_id=f"parcel:{number or 'link'}"[:KEY],
            carrier=sheet.text("carrier"),
            tracking_numbers=(number,) if number else (),
            tracking_urls=(link,) if link and len(numbers) < 2 else (),
            shipped_at=sheet.moment("shipped_at"),
        )
        for number in list(numbers or [""])[:50]
    )
