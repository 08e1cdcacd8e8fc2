"""The one form in which orders come in, whatever their source.

Each source turns its own documents into these; the REST API and NDJSON imports take them as they
are. Amounts are decimal strings of the major unit ("12.34"), moments carry an offset, countries
are ISO 3166 alpha-2, currencies ISO 4217. What a source states is kept as stated: nothing here
is recomputed or compared.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

Text = Annotated[str, Meta(max_length=500)]
LongText = Annotated[str, Meta(max_length=5000)]
WebAddress = Annotated[str, Meta(max_length=2000)]
Key = Annotated[str, Meta(min_length=1, max_length=200)]
Amount = Annotated[
    str,
    Meta(
        pattern=r"^-?[0-9]{1,17}(\.[0-9]{1,12})?$",
        description="Decimal string of the major unit, such as 12.34",
        examples=["12.34"],
    ),
]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", description="ISO 4217", examples=["EUR"])]
Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset")]
Quantity = Annotated[int, Meta(ge=0, le=2_000_000_000)]

PaymentWord = Literal[
    "pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided",
    "failed", "unknown",
]  # fmt: skip
PaymentState = Literal["pending", "authorized", "captured", "voided", "failed"]
FulfilmentState = Literal["open", "success", "cancelled"]
HoldWord = Literal["", "on_hold", "draft"]


class AddressDoc(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A postal address as the shopper wrote it."""

    name: Text = ""
    company: Text = ""
    street: Text = ""
    street2: Text = ""
    city: Text = ""
    province: Text = ""
    postcode: Text = ""
    country: Annotated[str, Meta(max_length=2, description="ISO 3166 alpha-2, or empty")] = ""
    phone: Text = ""


class CustomerDoc(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The shop's account of the buyer, where there is one."""

    external_id: Text = ""
    name: Text = ""
    email: Text = ""
    phone: Text = ""


class LineDoc(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of an order. `total` is what the line costs after its own discounts."""

    external_id: Key
    title: Text
    variant: Text = ""
    sku: Text = ""
    product_id: Text = ""
    variant_id: Text = ""
    image_url: Annotated[str, Meta(max_length=2000)] = ""
    quantity: Quantity
    cancelled: Quantity = 0
    unit_price: Amount = "0"
    discount: Amount = "0"
    tax: Amount = "0"
    total: Amount
    requires_shipping: bool = True


class PaymentDoc(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A means of payment, as far as the shop tells. Never a full card number."""

    external_id: Key
    method: Text = ""
    card_brand: Text = ""
    last4: Annotated[str, Meta(max_length=4)] = ""
    amount: Amount = "0"
    state: PaymentState = "captured"
    at: Moment | None = None


class QuantityOf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many units of one line."""

    line_id: Key
    quantity: Quantity


class RefundDoc(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money that the shop gave back."""

    external_id: Key
    amount: Amount
    reason: LongText = ""
    at: Moment | None = None
    lines: tuple[QuantityOf, ...] = ()


class FulfilmentDoc(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines that left the shop together, as the shop states it."""

    external_id: Key
    state: FulfilmentState = "success"
    carrier: Text = ""
    tracking_numbers: Annotated[tuple[Text, ...], Meta(max_length=50)] = ()
    tracking_urls: Annotated[tuple[WebAddress, ...], Meta(max_length=50)] = ()
    shipped_at: Moment | None = None
    updated_at: Moment | None = None
    lines: tuple[QuantityOf, ...] = ()
    """Empty: the shop did not say which lines (WooCommerce's shipment-tracking meta)."""


class OrderDoc(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order as its shop states it."""

    external_id: Key
    number: Key
    """What the shopper knows the order by, such as "#1042"."""
    currency: Currency
    placed_at: Moment
    updated_at: Moment | None = None
    """Version of the document; an older one than we hold changes nothing."""
    email: Text = ""
    phone: Text = ""
    locale: Annotated[str, Meta(max_length=35)] = ""
    customer: CustomerDoc | None = None
    ship_to: AddressDoc | None = None
    bill_to: AddressDoc | None = None
    lines: Annotated[tuple[LineDoc, ...], Meta(max_length=10_000)] = ()
    subtotal: Amount = "0"
    """The goods, after discounts; subtotal + shipping + fees (+ tax not included) = total."""
    discount: Amount = "0"
    discount_codes: Annotated[tuple[Text, ...], Meta(max_length=50)] = ()
    shipping: Amount = "0"
    shipping_method: Text = ""
    fees: Amount = "0"
    tax: Amount = "0"
    tax_included: bool = False
    total: Amount
    payment: PaymentWord = "unknown"
    hold: HoldWord = ""
    fulfilled: bool = False
    """The shop calls the whole order fulfilled, with or without a fulfilment to show for it."""
    cancelled_at: Moment | None = None
    cancel_reason: LongText = ""
    note: LongText = ""
    payments: Annotated[tuple[PaymentDoc, ...], Meta(max_length=1000)] = ()
    refunds: Annotated[tuple[RefundDoc, ...], Meta(max_length=1000)] | None = None
    """All refunds of the order; None: not stated here, those known from elsewhere stay."""
    fulfilments: Annotated[tuple[FulfilmentDoc, ...], Meta(max_length=1000)] | None = None
    """All fulfilments of the order; None: not stated here, those known from elsewhere stay."""


class ProductDoc(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the shop says of a product: enough to show a line of an order."""

    external_id: Key
    title: Text
    image_url: Annotated[str, Meta(max_length=2000)] = ""
    variant_images: dict[str, str] = msgspec.field(default_factory=dict)
    """Image by variant id or SKU, where variants look different."""
    updated_at: Moment | None = None
