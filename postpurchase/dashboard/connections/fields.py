"""Our fields that a column of a file may hold, as people call them."""

from __future__ import annotations

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

_PARTS: tuple[tuple[str, LazyText], ...] = (
    ("name", _("Name")),
    ("first_name", _("First name")),
    ("last_name", _("Last name")),
    ("company", _("Company")),
    ("street", _("Street")),
    ("street2", _("Second line")),
    ("postcode", _("Postcode")),
    ("city", _("City")),
    ("province", _("State or province")),
    ("country", _("Country")),
    ("phone", _("Phone")),
)


def _place(prefix: str) -> tuple[tuple[str, LazyText], ...]:
    return tuple((f"{prefix}_{part}", label) for part, label in _PARTS)


GROUPS: tuple[tuple[LazyText, tuple[tuple[str, LazyText], ...]], ...] = (
    (
        _("Order"),
        (
            ("number", _("Order number")),
            ("external_id", _("Order id")),
            ("placed_at", _("Order date")),
            ("updated_at", _("Changed at")),
            ("status", _("Order status")),
            ("payment", _("Payment status")),
            ("fulfilment", _("Shipping status")),
            ("payment_method", _("Payment method")),
            ("cancelled_at", _("Cancelled at")),
            ("cancel_reason", _("Reason for cancelling")),
            ("note", _("Note")),
        ),
    ),
    (
        _("Person"),
        (
            ("email", _("E-mail address")),
            ("customer_name", _("Customer’s name")),
            ("phone", _("Phone")),
            ("customer_id", _("Customer id")),
            ("locale", _("Language")),
        ),
    ),
    (
        _("Money"),
        (
            ("total", _("Order total")),
            ("subtotal", _("Subtotal")),
            ("shipping", _("Delivery costs")),
            ("discount", _("Discount")),
            ("discount_codes", _("Discount codes")),
            ("fees", _("Fees")),
            ("tax", _("Tax")),
            ("tax_included", _("Prices include tax")),
            ("refunded", _("Refunded")),
            ("currency", _("Currency")),
        ),
    ),
    (
        _("Item"),
        (
            ("title", _("Item name")),
            ("variant", _("Variant")),
            ("sku", _("SKU")),
            ("quantity", _("Quantity")),
            ("unit_price", _("Price of one")),
            ("line_total", _("Total of the line")),
            ("line_discount", _("Discount of the line")),
            ("line_tax", _("Tax of the line")),
            ("line_id", _("Line id")),
            ("product_id", _("Product id")),
            ("image_url", _("Picture’s address")),
            ("requires_shipping", _("Is shipped")),
        ),
    ),
    (
        _("Parcel"),
        (
            ("shipping_method", _("Delivery method")),
            ("carrier", _("Carrier")),
            ("tracking_number", _("Tracking number")),
            ("tracking_url", _("Tracking link")),
            ("shipped_at", _("Shipped at")),
        ),
    ),
    (_("Delivery address"), _place("ship")),
    (_("Billing address"), _place("bill")),
)
LEFT_OUT = _("Leave out")


def choices() -> list[tuple[str | LazyText, str | LazyText | list[tuple[str, LazyText]]]]:
    """Give the choices of a select: leave the column out, or one of our fields."""
    return [("", LEFT_OUT), *((title, list(fields)) for title, fields in GROUPS)]


def label_of(field: str) -> str:
    """Name a field of ours."""
    labels = {name: label for _title, fields in GROUPS for name, label in fields}
    return str(labels.get(field, LEFT_OUT))
